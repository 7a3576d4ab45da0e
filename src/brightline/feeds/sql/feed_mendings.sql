-- act: view
-- kind: query
-- roles: steward, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {name, ended?: also those that ended, limit?, offset?}
-- result: {items: [{id, feed, key, column, wrong, value, reason, by, at, ended, end_reason}], total}, the newest first
DECLARE wanted text := line.need(p, 'name', 100);
  most integer := least(greatest(line.int(p, 'limit', 50), 1), 200);
  past integer := greatest(line.int(p, 'offset', 0), 0);
BEGIN
  IF NOT EXISTS (SELECT FROM feed.mine(ctx) m WHERE m = wanted) THEN PERFORM line.missing(ctx); END IF;
  RETURN feed.mending_list(ARRAY[wanted], COALESCE((p ->> 'ended')::boolean, false), most, past);
END
