-- act: change
-- kind: command
-- roles: approver, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: operations.operation_read
-- then: operation_show(operation)
-- params: {operation, reason? (needed at legal review)}: legal review by an approver, then approval by a supervisor of
--   the unit who isn't the author
-- result: that of operation_show
DECLARE
  o operations.operation := operations.take(ctx, p);
  legal boolean := operations.desk(ctx) = 'approver';
  after text := operations.step(ctx, o, CASE WHEN legal THEN 'clear' ELSE 'approve' END);
  old text := o.state;
  why text := CASE WHEN legal OR line.text(p, 'reason', 4000) IS NOT NULL
    THEN line.said(p, 'reason', ARRAY[o.legal_text]) END;
BEGIN
  PERFORM operations.unlike(ctx, o.author, 'The author of a plan doesn''t approve it.');
  IF NOT legal THEN PERFORM operations.unlike(ctx, o.legal_by,
    'Who reviewed the plan in law doesn''t approve it too.'); END IF;
  UPDATE operations.operation x SET state = after,
    legal_by = CASE WHEN legal THEN ctx.account ELSE x.legal_by END, legal_at = CASE WHEN legal
      THEN ctx.at ELSE x.legal_at END,
    legal_text = CASE WHEN legal THEN why ELSE x.legal_text END,
    approved_by = CASE WHEN legal THEN NULL ELSE ctx.account END, approved_at = CASE WHEN legal
      THEN NULL ELSE ctx.at END
    WHERE x.id = o.id RETURNING * INTO o;
  PERFORM operations.history(ctx, o, CASE WHEN legal THEN 'cleared in legal review' ELSE 'approved' END,
    jsonb_build_object('state', old), jsonb_build_object('state', after, 'reason', why));
  RETURN operations.head(ctx, o);
END
