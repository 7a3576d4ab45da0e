-- What search needs of the rulebook.

-- People in one list above which a search without a name or an identifier needs approval (rule 41).
-- callers: reader
CREATE OR REPLACE FUNCTION line.search_bulk_threshold() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.rule_int('bulk_threshold');
