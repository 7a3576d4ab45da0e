-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: operations.hold_read
-- params: {hold, finding: not supported|citizen|lawful, reason}: two different people, neither of whom opened it
-- result: the hold
DECLARE
  h operations.hold;
  o operations.operation;
  wanted text := upper(line.need(p, 'hold', 40));
  found text := line.need(p, 'finding', 20);
  why text;
  after text;
BEGIN
  SELECT * INTO h FROM operations.hold x WHERE operations.code('H', x.id) = wanted ORDER BY x.id LIMIT 1;
  IF h.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  SELECT * INTO o FROM operations.operation x WHERE x.id = h.operation FOR UPDATE;
  PERFORM line.under(ctx, COALESCE((SELECT e.authority FROM operations.encounter e WHERE e.id = h.encounter),
    operations.authority(o.id)));
  IF NOT found = ANY (ARRAY['not supported', 'citizen', 'lawful']) THEN
    PERFORM line.bad('finding', 'is unknown', 'not supported, citizen or lawful.'); END IF;
  PERFORM operations.unlike(ctx, h.opener, 'Who opened the hold doesn''t clear it.');
  IF operations.hold_state(h.id) IN ('cleared', 'confirmed') THEN
    PERFORM line.conflict(ctx, 'state', 'The hold is decided.', 'A new claim opens a new one.'); END IF;
  IF EXISTS (SELECT FROM operations.clearance c WHERE c.hold = h.id AND c.account = ctx.account) THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'You have looked at this hold already.',
      'A second person has to look.'); END IF;
  PERFORM line.decider(ctx, ARRAY(SELECT c.account FROM operations.clearance c WHERE c.hold = h.id));
  why := line.said(p, 'reason', ARRAY(SELECT c.reason FROM operations.clearance c WHERE c.hold = h.id));
  INSERT INTO operations.clearance (operation, hold, account, finding, reason)
    VALUES (h.operation, h.id, ctx.account, found, why);
  after := operations.hold_state(h.id);
  UPDATE operations.person x SET status = CASE after WHEN 'confirmed' THEN found WHEN 'cleared' THEN 'not supported'
    ELSE x.status END WHERE x.id = h.person;
  PERFORM operations.history(ctx, o, 'hold: ' || after, NULL,
    jsonb_build_object('hold', operations.code('H', h.id), 'finding', found));
  RETURN operations.hold_row(ctx, h) || jsonb_build_object('_shown', jsonb_build_array(h.person), '_count',
    jsonb_build_object('holds',
    jsonb_build_object(CASE after WHEN 'one of two' THEN 'waiting' ELSE after END, 1)));
END
