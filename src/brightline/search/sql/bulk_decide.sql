-- act: change
-- kind: command
-- roles: supervisor
-- purposes: desk
-- inquiry: optional
-- seen: bulk.request_read
-- params: {bulk, decision: approve | deny, reason}
-- result: as bulk_show
DECLARE r bulk.request := bulk.find(ctx, p);
BEGIN
  PERFORM line.search_bulk_decide(ctx, r.id, p);
  RETURN (SELECT bulk.told(x) || jsonb_build_object('_count', jsonb_build_object('decision', p ->> 'decision', 'size',
    x.size, 'error_rate', x.error_rate))
    FROM bulk.request x WHERE x.id = r.id);
END
