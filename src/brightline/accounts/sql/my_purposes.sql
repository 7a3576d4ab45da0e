-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {purposes: [{key, kind, title, regime, authority, authority_title, statute, unit, unit_title, role, case,
--   state, expires, inquiry}]}
BEGIN
  RETURN jsonb_build_object('purposes', line.accounts_purposes(ctx.account));
END
