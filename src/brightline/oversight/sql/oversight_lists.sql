-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {}
-- result: {items: [{list, account, title, people, by, at}]}: how many, never whom
BEGIN
  RETURN jsonb_build_object('items', line.oversight_lists());
END
