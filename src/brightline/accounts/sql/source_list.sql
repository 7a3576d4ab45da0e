-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {sources: [{name, title, publisher, reliability, regime, authority, custodian_unit, state, agreement,
--   assessment}]}
BEGIN
  RETURN jsonb_build_object('sources', line.sources_list(ctx));
END
