-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {case?, title, description?, sha256?, document?, barcode?, place, reason?}: seized by the caller, who becomes
--   its custodian; the bytes of a document of the case are hashed here; a hash that is stated beside them must be
--   theirs, and without them none is taken
-- result: {id, item, title, description, sha256, hashed: here | stated | null, document, barcode, place, custodian,
--   custodian_title, state, offered_to, offered_to_title, links, made, sealed, cosigned, chain: [{n, act, giver,
--   giver_title, taker, taker_title, place, reason, by, by_title, at, entry, seal, sha256}]}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  words text := line.need(p, 'title', 300);
  spot text := line.need(p, 'place', 300);
  bar text := line.text(p, 'barcode', 60);
  told text := lower(line.text(p, 'sha256', 64));
  paper uuid := line.uuid(p, 'document');
  digest bytea;
  e cases.evidence;
BEGIN
  PERFORM cases.working(ctx, f);
  IF length(words) < 3 THEN PERFORM line.bad('title', 'is too short', 'Say what it is.'); END IF;
  IF told !~ '^[0-9a-f]{64}$' THEN PERFORM line.bad('sha256', 'is no SHA-256', '64 hexadecimal digits.'); END IF;
  IF bar !~ '^[A-Za-z0-9./-]{1,60}$' THEN
    PERFORM line.bad('barcode', 'has other characters than letters, digits, dot, slash, dash', ''); END IF;
  IF EXISTS (SELECT FROM cases.evidence x WHERE x.case_id = f.id AND x.barcode = bar) THEN
    PERFORM line.conflict(ctx, 'barcode', 'Another item of the case carries this barcode.', 'Check the label.'); END IF;
  IF paper IS NOT NULL THEN
    SELECT pg_catalog.sha256(d.content) INTO digest FROM cases.document d WHERE d.id = paper AND d.case_id = f.id;
    IF digest IS NULL THEN PERFORM line.missing(ctx); END IF;
    IF told <> encode(digest, 'hex') THEN
      PERFORM line.bad('sha256', 'isn''t the hash of this document',
        'The file isn''t the one that was hashed before: look where it changed.'); END IF;
  ELSIF told IS NOT NULL THEN
    PERFORM line.bad('sha256', 'comes without the bytes, so nothing here could compute it',
      'Add the file to the case and name it as `document`; a hash that somebody else computed belongs in the '
      'description.');
  END IF;
  INSERT INTO cases.evidence (case_id, number, title, description, sha256, document, barcode, place,
    custodian, state, made_by)
    VALUES (f.id, (SELECT COALESCE(max(x.number), 0) + 1 FROM cases.evidence x WHERE x.case_id = f.id), words,
      COALESCE(line.text(p, 'description', 4000), ''), digest, paper, bar, spot, ctx.account, 'seized', ctx.account)
    RETURNING * INTO e;
  e := cases.link(ctx, e, 'seize', NULL, ctx.account, spot, COALESCE(line.text(p, 'reason', 2000), ''), digest);
  PERFORM line.event(ctx, 'evidence', e.id, f.id, 'seized ' || cases.evidence_name(e.number), NULL,
    jsonb_build_object('title', e.title, 'place', spot));
  RETURN cases.told_evidence(e);
END
