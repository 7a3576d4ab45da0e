-- act: change
-- kind: command
-- roles: supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- seen: operations.operation_read
-- then: operation_show(operation)
-- params: {operation, findings}: by a supervisor of the unit who neither cleared, approved nor closed it; by an
--   overseer where the unit has none
-- result: that of operation_show
DECLARE
  o operations.operation := operations.take(ctx, p);
  after text := operations.step(ctx, o, 'review');
  said text := line.said(p, 'findings', ARRAY[o.summary], 20000);
BEGIN
  PERFORM operations.unlike(ctx, o.closed_by, 'Who closed an operation doesn''t review it.');
  PERFORM operations.unlike(ctx, o.approved_by, 'Who approved an operation doesn''t say whether it was right.');
  PERFORM operations.unlike(ctx, o.legal_by, 'Who cleared the plan in law doesn''t review the operation.');
  IF ctx.kind = 'oversight' AND EXISTS (SELECT FROM line.operations_reviewers(o)) THEN
    PERFORM line.refuse(ctx, 'side', 'The unit has a supervisor who can review it.',
      'An overseer reviews where there is none.'); END IF;
  UPDATE operations.operation x SET state = after, review_by = ctx.account, review_at = ctx.at, review_text = said
    WHERE x.id = o.id RETURNING * INTO o;
  PERFORM operations.history(ctx, o, 'reviewed', jsonb_build_object('state', 'closed'),
    jsonb_build_object('state', after));
  RETURN operations.head(ctx, o);
END
