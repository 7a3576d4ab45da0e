-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- params: {issuer, group, unit, role}
-- result: {id, issuer, group, unit, role, made_by, made}
BEGIN
  RETURN line.accounts_group_add(ctx, p);
END
