-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: bulk.request_read
-- params: {bulk}
-- result: as bulk_show
DECLARE r bulk.request := bulk.find(ctx, p);
BEGIN
  PERFORM line.search_bulk_withdraw(ctx, r.id);
  RETURN (SELECT bulk.told(x) FROM bulk.request x WHERE x.id = r.id);
END
