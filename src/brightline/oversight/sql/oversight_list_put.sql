-- act: read-log
-- kind: command
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- unread: brings a whole list, of which nobody is shown more than its length
-- params: {list: own | household | press | officials, account?, title?, content_base64: JSON [{parts: [[spelling]], identifiers: [key]}]}
-- result: {list, account, title, people}
BEGIN
  RETURN line.oversight_list_put(ctx, p);
END
