-- act: read-log
-- kind: command
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {list: own | household | press | officials, account?, title?, content_base64: JSON [{parts: [[spelling]], identifiers: [key]}]}
-- result: {list, account, title, people}
BEGIN
  RETURN line.oversight_list_put(ctx, p);
END
