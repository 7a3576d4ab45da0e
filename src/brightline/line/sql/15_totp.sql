-- One-time codes of RFC 6238, checked where the secret lies: it leaves the database once, when it is enrolled.
-- PostgreSQL has no SHA-1 of its own, and authenticators speak no other hash; tests hold the vectors of RFC 3174, 2202
-- and 6238.
-- callers: none

CREATE OR REPLACE FUNCTION line.sha1(data bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  m constant bigint := 4294967295;
  h bigint[] := ARRAY[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
  whole bytea := data || '\x80'::bytea || decode(repeat('00', (119 - length(data) % 64) % 64), 'hex') ||
    int8send(length(data)::bigint * 8);
  w bigint[]; a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; t bigint;
BEGIN
  FOR at IN 0 .. length(whole) / 64 - 1 LOOP
    FOR i IN 0 .. 15 LOOP
      w[i] := (get_byte(whole, at * 64 + i * 4)::bigint << 24) | (get_byte(whole, at * 64 + i * 4 + 1) << 16)
        | (get_byte(whole, at * 64 + i * 4 + 2) << 8) | get_byte(whole, at * 64 + i * 4 + 3);
    END LOOP;
    FOR i IN 16 .. 79 LOOP
      t := w[i - 3] # w[i - 8] # w[i - 14] # w[i - 16];
      w[i] := ((t << 1) | (t >> 31)) & m;
    END LOOP;
    a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
    FOR i IN 0 .. 79 LOOP
      IF i < 20 THEN f := (b & c) | ((b # m) & d); k := 1518500249;
      ELSIF i < 40 THEN f := b # c # d; k := 1859775393;
      ELSIF i < 60 THEN f := (b & c) | (b & d) | (c & d); k := 2400959708;
      ELSE f := b # c # d; k := 3395469782; END IF;
      t := ((((a << 5) | (a >> 27)) & m) + f + e + k + w[i]) & m;
      e := d; d := c; c := ((b << 30) | (b >> 2)) & m; b := a; a := t;
    END LOOP;
    h := ARRAY[(h[1] + a) & m, (h[2] + b) & m, (h[3] + c) & m, (h[4] + d) & m, (h[5] + e) & m];
  END LOOP;
  RETURN decode(lpad(to_hex(h[1]), 8, '0') || lpad(to_hex(h[2]), 8, '0') || lpad(to_hex(h[3]), 8, '0')
    || lpad(to_hex(h[4]), 8, '0') || lpad(to_hex(h[5]), 8, '0'), 'hex');
END $$;

CREATE OR REPLACE FUNCTION line.hmac_sha1(key bytea, data bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  padded bytea := CASE WHEN length(key) > 64 THEN line.sha1(key) ELSE key END;
  inside bytea := decode(repeat('36', 64), 'hex'); outside bytea := decode(repeat('5c', 64), 'hex');
BEGIN
  FOR i IN 0 .. length(padded) - 1 LOOP
    inside := set_byte(inside, i, get_byte(padded, i) # 54);
    outside := set_byte(outside, i, get_byte(padded, i) # 92);
  END LOOP;
  RETURN line.sha1(outside || line.sha1(inside || data));
END $$;

CREATE OR REPLACE FUNCTION line.totp(secret bytea, step bigint, digits integer DEFAULT 6) RETURNS text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE mac bytea := line.hmac_sha1(secret, int8send(step)); o integer := get_byte(mac, 19) & 15; n bigint;
BEGIN
  n := ((get_byte(mac, o) & 127)::bigint << 24) | (get_byte(mac, o + 1) << 16) | (get_byte(mac, o + 2) << 8)
    | get_byte(mac, o + 3);
  RETURN lpad((n % power(10, digits)::bigint)::text, digits, '0');
END $$;

-- The step whose code this is: this half minute's or one beside it, for clocks that differ; never one at or before
-- `last`.
CREATE OR REPLACE FUNCTION line.totp_step(secret bytea, given text, last bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE now_ bigint := floor(extract(epoch FROM clock_timestamp()) / 30)::bigint; found bigint;
BEGIN
  FOR step IN now_ - 1 .. now_ + 1 LOOP
    IF line.totp(secret, step) = given AND step > COALESCE(last, -1) THEN found := step; END IF;
  END LOOP;
  RETURN found;
END $$;

-- The same for a code of which only a hash was kept, at the moment when it was shown.
CREATE OR REPLACE FUNCTION line.totp_step_of(secret bytea, who uuid, guess bytea, at timestamptz,
  last bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE shown bigint := floor(extract(epoch FROM at) / 30)::bigint; found bigint;
BEGIN
  FOR step IN shown - 1 .. shown + 1 LOOP
    IF line.attempt_guess(who, line.totp(secret, step)) = guess AND step > COALESCE(last, -1)
      THEN found := step; END IF;
  END LOOP;
  RETURN found;
END $$;
