-- act: change
-- kind: command
-- roles: approver
-- purposes: desk
-- inquiry: optional
-- seen: line.retention_log_read
-- params: {class, years, reason}: never below the class's least
-- result: an item of log_classes
BEGIN
  RETURN line.retention_log_term(ctx, p);
END
