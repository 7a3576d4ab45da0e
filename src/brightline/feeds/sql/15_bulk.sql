-- A first load writes far more than the tables hold. Adding to an index row by row costs several times what building it
-- at the end does (GIN: 82 against 5 µs of processor an aspect, a tree of uuids: 1.5 against 0.4, measured), and what
-- is built at the end is built by several processes. So such a load takes the indexes off and makes them anew, in its
-- own transaction: a crash leaves them as they were, and nothing is visible before they are whole and their keys proven
-- unique. Readers have to wait meanwhile, so it is done only when the load is larger than all that is there, and only
-- when the tables come free within two seconds: a search is over by then, and autovacuum, which would otherwise make a
-- first load ten times slower by chance, gives way after one.
-- callers: line
-- owner: owner

DROP FUNCTION IF EXISTS feed.bulk_begin(bigint);
CREATE OR REPLACE FUNCTION feed.bulk_begin(staged bigint, tables regclass[]) RETURNS text[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE definitions text[]; i record; t regclass;
BEGIN
  IF staged < 5000 OR staged < (SELECT sum(f.aspects) FROM feed.feed f) THEN RETURN NULL; END IF;
  BEGIN
    FOREACH t IN ARRAY tables LOOP EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', t); END LOOP;
  EXCEPTION WHEN lock_not_available THEN RETURN NULL;
  END;
  FOR i IN SELECT c.conrelid::regclass AS owner, quote_ident(c.conname) AS name,
    pg_get_constraintdef(c.oid) AS definition
      FROM pg_constraint c WHERE c.contype IN ('p', 'u') AND c.conrelid = ANY (tables) ORDER BY c.conname LOOP
    definitions := definitions || format('ALTER TABLE %s ADD CONSTRAINT %s %s', i.owner, i.name, i.definition);
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %s', i.owner, i.name);
  END LOOP;
  FOR i IN SELECT x.indexrelid::regclass AS name, pg_get_indexdef(x.indexrelid) AS definition
      FROM pg_index x WHERE x.indrelid = ANY (tables) ORDER BY 1 LOOP
    definitions := definitions || i.definition;
    EXECUTE format('DROP INDEX %s', i.name);
  END LOOP;
  RETURN definitions;
END $$;

CREATE OR REPLACE FUNCTION feed.bulk_end(definitions text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET maintenance_work_mem = '256MB' AS $$
DECLARE d text;
BEGIN
  FOREACH d IN ARRAY COALESCE(definitions, '{}') LOOP EXECUTE d; END LOOP;
END $$;

-- For the owner of the indexes, which tells by the feed what it takes off.
GRANT USAGE ON SCHEMA feed TO brightline_owner;
GRANT SELECT ON feed.feed TO brightline_owner;
