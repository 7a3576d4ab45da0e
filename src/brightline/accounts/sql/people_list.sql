-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- token: yes
-- params: {unit?}
-- result: {people: [{name, title, unit, roles}]} of the units of whoever asks
BEGIN
  RETURN line.accounts_people(ctx, p);
END
