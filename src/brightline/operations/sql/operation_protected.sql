-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: required
-- token: yes
-- params: {operation}: names of victims and witnesses, under an inquiry
-- result: {protected: [{code, category, name, note, by, at}]}
DECLARE
  o operations.operation := operations.find(ctx, p);
BEGIN
  RETURN (SELECT jsonb_build_object('protected',
    COALESCE(jsonb_agg(jsonb_build_object('code', operations.code('V', v.id), 'category', v.category,
      'name', v.name, 'note', v.note, 'by', line.accounts_name(v.account), 'at', line.stamp(v.at))
        ORDER BY v.at, v.id), '[]'),
    '_shown', COALESCE(jsonb_agg(v.id), '[]')) FROM operations.protected_person v WHERE v.operation = o.id);
END
