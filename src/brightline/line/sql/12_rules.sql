-- The rulebook in force, read by key: `line.rule_int('crossing.longest_days')`. A key that isn't there stops the act: a
-- guard whose number nobody knows is no guard. `up` adds the keys that a new version of Brightline brings.
-- callers: reader, writer

CREATE OR REPLACE FUNCTION line.rule(key text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE found jsonb;
BEGIN
  SELECT s.rulebook #> string_to_array(key, '.') INTO found FROM line.state s;
  IF found IS NULL THEN
    RAISE EXCEPTION 'rulebook: the key % is missing', key
      USING HINT = 'Run brightline up, which adds the keys of this version.';
  END IF;
  RETURN found;
END $$;

CREATE OR REPLACE FUNCTION line.rule_int(key text) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (line.rule(key) #>> '{}')::integer;

CREATE OR REPLACE FUNCTION line.rule_texts(key text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT e FROM jsonb_array_elements_text(line.rule(key)) e);

-- Is an approved version, or a proposal whose notice is over, due? Asked by every act: while it is, each visible set
-- counts as stale.
CREATE OR REPLACE FUNCTION line.rulebook_waits() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.rulebook_version v WHERE v.state = 'approved' AND v.effective <= clock_timestamp())
  OR EXISTS (SELECT FROM line.proposal r WHERE r.state = 'notice' AND r.effective <= clock_timestamp());

-- Which roles the rulebook lets decide by this act; NULL where no chain names it.
-- callers: none
CREATE OR REPLACE FUNCTION line.rule_deciders(act text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT ARRAY(SELECT jsonb_array_elements_text(c.value -> 'decides'))
  FROM line.state s, jsonb_each(s.rulebook -> 'chains') c
  WHERE c.value -> 'acts' ? act LIMIT 1);
