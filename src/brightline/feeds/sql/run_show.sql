-- act: view
-- kind: query
-- roles: steward, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {run}
-- result: the run, with its progress while it works
DECLARE r feed.run; wanted uuid := line.uuid(p, 'run');
BEGIN
  SELECT * INTO r FROM feed.run x WHERE x.id = wanted AND x.feed IN (SELECT feed.mine(ctx));
  IF r.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN feed.summary(r);
END
