-- act: change
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- params: {}: marks all as read
-- result: {read}
BEGIN
  RETURN jsonb_build_object('read', line.cases_notices_read(ctx));
END
