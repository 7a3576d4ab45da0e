-- Entries: what goes into the write-ahead log, and how a refusal gets there before it is spoken.
-- callers: reader, writer

-- Functions with a body of RETURN and no search_path of their own: they were resolved when they were made, and become
-- part of whatever calls them instead of a call, which at every act costs more than what they do.

-- Length-prefixed: 4 bytes, big-endian, then the bytes.
CREATE OR REPLACE FUNCTION line.lp(b bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN int4send(length(b)) || b;

CREATE OR REPLACE FUNCTION line.random32() RETURNS bytea
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
RETURN sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

-- What stands in an entry for a value that is too large for it: its hash and length as text. NULL for the hash of what
-- has no text that PostgreSQL can write.
CREATE OR REPLACE FUNCTION line.outline(v jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE t bytea;
BEGIN
  t := convert_to(v::text, 'UTF8');
  RETURN jsonb_build_object('sha256', encode(sha256(t), 'hex'), 'bytes', length(t));
EXCEPTION WHEN OTHERS THEN RETURN jsonb_build_object('sha256', NULL, 'bytes', pg_column_size(v));
END $$;

-- One entry, written as a message into the write-ahead log. Transactional: it commits with the change, or not at
-- all. Otherwise it is flushed at once (`durable`) and nothing that happens to the transaction takes it back.
-- Answers the RFC 6962 leaf hash, which goes into the receipt.
-- callers: none
CREATE OR REPLACE FUNCTION line.emit(entry uuid, head jsonb, body jsonb, transactional boolean, durable boolean)
RETURNS bytea
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  written pg_lsn;
  head_text text := head::text;
  body_text text := body::text;
  -- Two salts of one seed of 244 random bits: whoever is told one learns nothing of the other.
  -- Each act passes here twice, and asking for randomness costs more than all the rest.
  seed bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  head_salt bytea := sha256(decode('00', 'hex') || seed);
  body_salt bytea := sha256(decode('01', 'hex') || seed);
  leaf bytea;
BEGIN
  -- Numbers may take more room as text than what brought them: a parameter of forty bytes can have a million digits.
  IF length(body_text) > 131072 AND jsonb_exists(body, 'params') THEN
    body_text := (body || jsonb_build_object('params', line.outline(body -> 'params')))::text;
  END IF;
  IF length(body_text) > 33554432 THEN
    body_text := jsonb_build_object('account', body -> 'account', 'account_name', body -> 'account_name',
      'purpose', body -> 'purpose',
      'purpose_id', body -> 'purpose_id', 'inquiry', body -> 'inquiry', '_whole', line.outline(body))::text;
  END IF;
  -- Version 2: each part after its length (ledger/leaf.py).
  leaf := decode('0000000102', 'hex') || line.lp(uuid_send(entry))
       || line.lp(sha256(line.lp(head_salt) || line.lp(convert_to(head_text, 'UTF8'))))
       || line.lp(sha256(line.lp(body_salt) || line.lp(convert_to(body_text, 'UTF8'))));
  written := pg_logical_emit_message(transactional, 'line',
    convert_to(jsonb_build_object('v', 2, 'entry', entry,
      'head', head_text, 'head_salt', encode(head_salt, 'hex'),
      'body', body_text, 'body_salt', encode(body_salt, 'hex'))::text, 'UTF8'),
    durable);
  RETURN sha256(decode('00', 'hex') || leaf);
END $$;
ALTER FUNCTION line.emit(uuid, jsonb, jsonb, boolean, boolean) OWNER TO brightline_line;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_logical_emit_message(boolean, text, bytea, boolean) TO brightline_line;

CREATE OR REPLACE FUNCTION line.pseudonym(account uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN left(encode(sha256((SELECT s.value FROM line.secret s WHERE s.name = 'pseudonym') ||
  uuid_send(account)), 'hex'), 16);
ALTER FUNCTION line.pseudonym(uuid) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.stamp(at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- The authority of the act where it is another than the desk's: the programme's of a lead, the plan's of an operation,
-- the basis that a crossing names. It holds for this entry alone: the setting names its id, which nobody outside the
-- call knows before the answer, so none that was set beforehand or left behind counts. Oversight looks under its own
-- authority, and so do cases.
CREATE OR REPLACE FUNCTION line.under(ctx line.context, code text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE done text;
BEGIN
  IF code IS NOT NULL AND (ctx.kind = 'desk' OR ctx.kind <> 'oversight' AND ctx.act = 'crossing') THEN
    done := set_config('line.under', ctx.entry::text || code, true);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION line.head(ctx line.context, outcome text, extra jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE
RETURN jsonb_build_object('time', line.stamp(clock_timestamp()), 'act', ctx.act, 'name', ctx.name,
  'regime', ctx.regime, 'unit', ctx.unit, 'authority', CASE
    WHEN left(current_setting('line.under', true), 36) = ctx.entry::text
    THEN substr(current_setting('line.under', true), 37) ELSE ctx.authority END, 'purpose_kind', ctx.kind,
  'outcome', outcome, 'account', CASE WHEN ctx.account IS NULL THEN NULL ELSE line.pseudonym(ctx.account) END) || extra;

-- More than any act works with: the call is refused, and its entry says so.
CREATE OR REPLACE FUNCTION line.too_large(p jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_column_size(p) > 512 AND (pg_column_size(p) > 33554432 OR jsonb_path_exists(p, '$.**{64}'));

-- More than an entry keeps word for word. A level of depth takes eight bytes, so what is small isn't deep either.
CREATE OR REPLACE FUNCTION line.long(v jsonb, most integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_column_size(v) > 512 AND (pg_column_size(v) > most OR jsonb_path_exists(v, '$.**{64}')
  OR jsonb_path_exists(v, '$.** ? (@.type() == "number" && (@ > 1e1000 || @ < -1e1000))'));

-- Secrets and whole files have no place in a log: what a parameter of that kind was is kept as its hash. Of parameters
-- that are too large together, each large one is kept as its hash and length, and `_whole` says what all of them were.
CREATE OR REPLACE FUNCTION line.loggable(p jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE secret constant text[] := '{password,verifier,proof,code,token,factor_key,content_base64}';
BEGIN
  IF jsonb_typeof(p) IS DISTINCT FROM 'object' THEN RETURN '{}'; END IF;
  IF p ?| secret THEN
    p := (SELECT jsonb_object_agg(k.key, CASE WHEN k.key = ANY (secret)
      THEN jsonb_build_object('sha256', line.outline(k.value) -> 'sha256') ELSE k.value END) FROM jsonb_each(p) AS k);
  END IF;
  IF NOT line.long(p, 65536) THEN RETURN p; END IF;
  RETURN (SELECT jsonb_object_agg(left(k.key, 200), CASE WHEN line.long(k.value, 512)
    THEN line.outline(k.value) ELSE k.value END)
      FROM (SELECT * FROM jsonb_each(p) LIMIT 100) AS k)
    || jsonb_build_object('_whole', line.outline(p) || jsonb_build_object('keys', (SELECT count(*)
      FROM jsonb_object_keys(p))));
END $$;

CREATE OR REPLACE FUNCTION line.body(ctx line.context, extra jsonb) RETURNS jsonb
LANGUAGE sql STABLE
RETURN jsonb_build_object('account', ctx.account, 'account_name', left(ctx.account_name, 200),
  'purpose', ctx.purpose_key,
  'purpose_id', ctx.purpose, 'inquiry', ctx.inquiry, 'params', line.loggable(ctx.params)) || extra;

-- A refusal that may state its reason: the entry first, flushed, then the error.
CREATE OR REPLACE FUNCTION line.say_no(ctx line.context, state text, code text, detail text, hint text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE id uuid := gen_random_uuid();
BEGIN
  PERFORM line.emit(id, line.head(ctx, 'refused', jsonb_build_object('of', ctx.entry, 'code', code)),
    line.body(ctx, jsonb_build_object('why', detail)), false, true);
  RAISE EXCEPTION USING ERRCODE = state, MESSAGE = code, DETAIL =
    jsonb_build_object('code', code, 'detail', detail, 'hint', COALESCE(hint, ''), 'entry', id)::text;
END $$;
ALTER FUNCTION line.say_no(line.context, text, text, text, text) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.refuse(ctx line.context, code text, detail text, hint text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.say_no(ctx, 'BL003', code, detail, hint) $$;

-- Absent and hidden are one answer.
CREATE OR REPLACE FUNCTION line.missing(ctx line.context) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.say_no(ctx, 'BL004', 'not_found', 'Nothing of that id can be seen from here.',
    'Check the id and the purpose you work under; what another purpose holds needs a crossing.') $$;

CREATE OR REPLACE FUNCTION line.conflict(ctx line.context, code text, detail text, hint text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.say_no(ctx, 'BL005', code, detail, hint) $$;

-- ------------------------------------------------------------------ parameters, each with a clear refusal

CREATE OR REPLACE FUNCTION line.bad(field text, problem text, hint text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'BL006', MESSAGE = 'bad_input', DETAIL =
    jsonb_build_object('code', 'bad_input', 'field', field, 'detail', problem, 'hint', COALESCE(hint, ''))::text;
END $$;

-- What rewrites a screen is refused: control characters, line ends in a text of one line, bidirectional controls. Keys
-- and ids are exempt: feeds bring them, and what came is kept as it came and shown escaped (model/characters.py).
CREATE OR REPLACE FUNCTION line.unseen(k text, t text, one_line boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE found text;
BEGIN
  IF k = ANY (ARRAY['key', 'keys', 'id', 'ids', 'items', 'documents', 'value', 'query', 'words']) THEN RETURN; END IF;
  found := substring(t FROM CASE WHEN one_line
    THEN '[\u0001-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]'
    ELSE '[\u0001-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e]' END);
  IF found IS NOT NULL THEN
    PERFORM line.bad(k, format('holds U+%s, which nobody can see',
      upper(lpad(to_hex(ascii(found)), 4, '0'))), 'Leave it out.');
  END IF;
END $$;

CREATE OR REPLACE FUNCTION line.text(p jsonb, k text, most integer DEFAULT 100000) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE v jsonb := p -> k; t text;
BEGIN
  IF v IS NULL OR v = 'null'::jsonb THEN RETURN NULL; END IF;
  IF jsonb_typeof(v) <> 'string' THEN PERFORM line.bad(k, 'must be text', 'Send a string.'); END IF;
  t := btrim(replace(p ->> k, E'\r\n', E'\n'), E' \t\n\r');
  PERFORM line.unseen(k, t, most <= 300);
  IF length(t) > most THEN PERFORM line.bad(k, format('is longer than %s characters', most), 'Shorten it.'); END IF;
  RETURN NULLIF(t, '');
END $$;

CREATE OR REPLACE FUNCTION line.need(p jsonb, k text, most integer DEFAULT 100000) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE t text := line.text(p, k, most);
BEGIN
  IF t IS NULL THEN PERFORM line.bad(k, 'is missing', 'Fill it in.'); END IF;
  RETURN t;
END $$;

CREATE OR REPLACE FUNCTION line.uuid(p jsonb, k text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE t text := line.text(p, k, 200);
BEGIN
  IF t IS NULL THEN RETURN NULL; END IF;
  IF NOT pg_input_is_valid(t, 'uuid') THEN PERFORM line.bad(k, 'is no id', 'Use an id as the lists print it.'); END IF;
  RETURN t::uuid;
END $$;

CREATE OR REPLACE FUNCTION line.uuids(p jsonb, k text, most integer DEFAULT 1000) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE ts text[] := line.texts(p, k, most); t text;
BEGIN
  FOREACH t IN ARRAY ts LOOP
    IF NOT pg_input_is_valid(t, 'uuid') THEN
      PERFORM line.bad(k, 'holds something that is no id', 'Use ids as the lists print them.'); END IF;
  END LOOP;
  RETURN ts::uuid[];
END $$;

CREATE OR REPLACE FUNCTION line.int(p jsonb, k text, fallback integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE v jsonb := p -> k;
BEGIN
  IF v IS NULL OR v = 'null'::jsonb THEN RETURN fallback; END IF;
  IF NOT pg_input_is_valid(p ->> k, 'integer') THEN
    PERFORM line.bad(k, 'must be a whole number', 'Send digits.'); END IF;
  RETURN (p ->> k)::integer;
END $$;

CREATE OR REPLACE FUNCTION line.bool(p jsonb, k text, fallback boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE v jsonb := p -> k;
BEGIN
  IF v IS NULL OR v = 'null'::jsonb THEN RETURN fallback; END IF;
  IF jsonb_typeof(v) <> 'boolean' THEN PERFORM line.bad(k, 'must be true or false', ''); END IF;
  RETURN v::boolean;
END $$;

CREATE OR REPLACE FUNCTION line.date(p jsonb, k text) RETURNS date
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE t text := line.text(p, k, 40);
BEGIN
  IF t IS NULL THEN RETURN NULL; END IF;
  IF t !~ '^\d{4}-\d{2}-\d{2}' OR NOT pg_input_is_valid(left(t, 10), 'date') THEN
    PERFORM line.bad(k, 'is no date', 'Write it as YYYY-MM-DD.');
  END IF;
  RETURN left(t, 10)::date;
END $$;

CREATE OR REPLACE FUNCTION line.time(p jsonb, k text) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE t text := line.text(p, k, 60);
BEGIN
  IF t IS NULL THEN RETURN NULL; END IF;
  IF t !~ '^\d{4}-\d{2}-\d{2}' OR NOT pg_input_is_valid(t, 'timestamptz') THEN
    PERFORM line.bad(k, 'is no moment', 'Write it as YYYY-MM-DDTHH:MM:SSZ.');
  END IF;
  RETURN t::timestamptz;
END $$;

CREATE OR REPLACE FUNCTION line.texts(p jsonb, k text, most integer DEFAULT 1000) RETURNS text[]
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE v jsonb := p -> k;
BEGIN
  IF v IS NULL OR v = 'null'::jsonb THEN RETURN '{}'; END IF;
  IF jsonb_typeof(v) <> 'array' OR EXISTS
     (SELECT FROM jsonb_array_elements(v) e WHERE jsonb_typeof(e) <> 'string') THEN
    PERFORM line.bad(k, 'must be a list of texts', 'Send an array of strings.');
  END IF;
  IF jsonb_array_length(v) > most THEN
    PERFORM line.bad(k, format('holds more than %s items', most), 'Send fewer at a time.'); END IF;
  PERFORM line.unseen(k, e, true) FROM jsonb_array_elements_text(v) e;
  RETURN ARRAY(SELECT e FROM jsonb_array_elements_text(v) e);
END $$;
