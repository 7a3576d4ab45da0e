-- Whether this is a demo, and between which moments its clock was moved while its past was made (store/clock.py). NULL
-- elsewhere.
-- callers: none
CREATE OR REPLACE FUNCTION line.demo_told() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('since', line.stamp(d.since), 'until', line.stamp(d.until)) FROM line.demo d);
