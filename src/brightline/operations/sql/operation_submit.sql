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
  after text := operations.step(ctx, o, 'submit');
  old text := o.state;
BEGIN
  IF EXISTS (SELECT FROM operations.objective j WHERE j.operation = o.id
    AND line.operations_authority(j.authority) IS NULL) THEN
    PERFORM line.refuse(ctx, 'authority', 'An authority of the plan isn''t in force.',
      'Plan again under one that is.'); END IF;
  PERFORM line.operations_decidable(ctx, o);
  UPDATE operations.operation x SET state = after WHERE x.id = o.id RETURNING * INTO o;
  PERFORM operations.history(ctx, o, 'submitted', jsonb_build_object('state', old), jsonb_build_object('state', after));
  RETURN operations.head(ctx, o);
END
