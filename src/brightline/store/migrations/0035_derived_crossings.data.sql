-- Crossings that were open before their words had a marking of their own get one.
DO $derived$
DECLARE c line.crossing;
BEGIN
  FOR c IN SELECT * FROM line.crossing x WHERE x.state = 'approved' AND x.derived IS NULL AND x.expires > clock_timestamp() LOOP
    UPDATE line.crossing x SET derived = line.crossing_derived(c) WHERE x.id = c.id;
  END LOOP;
END $derived$;
