-- act: change
-- kind: command
-- roles: steward, agent, analyst, supervisor
-- purposes: desk, case
-- inquiry: optional
-- seen: warehouse.schedule_read
-- params: {name, paused: bool (default true; false goes on)}
-- result: the schedule
DECLARE s warehouse.schedule; called text := line.need(p, 'name', 79); wanted text := CASE
  WHEN line.bool(p, 'paused', true) THEN 'paused' ELSE 'active' END;
BEGIN
  SELECT * INTO s FROM warehouse.schedules(ctx) x WHERE x.name = called;
  IF s.name IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF s.state IN ('ended', wanted) THEN
    PERFORM line.conflict(ctx, 'state', format('The schedule is %s already.', s.state), CASE s.state WHEN 'ended'
      THEN 'Add it anew.' ELSE '' END); END IF;
  UPDATE warehouse.schedule x SET state = wanted, next_run = NULL WHERE x.name = called RETURNING * INTO s;
  RETURN warehouse.schedule_words(s);
END
