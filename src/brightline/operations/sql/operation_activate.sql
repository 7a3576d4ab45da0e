-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: operations.operation_read
-- then: operation_show(operation)
-- params: {operation}
-- result: that of operation_show
DECLARE
  o operations.operation := operations.take(ctx, p);
  after text := operations.step(ctx, o, 'activate');
BEGIN
  UPDATE operations.operation x SET state = after, active_at = ctx.at WHERE x.id = o.id RETURNING * INTO o;
  PERFORM operations.history(ctx, o, 'under way', jsonb_build_object('state', 'approved'),
    jsonb_build_object('state', after));
  RETURN operations.head(ctx, o);
END
