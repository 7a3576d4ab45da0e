-- The words of a staged aspect are cut into lexemes as it is staged, where several connections copy at once, and not in
-- the publishing transaction, which is one connection's work.
ALTER TABLE stage.aspect ADD COLUMN text tsvector NOT NULL
  GENERATED ALWAYS AS (to_tsvector('pg_catalog.simple'::regconfig, document)) STORED;
