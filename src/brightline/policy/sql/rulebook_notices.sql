-- act: view
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {items: [{version, made, effective, state, changes, author_title, reason, seen, may}]}
BEGIN
  RETURN line.rulebook_notices(ctx);
END
