-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: operations.operation_read
-- then: operation_show(operation)
-- params: {operation, summary, hand_over?: account of the unit who answers from now on for those still in custody}
-- result: that of operation_show
DECLARE
  o operations.operation := operations.take(ctx, p);
  after text := operations.step(ctx, o, 'close');
  said text := line.said(p, 'summary', '{}', 20000);
  taker text := line.text(p, 'hand_over', 63);
  heir uuid := line.accounts_id(taker);
  held text;
BEGIN
  SELECT string_agg(format('%s at %s since %s', operations.code('P', s.person), s.facility, line.stamp(s.book_in)), '; '
    ORDER BY s.book_in, s.id) INTO held
    FROM operations.custody_stay s WHERE s.operation = o.id AND s.book_out IS NULL AND NOT s.voided;
  IF held IS NOT NULL AND taker IS NULL THEN
    PERFORM line.conflict(ctx, 'held', format('Still in custody: %s.', held),
      'End their custody first, or hand them over: hand_over names who of the unit answers for them from now on.');
    END IF;
  IF taker IS NOT NULL AND (heir IS NULL OR line.operations_officer(heir, o.unit) IS NOT NULL) THEN
    PERFORM line.bad('hand_over', 'names nobody who works in this unit',
      'An agent, analyst or supervisor of the unit.'); END IF;
  IF held IS NOT NULL THEN
    INSERT INTO operations.custody_event (operation, person, stay, kind, time, detail, account)
      SELECT o.id, s.person, s.id, 'handover', ctx.at, 'to ' || taker, ctx.account FROM operations.custody_stay s
        WHERE s.operation = o.id AND s.book_out IS NULL AND NOT s.voided;
    UPDATE operations.custody_stay s SET held_by = heir WHERE s.operation = o.id
      AND s.book_out IS NULL AND NOT s.voided;
    PERFORM line.operations_say(ctx, heir,
      format('%s is closed; you answer for those still in custody: %s', o.number, held));
    PERFORM line.operations_tell(ctx, o.number, ARRAY['held_after_close']);
  END IF;
  UPDATE operations.operation x SET state = after, closed_by = ctx.account, closed_at = ctx.at, summary = said
    WHERE x.id = o.id RETURNING * INTO o;
  PERFORM operations.history(ctx, o, 'closed', jsonb_build_object('state', 'active'),
    jsonb_build_object('state', after));
  RETURN operations.head(ctx, o);
END
