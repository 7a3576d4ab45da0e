-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- unread: brings a whole feed, and the folder it was read from
-- params: {manifest: feed.yml as JSON, validated before; folder; digest; seal: hash of the folder's files, and code: of
--   those that are code, for a crawl feed}. Where nothing changes that decides what rows become, the former digest
--   stays, and no row counts as changed.
-- result: {name, title, source, format, mode, schedule, state, added: bool (false: it was there and is replaced)}
DECLARE
  m jsonb := p -> 'manifest'; of text; why text[]; was text; sealed text := line.text(p, 'seal', 64);
BEGIN
  IF jsonb_typeof(m) IS DISTINCT FROM 'object' THEN
    PERFORM line.bad('manifest', 'is missing', 'Send feed.yml.'); END IF;
  of := line.need(m, 'feed', 63);
  IF of !~ '^[a-z0-9][a-z0-9-]{0,62}$' THEN
    PERFORM line.bad('feed', 'is no name', 'Use lower-case letters, digits and hyphens.'); END IF;
  PERFORM line.need(p, 'folder', 1000), line.need(p, 'digest', 128);
  IF (sealed IS NULL) = COALESCE(m #>> '{input,format}' = 'crawl', false) OR sealed !~ '^[0-9a-f]{64}$' THEN
    PERFORM line.bad('seal', 'is missing or no hash',
      'The server makes it of the files in a crawl feed''s folder.'); END IF;
  why := feed.may_add(ctx, m);
  IF why IS NOT NULL THEN PERFORM line.refuse(ctx, why[1], why[2], why[3]); END IF;
  SELECT f.source INTO was FROM feed.feed f WHERE f.name = of;
  IF was IS DISTINCT FROM m #>> '{source,name}' AND was IS NOT NULL THEN
    PERFORM line.conflict(ctx, 'exists', format('The feed %s is already one of another source.', of),
      'Choose another name.');
  END IF;
  INSERT INTO feed.feed (name, title, source, manifest, digest, seal, code, folder, format, mode, schedule)
  VALUES (of, COALESCE(m ->> 'title', of), m #>> '{source,name}', m, p ->> 'digest', sealed, line.text(p, 'code', 64),
    p ->> 'folder', m #>> '{input,format}',
    COALESCE(m #>> '{input,mode}', 'snapshot'), m #>> '{input,schedule}')
  ON CONFLICT (name) DO UPDATE SET title = EXCLUDED.title, manifest = EXCLUDED.manifest,
    seal = EXCLUDED.seal, code = EXCLUDED.code,
    digest = CASE WHEN feed.decides(feed.manifest) = feed.decides(EXCLUDED.manifest)
      AND feed.code IS NOT DISTINCT FROM EXCLUDED.code
      AND (EXCLUDED.format <> 'crawl' OR feed.code IS NOT NULL) THEN feed.digest ELSE EXCLUDED.digest END,
    folder = EXCLUDED.folder, format = EXCLUDED.format, mode = EXCLUDED.mode, schedule = EXCLUDED.schedule,
      changed = clock_timestamp();
  IF m #>> '{input,schedule}' IS NULL THEN PERFORM line.warehouse_unschedule(ctx, 'feed:' || of);
  ELSE PERFORM line.warehouse_schedule(ctx, 'feed:' || of, 'feed', of, m #>> '{input,schedule}', '{}', NULL); END IF;
  RETURN (SELECT jsonb_build_object('name', f.name, 'title', f.title, 'source', f.source, 'format',
    f.format, 'mode', f.mode,
    'schedule', f.schedule, 'state', f.state, 'records', f.records, 'aspects', f.aspects,
      'quarantine', 0, 'last_run', NULL,
    'added', was IS NULL) FROM feed.feed f WHERE f.name = of);
END
