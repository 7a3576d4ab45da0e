-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {authorities: [{code, title, regime, statute, processes, approver_role, valid_from, valid_to, in_force}]}
BEGIN
  RETURN jsonb_build_object('authorities', line.accounts_authorities());
END
