-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- unread: puts a document in line to be read; that changes nothing it says
-- params: {case?, id}
-- result: {document, state, reason, whole, format, pages, kept, characters, by, at}: it waits to be read by the worker
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  wanted uuid := line.uuid(p, 'id');
BEGIN
  IF NOT EXISTS (SELECT FROM cases.document x WHERE x.id = wanted AND x.case_id = f.id) THEN
    PERFORM line.missing(ctx); END IF;
  PERFORM cases.belonging(ctx, f);
  PERFORM cases.working(ctx, f);
  IF EXISTS (SELECT FROM documents.reading r WHERE r.document = wanted AND r.state = 'extracted') THEN
    PERFORM line.conflict(ctx, 'read', 'This document was read already.',
      'Search its words, or open its text.'); END IF;
  PERFORM line.documents_wait(ctx, wanted);
  RETURN documents.told(wanted) || jsonb_build_object('_shown', jsonb_build_array(wanted));
END
