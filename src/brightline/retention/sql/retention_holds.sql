-- act: view
-- kind: query
-- roles: steward, supervisor, approver, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {items: [{id, kind: record | case | source, label, reason, by, at, lifted, lifted_by, lift_reason}]}
BEGIN
  RETURN line.retention_holds(ctx);
END
