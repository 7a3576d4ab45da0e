-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: operations.operation_read
-- then: operation_show(operation)
-- params: {operation, reason}: its author takes back what waits, or what was approved and hasn't begun
-- result: that of operation_show
DECLARE
  o operations.operation := operations.take(ctx, p);
  after text := operations.step(ctx, o, 'withdraw');
  old text := o.state;
  why text := line.said(p, 'reason', '{}');
BEGIN
  IF ctx.account <> o.author THEN
    PERFORM line.refuse(ctx, 'side', 'Its author takes a plan back.', 'Whoever decides returns it instead.'); END IF;
  UPDATE operations.operation x SET state = after, legal_by = NULL, legal_at = NULL, legal_text = '', approved_by =
    NULL, approved_at = NULL
    WHERE x.id = o.id RETURNING * INTO o;
  PERFORM operations.history(ctx, o, 'withdrawn', jsonb_build_object('state', old), jsonb_build_object('state',
    after, 'reason', why));
  RETURN operations.head(ctx, o);
END
