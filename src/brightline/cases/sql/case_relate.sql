-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case, desk
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {case?, other, kind: parent | child | related, reason}: both cases known to the caller
-- result: {related: [{case, title, regime, state, kind, reason, by, at}]}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  wanted uuid := line.cases_known(ctx, line.need(p, 'other', 40));
  sort text := lower(COALESCE(line.text(p, 'kind', 20), 'related'));
  why text;
BEGIN
  IF wanted IS NULL THEN PERFORM line.missing(ctx); END IF;
  why := line.need(p, 'reason', 2000);
  PERFORM cases.belonging(ctx, f);
  IF NOT sort = ANY (ARRAY['parent', 'child', 'related']) THEN
    PERFORM line.bad('kind', 'is unknown', 'parent, child or related.'); END IF;
  IF wanted = f.id THEN PERFORM line.bad('other', 'is this case itself', 'Name another.'); END IF;
  PERFORM line.cases_relate(ctx, f.id, wanted, sort, why);
  PERFORM line.event(ctx, 'case', f.id, f.id, 'related to another case', NULL,
    jsonb_build_object('kind', sort, 'reason', why));
  RETURN jsonb_build_object('related', line.cases_related(ctx, f.id));
END
