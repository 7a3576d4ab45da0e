-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: required
-- params: {entry: uuid} or {index: integer}
-- result: an item of ledger_entries with {head: {}, body: {} | null, head_text, body_text | null, head_salt,
--   body_salt | null, shown: [id], certificate: uuid | null}; the texts and salts are what the leaf commits to
DECLARE
  wanted uuid := line.uuid(p, 'entry');
  place integer := line.int(p, 'index', -1);
  e ledger.entry;
  certificate uuid;
BEGIN
  IF wanted IS NULL AND place < 0 THEN
    PERFORM line.bad('entry', 'is missing', 'Give the id of an entry, or its index.'); END IF;
  SELECT * INTO e FROM ledger.entry x WHERE CASE WHEN wanted IS NULL THEN x.index = place ELSE x.entry = wanted END;
  IF e.entry IS NULL THEN PERFORM line.missing(ctx); END IF;
  SELECT x.certificate INTO certificate FROM ledger.erasure x WHERE x.entry = e.entry;
  RETURN ledger.item(e) || jsonb_build_object(
    'head', convert_from(e.head, 'UTF8')::jsonb, 'body', convert_from(e.body, 'UTF8')::jsonb,
    'head_text', convert_from(e.head, 'UTF8'), 'body_text', convert_from(e.body, 'UTF8'),
    'head_salt', encode(e.head_salt, 'hex'), 'body_salt', encode(e.body_salt, 'hex'),
    'shown', to_jsonb(ARRAY(SELECT replace(s::text, '-', '') FROM unnest(e.shown) s)),
    'certificate', certificate, '_count', 1);
END
