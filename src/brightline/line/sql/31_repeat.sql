-- Once: a command that comes with a key of its sender's is done once, however often it is sent. The key travels as
-- `_key` beside the parameters and is no part of them; the row is written in the transaction of the act, so neither is
-- there without the other, and of two that come at once the second waits for the first.
-- callers: writer

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.keyless(p jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN jsonb_typeof(p) = 'object' THEN p - '_key' - '_seen' ELSE p END;

-- The answer of an act that shows what it has changed: what the act told, and over it the thing as it stands now.
-- callers: writer
CREATE OR REPLACE FUNCTION line.after(done jsonb, shown jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN done || shown || jsonb_build_object('_shown', COALESCE(done -> '_shown', '[]') ||
  COALESCE(shown -> '_shown', '[]'))
  || CASE WHEN jsonb_exists(done, '_count') THEN jsonb_build_object('_count', done -> '_count') ELSE '{}' END;

CREATE OR REPLACE FUNCTION line.repeat_key(p jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN sha256(convert_to(p ->> '_key', 'UTF8'));

-- NULL: it is the first of its key, and goes on. Otherwise what the first was answered, as long as that may be said
-- again: for ten minutes, unless the rules have moved or something was destroyed since. After that, for a day, only
-- that it was done.
CREATE OR REPLACE FUNCTION line.repeated(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k line.repeat; now_epoch bigint := (SELECT s.epoch FROM line.state s);
  same bytea := sha256(convert_to(concat_ws(E'\x01', ctx.name, ctx.purpose_key, line.keyless(p)::text), 'UTF8'));
BEGIN
  IF jsonb_typeof(p) IS DISTINCT FROM 'object' OR NOT jsonb_exists(p, '_key') THEN RETURN NULL; END IF;
  IF jsonb_typeof(p -> '_key') <> 'string' OR NOT p ->> '_key' ~ '^[!-~]{8,200}$' THEN
    PERFORM line.bad('Idempotency-Key', 'has no 8 to 200 plain characters',
      'Send a new random one for each act, such as a UUID.'); END IF;
  DELETE FROM line.repeat r WHERE r.account = ctx.account AND r.at < clock_timestamp() - interval '1 day';
  INSERT INTO line.repeat (account, key, act, epoch) VALUES (ctx.account, line.repeat_key(p), same, now_epoch)
    ON CONFLICT DO NOTHING;
  IF FOUND THEN RETURN NULL; END IF;
  SELECT * INTO k FROM line.repeat r WHERE r.account = ctx.account AND r.key = line.repeat_key(p);
  IF k.act IS DISTINCT FROM same THEN
    PERFORM line.conflict(ctx, 'key_reused', 'This key came with another act.',
      'Send a new Idempotency-Key for each act.'); END IF;
  IF k.answer IS NULL OR k.epoch <> now_epoch OR k.at < clock_timestamp() - interval '10 minutes' THEN
    PERFORM line.conflict(ctx, 'repeated', 'This was done already, and isn''t done again.',
      'Look at it; to do it once more, send another Idempotency-Key.'); END IF;
  PERFORM set_config('line.pass', '', true);
  PERFORM line.emit(gen_random_uuid(),
    line.head(ctx, 'answer', jsonb_build_object('counts', jsonb_array_length(k.shown), 'of', k.entry)),
    line.body(ctx, jsonb_build_object('shown', k.shown, 'repeated', ctx.entry)) - 'params', true, false);
  RETURN k.answer;
END $$;

-- Keeps what the first was answered, with what it showed. Secrets that are told once, and long answers, aren't kept.
CREATE OR REPLACE FUNCTION line.repeat_keep(ctx line.context, p jsonb, r jsonb, told jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF jsonb_typeof(p) IS DISTINCT FROM 'object' OR NOT jsonb_exists(p, '_key') THEN RETURN; END IF;
  UPDATE line.repeat k SET entry = ctx.entry, shown = COALESCE(r -> '_shown', '[]'),
    answer = CASE WHEN NOT COALESCE(r ?| ARRAY['token', 'secret', 'uri', 'codes', 'password', 'verifier', 'challenge',
      'options', 'content_base64'], false)
      AND length(told::text) <= 100000 THEN told END
    WHERE k.account = ctx.account AND k.key = line.repeat_key(p);
END $$;

-- Whatever is destroyed isn't kept as somebody's answer either.
-- callers: none
CREATE OR REPLACE FUNCTION line.repeat_forget() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE line.repeat k SET answer = NULL, shown = NULL WHERE k.answer IS NOT NULL
$$;
