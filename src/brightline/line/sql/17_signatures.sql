-- Signatures of others, checked where a session opens: of a provider's tokens (RS256 to RS512, ES256, ES384) and of
-- security keys (ES256, RS256, EdDSA). PostgreSQL has hashes and whole numbers of any size, and no more is needed: what
-- is checked is public, so neither time nor memory tells a secret. Trusting the web process with this would let whoever
-- holds its password sign in as anybody (ATTACKS F8). Tests hold it against another implementation, and change every
-- byte.
-- callers: none

CREATE OR REPLACE FUNCTION line.b64url(t text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF t IS NULL OR t !~ '^[A-Za-z0-9_-]*$' OR length(t) % 4 = 1 THEN RETURN NULL; END IF;
  RETURN decode(translate(t, '-_', '+/') || repeat('=', (4 - length(t) % 4) % 4), 'base64');
END $$;

CREATE OR REPLACE FUNCTION line.bytes_number(b bytea) RETURNS numeric
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN length(b) = 0 THEN 0 ELSE ('0x' || encode(b, 'hex'))::numeric END;

CREATE OR REPLACE FUNCTION line.bytes_reversed(b bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT decode(string_agg(lpad(to_hex(get_byte(b, i)), 2, '0'), '' ORDER BY i DESC), 'hex')
  FROM generate_series(0, length(b) - 1) i);

CREATE OR REPLACE FUNCTION line.number_power(base numeric, exponent numeric, modulus numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE b numeric := base % modulus; e numeric := exponent; r numeric := 1;
BEGIN
  WHILE e > 0 LOOP
    IF e % 2 = 1 THEN r := r * b % modulus; END IF;
    e := div(e, 2); b := b * b % modulus;
  END LOOP;
  RETURN r;
END $$;

CREATE OR REPLACE FUNCTION line.number_inverse(a numeric, modulus numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE r numeric := modulus; s numeric := ((a % modulus) + modulus) % modulus; t numeric := 0;
u numeric := 1; q numeric; x numeric;
BEGIN
  WHILE s > 0 LOOP
    q := div(r, s);
    x := r - q * s; r := s; s := x;
    x := t - q * u; t := u; u := x;
  END LOOP;
  RETURN ((t % modulus) + modulus) % modulus;
END $$;

-- The bits of two numbers beside each other, the lowest first: 0, 1 (of a), 2 (of b), 3.
CREATE OR REPLACE FUNCTION line.number_bits(a numeric, b numeric) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE found integer[] := '{}'; x numeric := a; y numeric := b;
BEGIN
  WHILE x > 0 OR y > 0 LOOP
    found := found || ((x % 2)::integer + 2 * (y % 2)::integer);
    x := div(x, 2); y := div(y, 2);
  END LOOP;
  RETURN found;
END $$;

-- RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2): the whole padded message is built and compared, so nothing in it is left unread.
CREATE OR REPLACE FUNCTION line.rsa_holds(n numeric, e numeric, size integer, bits integer, message bytea,
  signature bytea) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  told bytea := CASE bits WHEN 256 THEN decode('3031300d060960864801650304020105000420', 'hex') || sha256(message)
    WHEN 384 THEN decode('3041300d060960864801650304020205000430', 'hex') || sha384(message)
    WHEN 512 THEN decode('3051300d060960864801650304020305000440', 'hex') || sha512(message) END;
BEGIN
  -- 2048 bits at least, 8192 at most; an exponent as small as 3 was forged against others, none below 2^16 is in use.
  IF told IS NULL OR size NOT BETWEEN 256 AND 1024 OR n < power(2::numeric, 8 * size - 8) OR e < 65537
    OR e > 4294967296 OR e % 2 = 0
     OR length(signature) <> size OR line.bytes_number(signature) >= n THEN RETURN false; END IF;
  RETURN line.number_power(line.bytes_number(signature), e, n)
    = line.bytes_number('\x0001'::bytea || decode(repeat('ff', size - length(told) - 3), 'hex') ||
      '\x00'::bytea || told);
END $$;

-- A point of a curve y² = x³ - 3x + b, twice, in Jacobian coordinates {X, Y, Z}; Z = 0 is the point at infinity.
CREATE OR REPLACE FUNCTION line.curve_twice(a numeric[], p numeric) RETURNS numeric[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE d numeric := a[3] * a[3] % p; g numeric := a[2] * a[2] % p; b numeric := a[1] * g % p;
  s numeric := 3 * (a[1] - d) * (a[1] + d) % p; x numeric := (s * s - 8 * b) % p;
BEGIN
  RETURN ARRAY[x, (s * (4 * b - x) - 8 * g * g) % p, 2 * a[2] * a[3] % p];
END $$;

CREATE OR REPLACE FUNCTION line.curve_sum(a numeric[], b numeric[], p numeric) RETURNS numeric[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE aa numeric := a[3] * a[3] % p; bb numeric := b[3] * b[3] % p; u numeric := a[1] * bb % p;
s numeric := a[2] * b[3] % p * bb % p;
  h numeric := (b[1] * aa - u) % p; r numeric := (b[2] * a[3] % p * aa - s) % p; hh numeric;
  hhh numeric; v numeric; x numeric;
BEGIN
  IF a[3] % p = 0 THEN RETURN b; END IF;
  IF b[3] % p = 0 THEN RETURN a; END IF;
  IF h = 0 THEN RETURN CASE WHEN r = 0 THEN line.curve_twice(a, p) ELSE ARRAY[1, 1, 0]::numeric[] END; END IF;
  hh := h * h % p; hhh := h * hh % p; v := u * hh % p; x := (r * r - hhh - 2 * v) % p;
  RETURN ARRAY[x, (r * (v - x) - s * hhh) % p, a[3] * b[3] % p * h % p];
END $$;

-- ECDSA over P-256 or P-384 (FIPS 186-5, 6.4.2); the signature is r and s, each of the curve's length.
CREATE OR REPLACE FUNCTION line.ecdsa_holds(curve integer, x numeric, y numeric, message bytea, r numeric,
  s numeric) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  p numeric; n numeric; b numeric; gx numeric; gy numeric; z numeric; w numeric; bits integer[];
  points numeric[][]; one numeric[]; sum numeric[] := ARRAY[1, 1, 0]; g numeric[]; q numeric[]; gq numeric[];
BEGIN
  IF curve = 256 THEN
    p := '0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff';
    n := '0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
    b := '0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b'; z := line.bytes_number(sha256(message));
    gx := '0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296';
    gy := '0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5';
  ELSIF curve = 384 THEN
    p := '0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff';
    n := '0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973';
    b := '0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef';
    z := line.bytes_number(sha384(message));
    gx := '0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7';
    gy := '0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f';
  ELSE RETURN false; END IF;
  IF r < 1 OR r >= n OR s < 1 OR s >= n OR x < 0 OR x >= p OR y < 0 OR y >= p OR (y * y - (x * x - 3) * x - b) % p <> 0
    THEN RETURN false; END IF;
  w := line.number_inverse(s, n); bits := line.number_bits(z * w % n, r * w % n);
  g := ARRAY[gx, gy, 1]; q := ARRAY[x, y, 1]; gq := line.curve_sum(g, q, p);
  FOR i IN REVERSE cardinality(bits) .. 1 LOOP
    sum := line.curve_twice(sum, p);
    IF bits[i] > 0 THEN sum := line.curve_sum(sum, CASE bits[i] WHEN 1 THEN g WHEN 2 THEN q ELSE gq END, p); END IF;
  END LOOP;
  IF sum[3] % p = 0 THEN RETURN false; END IF;
  w := line.number_inverse(sum[3], p);
  RETURN ((sum[1] * w % p * w % p + p) % p) % n = r;
END $$;

-- Points of edwards25519 in extended coordinates {X, Y, Z, T} (RFC 8032, 5.1.4).
CREATE OR REPLACE FUNCTION line.edwards_sum(a numeric[], b numeric[], p numeric, d numeric) RETURNS numeric[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE k numeric := (a[2] - a[1]) * (b[2] - b[1]) % p; l numeric := (a[2] + a[1]) * (b[2] + b[1]) % p;
  c numeric := 2 * a[4] * b[4] % p * d % p; z numeric := 2 * a[3] * b[3] % p; e numeric := l - k; f numeric := z - c;
  g numeric := z + c; h numeric := l + k;
BEGIN
  RETURN ARRAY[e * f % p, g * h % p, f * g % p, e * h % p];
END $$;

-- The point that 32 bytes stand for; NULL for none.
CREATE OR REPLACE FUNCTION line.edwards_point(b bytea, p numeric, d numeric) RETURNS numeric[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE sign integer := get_byte(b, 31) >> 7; y numeric; u numeric; v numeric; x numeric;
BEGIN
  y := line.bytes_number(line.bytes_reversed(set_byte(b, 31, get_byte(b, 31) & 127)));
  IF y >= p THEN RETURN NULL; END IF;
  u := (y * y - 1 + p) % p; v := (d * (y * y % p) + 1) % p;
  x := u * line.number_inverse(v, p) % p; u := x;
  x := line.number_power(u, div(p + 3, 8), p);
  IF x * x % p <> u THEN x := x * line.number_power(2, div(p - 1, 4), p) % p; END IF;
  IF x * x % p <> u OR x = 0 AND sign = 1 THEN RETURN NULL; END IF;
  IF x % 2 <> sign THEN x := p - x; END IF;
  RETURN ARRAY[x, y, 1, x * y % p];
END $$;

-- Ed25519 (RFC 8032, 5.1.7).
CREATE OR REPLACE FUNCTION line.ed25519_holds(key bytea, message bytea, signature bytea) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  p numeric := power(2::numeric, 255) - 19;
  order_ numeric := '7237005577332262213973186563042994240857116359379907606001950938285454250989';
  d numeric := '37095705934669439343138083508754565189542113879843219016388785533085940283555';
  base numeric[] := line.edwards_point(decode('5866666666666666666666666666666666666666666666666666666666666666',
    'hex'), p, d);
  a numeric[]; r numeric[]; s numeric; k numeric; bits integer[]; sum numeric[] := ARRAY[0, 1, 1, 0]; gq numeric[];
BEGIN
  IF length(key) <> 32 OR length(signature) <> 64 THEN RETURN false; END IF;
  a := line.edwards_point(key, p, d); r := line.edwards_point(substr(signature, 1, 32), p, d);
  s := line.bytes_number(line.bytes_reversed(substr(signature, 33, 32)));
  IF a IS NULL OR r IS NULL OR s >= order_ THEN RETURN false; END IF;
  -- Under a key of small order many signatures hold for many messages.
  sum := line.edwards_sum(a, a, p, d); sum := line.edwards_sum(sum, sum, p, d); sum := line.edwards_sum(sum, sum, p, d);
  IF sum[1] % p = 0 THEN RETURN false; END IF;
  sum := ARRAY[0, 1, 1, 0];
  k := line.bytes_number(line.bytes_reversed(sha512(substr(signature, 1, 32) || key || message))) % order_;
  a := ARRAY[(p - a[1]) % p, a[2], 1, (p - a[4]) % p]; gq := line.edwards_sum(base, a, p, d);
  bits := line.number_bits(s, k);
  FOR i IN REVERSE cardinality(bits) .. 1 LOOP
    sum := line.edwards_sum(sum, sum, p, d);
    IF bits[i] > 0 THEN sum := line.edwards_sum(sum, CASE bits[i] WHEN 1 THEN base WHEN 2 THEN a
      ELSE gq END, p, d); END IF;
  END LOOP;
  RETURN (sum[1] - r[1] * sum[3]) % p = 0 AND (sum[2] - r[2] * sum[3]) % p = 0;
END $$;

-- ------------------------------------------------------------------------------------- providers' tokens

-- Whether this key of a provider (RFC 7517) made this signature by this algorithm.
CREATE OR REPLACE FUNCTION line.jwk_holds(jwk jsonb, alg text, message bytea, signature bytea) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE n bytea; half integer := length(signature) / 2;
BEGIN
  IF COALESCE(jwk ->> 'use', 'sig') <> 'sig' OR COALESCE(jwk ->> 'alg', alg) <> alg THEN RETURN false; END IF;
  IF jwk ->> 'kty' = 'RSA' AND alg IN ('RS256', 'RS384', 'RS512') THEN
    n := ltrim(line.b64url(jwk ->> 'n'), '\x00');
    RETURN COALESCE(line.rsa_holds(line.bytes_number(n), line.bytes_number(line.b64url(jwk ->> 'e')), length(n),
      right(alg, 3)::integer, message, signature), false);
  ELSIF jwk ->> 'kty' = 'EC' AND (alg, jwk ->> 'crv') IN (('ES256', 'P-256'), ('ES384', 'P-384')) THEN
    RETURN length(signature) = CASE alg WHEN 'ES256' THEN 64 ELSE 96 END
      AND COALESCE(line.ecdsa_holds(right(alg, 3)::integer, line.bytes_number(line.b64url(jwk ->> 'x')),
        line.bytes_number(line.b64url(jwk ->> 'y')), message,
        line.bytes_number(substr(signature, 1, half)), line.bytes_number(substr(signature, half + 1))), false);
  END IF;
  RETURN false;
END $$;

-- The claims of a provider's token, when one of the keys that are known of the provider signed it; NULL otherwise.
CREATE OR REPLACE FUNCTION line.token_claims(of_issuer text, token text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := string_to_array(token, '.'); head bytea; body bytea; header jsonb; signed bytea;
found boolean := false;
BEGIN
  IF token IS NULL OR length(token) > 20000 OR cardinality(parts) <> 3 THEN RETURN NULL; END IF;
  head := line.b64url(parts[1]); body := line.b64url(parts[2]); signed := line.b64url(parts[3]);
  IF head IS NULL OR body IS NULL OR signed IS NULL THEN RETURN NULL; END IF;
  BEGIN
    header := convert_from(head, 'UTF8')::jsonb;
    IF jsonb_typeof(header) <> 'object' OR header ? 'crit' OR header ? 'b64' THEN RETURN NULL; END IF;
    SELECT true INTO found FROM line.provider_key k WHERE k.issuer = of_issuer AND (header ->> 'kid' IS NULL
      OR k.kid = header ->> 'kid')
      AND line.jwk_holds(k.jwk, header ->> 'alg', convert_to(parts[1] || '.' || parts[2], 'UTF8'), signed) LIMIT 1;
    IF NOT COALESCE(found, false) THEN RETURN NULL; END IF;
    header := convert_from(body, 'UTF8')::jsonb;
    RETURN CASE jsonb_typeof(header) WHEN 'object' THEN header END;
  EXCEPTION WHEN data_exception OR character_not_in_repertoire OR program_limit_exceeded THEN RETURN NULL;
  END;
END $$;

-- ------------------------------------------------------------------------------------------ security keys

-- The public key of a security key as CTAP2 writes it (canonical CBOR of a COSE key): {kind, …}; NULL for any other.
CREATE OR REPLACE FUNCTION line.cose_key(k bytea) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE h text := encode(k, 'hex'); size integer := CASE WHEN length(k) > 11
  THEN get_byte(k, 9) * 256 + get_byte(k, 10) END;
BEGIN
  IF h ~ '^a5010203262001215820[0-9a-f]{64}225820[0-9a-f]{64}$' THEN
    RETURN jsonb_build_object('kind', 'ES256', 'x', substr(h, 21, 64), 'y', substr(h, 91, 64));
  ELSIF h ~ '^a4010103272006215820[0-9a-f]{64}$' THEN
    RETURN jsonb_build_object('kind', 'EdDSA', 'x', substr(h, 21, 64));
  ELSIF h LIKE 'a40103033901002059%2143010001' AND size IN (256, 384, 512) AND length(k) = size + 16 THEN
    RETURN jsonb_build_object('kind', 'RS256', 'n', substr(h, 23, 2 * size));
  END IF;
  RETURN NULL;
END $$;

-- An ECDSA signature of a security key is DER: {r, s}; NULL where it isn't exactly that.
CREATE OR REPLACE FUNCTION line.der_pair(d bytea) RETURNS numeric[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE a integer; b integer;
BEGIN
  IF length(d) NOT BETWEEN 8 AND 72 OR get_byte(d, 0) <> 48 OR get_byte(d, 1) <> length(d) - 2 OR get_byte(d, 2) <> 2
    THEN RETURN NULL; END IF;
  a := get_byte(d, 3);
  IF a NOT BETWEEN 1 AND 33 OR length(d) < a + 7 OR get_byte(d, a + 4) <> 2 THEN RETURN NULL; END IF;
  b := get_byte(d, a + 5);
  IF b NOT BETWEEN 1 AND 33 OR length(d) <> a + b + 6 OR get_byte(d, 4) > 127 OR get_byte(d, a + 6) > 127
    THEN RETURN NULL; END IF;
  RETURN ARRAY[line.bytes_number(substr(d, 5, a)), line.bytes_number(substr(d, a + 7, b))];
END $$;

CREATE OR REPLACE FUNCTION line.cose_holds(key bytea, message bytea, signature bytea) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE k jsonb := line.cose_key(key); pair numeric[]; n bytea;
BEGIN
  CASE k ->> 'kind'
    WHEN 'ES256' THEN
      pair := line.der_pair(signature);
      RETURN COALESCE(line.ecdsa_holds(256, line.bytes_number(decode(k ->> 'x', 'hex')),
        line.bytes_number(decode(k ->> 'y', 'hex')), message, pair[1], pair[2]), false);
    WHEN 'EdDSA' THEN RETURN COALESCE(line.ed25519_holds(decode(k ->> 'x', 'hex'), message, signature), false);
    WHEN 'RS256' THEN
      n := ltrim(decode(k ->> 'n', 'hex'), '\x00');
      RETURN COALESCE(line.rsa_holds(line.bytes_number(n), 65537, length(n), 256, message, signature), false);
    ELSE RETURN false;
  END CASE;
END $$;
