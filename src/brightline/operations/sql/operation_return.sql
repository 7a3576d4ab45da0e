-- act: change
-- kind: command
-- roles: approver, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: operations.operation_read
-- then: operation_show(operation)
-- params: {operation, reason}
-- result: that of operation_show
DECLARE
  o operations.operation := operations.take(ctx, p);
  after text := operations.step(ctx, o, 'return');
  old text := o.state;
  why text := line.said(p, 'reason', '{}');
BEGIN
  IF (operations.desk(ctx) = 'approver') <> (o.state = 'legal_review') THEN
    PERFORM line.refuse(ctx, 'capacity', 'This decision lies with another desk.',
      'Legal review is an approver''s, approval a supervisor''s.'); END IF;
  PERFORM operations.unlike(ctx, o.author, 'The author of a plan doesn''t decide about it.');
  UPDATE operations.operation x SET state = after, legal_by = CASE WHEN o.state = 'legal_review'
    THEN ctx.account ELSE x.legal_by END,
    legal_text = CASE WHEN o.state = 'legal_review' THEN why ELSE x.legal_text END WHERE x.id = o.id RETURNING * INTO o;
  PERFORM operations.history(ctx, o, 'returned', jsonb_build_object('state', old), jsonb_build_object('state',
    after, 'reason', why));
  RETURN operations.head(ctx, o);
END
