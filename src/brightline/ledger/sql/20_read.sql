-- From a message to a row of the table. Whatever a message does to its reader, it becomes an entry: what isn't one is
-- kept as an entry `malformed`, with whatever can be read of it. Invoker functions without settings: called for every
-- entry by ledger.integrate, which has fixed both.
-- callers: none

-- An id from a uuid's text or a printed id (`<source>-<32 hex>`).
CREATE OR REPLACE FUNCTION ledger.id(t text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN t IS NULL THEN NULL WHEN length(t) = 36 AND pg_input_is_valid(t, 'uuid') THEN t::uuid
  ELSE substring(right(lower(t), 36)
    FROM '([0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$')::uuid END;

CREATE OR REPLACE FUNCTION ledger.word(j jsonb, k text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN jsonb_typeof(j -> k) = 'string' THEN j ->> k END;

CREATE OR REPLACE FUNCTION ledger.ids(j jsonb) RETURNS uuid[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT array_agg(f.id) FROM (SELECT ledger.id(e #>> '{}') AS id FROM jsonb_array_elements(j) e
  WHERE jsonb_typeof(e) = 'string') f WHERE f.id IS NOT NULL);

-- The time that a head states; 1970 when it states none, so that the entry is kept and stands out.
CREATE OR REPLACE FUNCTION ledger.time(t text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN t LIKE '____-__-__T__:__:__%' AND length(t) < 40 AND pg_input_is_valid(t, 'timestamptz')
  THEN t::timestamptz ELSE to_timestamp(0) END;

-- 97 bytes: ledger/leaf.py says which. Version 2 puts each part's length before it.
CREATE OR REPLACE FUNCTION ledger.leaf(version integer, entry uuid, head_salt bytea, head bytea,
  body_salt bytea, body bytea)
RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE version
  WHEN 1 THEN decode('0000000101', 'hex') || line.lp(uuid_send(entry))
    || line.lp(sha256(head_salt || head)) || line.lp(sha256(body_salt || body))
  WHEN 2 THEN decode('0000000102', 'hex') || line.lp(uuid_send(entry))
    || line.lp(sha256(line.lp(head_salt) || line.lp(head))) || line.lp(sha256(line.lp(body_salt) || line.lp(body)))
  END;

-- What overseers ask by, copied out of head and body. What isn't there, or isn't of its kind, stays empty.
CREATE OR REPLACE FUNCTION ledger.filed(e ledger.entry, head jsonb, body jsonb) RETURNS ledger.entry
LANGUAGE plpgsql STABLE AS $$
DECLARE
  -- Each is looked at more than once, and is taken out once.
  of_ text := ledger.word(head, 'of'); at_ text := ledger.word(head, 'time');
  inquiry text := ledger.word(body, 'inquiry');
  account text := ledger.word(body, 'account'); purpose text := ledger.word(body, 'purpose_id');
BEGIN
  e.at := ledger.time(at_);
  e.act := COALESCE(ledger.word(head, 'act'), '');
  e.name := COALESCE(ledger.word(head, 'name'), '');
  e.outcome := COALESCE(ledger.word(head, 'outcome'), '');
  e.regime := ledger.word(head, 'regime');
  e.unit := ledger.word(head, 'unit');
  e.of := ledger.id(of_);
  e.inquiry := ledger.id(inquiry);
  e.account := ledger.id(account);
  e.purpose := ledger.id(purpose);
  IF jsonb_typeof(body -> 'shown') = 'array' THEN e.shown := ledger.ids(body -> 'shown'); END IF;
  RETURN e;
END $$;

-- The parts of a message {v, entry, head, head_salt, body, body_salt}, with the leaf. Head and body are strings that
-- hold the exact texts: they are committed to as they stand. Raises for anything else.
CREATE OR REPLACE FUNCTION ledger.parts(content bytea) RETURNS ledger.entry
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE e ledger.entry; said jsonb := convert_from(content, 'UTF8');
BEGIN
  IF NOT COALESCE(said -> 'v' IN ('1', '2'), false) THEN
    RAISE EXCEPTION 'not a message of a version that is known here'; END IF;
  e.entry := ledger.word(said, 'entry');
  e.head := convert_to(ledger.word(said, 'head'), 'UTF8'); e.head_salt := decode(ledger.word(said, 'head_salt'), 'hex');
  e.body := convert_to(ledger.word(said, 'body'), 'UTF8'); e.body_salt := decode(ledger.word(said, 'body_salt'), 'hex');
  e.leaf := ledger.leaf((said ->> 'v')::integer, e.entry, e.head_salt, e.head, e.body_salt, e.body);
  IF e.entry IS NULL OR length(e.leaf) IS DISTINCT FROM 97 OR length(e.head_salt) <> 32
    OR length(e.body_salt) <> 32 THEN
    RAISE EXCEPTION 'a part of it is missing or too short'; END IF;
  RETURN e;
END $$;

-- The one JSON object that a text is, written as jsonb writes it; raises for anything else.
CREATE OR REPLACE FUNCTION ledger.object(t bytea) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE said text := convert_from(t, 'UTF8'); j jsonb := said;
BEGIN
  IF jsonb_typeof(j) <> 'object' OR j::text <> said THEN
    RAISE EXCEPTION 'head and body must be one JSON object each, as PostgreSQL writes it'; END IF;
  RETURN j;
END $$;

-- Never raises.
CREATE OR REPLACE FUNCTION ledger.read(content bytea) RETURNS ledger.entry
LANGUAGE plpgsql VOLATILE AS $$
DECLARE e ledger.entry; why text;
BEGIN
  e := ledger.parts(content);
  RETURN ledger.filed(e, ledger.object(e.head), ledger.object(e.body));
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS why = MESSAGE_TEXT;
  RETURN ledger.malformed(content, why);
END $$;

-- One part of a message that isn't an entry, where it can be read: the id, or what head or body say; else NULL.
CREATE OR REPLACE FUNCTION ledger.readable(content bytea, part text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE AS $$
DECLARE t text;
BEGIN
  t := ledger.word(convert_from(content, 'UTF8')::jsonb, part);
  RETURN CASE part WHEN 'entry' THEN to_jsonb(left(t, 100)) ELSE ledger.object(convert_to(t, 'UTF8')) END;
EXCEPTION WHEN OTHERS THEN RETURN NULL;
END $$;

-- What isn't an entry, kept as one: id, head and who it was where they can be read; hash, length and the first bytes
-- always.
CREATE OR REPLACE FUNCTION ledger.malformed(content bytea, why text) RETURNS ledger.entry
LANGUAGE plpgsql VOLATILE AS $$
DECLARE head jsonb := ledger.readable(content, 'head'); body jsonb := ledger.readable(content, 'body');
BEGIN
  RETURN ledger.own('malformed', '{}', jsonb_strip_nulls(jsonb_build_object('why', left(why, 500), 'entry',
    ledger.readable(content, 'entry'),
    'head', head, 'account', body -> 'account', 'account_name', body -> 'account_name', 'purpose', body -> 'purpose',
    'purpose_id', body -> 'purpose_id', 'inquiry', body -> 'inquiry', 'bytes', length(content), 'sha256',
      encode(sha256(content), 'hex'),
    'content', encode(substr(content, 1, 65536), 'hex'))));
END $$;

-- An entry that the log itself writes. `told` is added to the head, which is never erased.
CREATE OR REPLACE FUNCTION ledger.own(act text, told jsonb, body jsonb, outcome text DEFAULT NULL) RETURNS ledger.entry
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  e ledger.entry;
  head jsonb := told || jsonb_build_object('time', line.stamp(clock_timestamp()), 'act', act, 'name', 'sequencer',
    'outcome', COALESCE(outcome, act));
BEGIN
  e.entry := gen_random_uuid();
  e.head := convert_to(head::text, 'UTF8'); e.head_salt := line.random32();
  e.body := convert_to(body::text, 'UTF8'); e.body_salt := line.random32();
  e.leaf := ledger.leaf(2, e.entry, e.head_salt, e.head, e.body_salt, e.body);
  RETURN ledger.filed(e, head, body);
END $$;
