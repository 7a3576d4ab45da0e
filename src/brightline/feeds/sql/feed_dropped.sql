-- act: view
-- kind: query
-- roles: steward, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {run, limit?, offset?}
-- result: {items: [{key, at}], total}: the rows that the source no longer had in this run, by key
DECLARE wanted uuid := line.uuid(p, 'run');
  most integer := least(greatest(line.int(p, 'limit', 50), 1), 1000);
  past integer := greatest(line.int(p, 'offset', 0), 0);
BEGIN
  IF NOT EXISTS (SELECT FROM feed.run x WHERE x.id = wanted AND x.feed IN (SELECT feed.mine(ctx))) THEN
    PERFORM line.missing(ctx); END IF;
  RETURN feed.dropped(wanted, most, past);
END
