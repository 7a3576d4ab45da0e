-- act: change
-- kind: command
-- roles: supervisor
-- purposes: desk
-- inquiry: optional
-- seen: operations.operation_read
-- params: {operation, findings}: by a supervisor who didn't close it
-- result: the operation's head
DECLARE
  o operations.operation := operations.take(ctx, p);
  after text := operations.step(ctx, o, 'review');
  said text := line.said(p, 'findings', ARRAY[o.summary], 20000);
BEGIN
  PERFORM operations.unlike(ctx, o.closed_by, 'Who closed an operation doesn''t review it.');
  UPDATE operations.operation x SET state = after, review_by = ctx.account, review_at = ctx.at, review_text = said
    WHERE x.id = o.id RETURNING * INTO o;
  PERFORM operations.history(ctx, o, 'reviewed', jsonb_build_object('state', 'closed'), jsonb_build_object('state', after));
  RETURN operations.head(ctx, o);
END
