-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {units: [{name, title, parent, regime, contact, state}]}
BEGIN
  RETURN jsonb_build_object('units', line.accounts_units());
END
