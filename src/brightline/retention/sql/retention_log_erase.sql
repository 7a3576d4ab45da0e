-- act: change
-- kind: command
-- roles: approver
-- purposes: desk
-- inquiry: optional
-- seen: line.retention_log_read
-- params: {class, reason}: by another than who set the term; 5000 bodies at once
-- result: {class, years, certificate, bodies, more}
BEGIN
  RETURN line.retention_log_erase(ctx, p);
END
