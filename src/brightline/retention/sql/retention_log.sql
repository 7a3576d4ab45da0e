-- act: view
-- kind: query
-- roles: approver, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {items: [{class, acts: [text], years, least, source, due (5001 means more than 5000), set_by, set_at,
--   reason}]}
BEGIN
  RETURN line.retention_log_classes();
END
