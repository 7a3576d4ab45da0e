-- act: view
-- kind: query
-- roles: any
-- purposes: desk, oversight, case, lead
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {items: [head + {may}]}
BEGIN
  RETURN line.rulebook_list(ctx);
END
