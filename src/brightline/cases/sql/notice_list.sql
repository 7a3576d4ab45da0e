-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- token: yes
-- params: {limit?}
-- result: {notices: [{id, kind, what, case, object, detail, at, read, due}], unread}
DECLARE
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
BEGIN
  RETURN line.cases_notices(ctx, most);
END
