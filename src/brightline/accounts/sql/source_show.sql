-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- token: yes
-- params: {name}
-- result: the source with all agreements and assessments
BEGIN
  RETURN line.sources_show(ctx, p);
END
