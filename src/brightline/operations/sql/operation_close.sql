-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: operations.operation_read
-- params: {operation, summary}
-- result: the operation's head
DECLARE
  o operations.operation := operations.take(ctx, p);
  after text := operations.step(ctx, o, 'close');
  said text := line.said(p, 'summary', '{}', 20000);
BEGIN
  UPDATE operations.operation x SET state = after, closed_by = ctx.account, closed_at = ctx.at, summary = said
    WHERE x.id = o.id RETURNING * INTO o;
  PERFORM operations.history(ctx, o, 'closed', jsonb_build_object('state', 'active'), jsonb_build_object('state', after));
  RETURN operations.head(ctx, o);
END
