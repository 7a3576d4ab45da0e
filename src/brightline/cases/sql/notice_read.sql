-- act: change
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- unread: one's own, which nobody else changes
-- params: {}: marks all as read
-- result: {read}
BEGIN
  RETURN jsonb_build_object('read', line.cases_notices_read(ctx));
END
