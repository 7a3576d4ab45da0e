-- act: change
-- kind: command
-- roles: agent, analyst, supervisor, steward
-- purposes: case, desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {about: printed id of a person, or SOURCE:KEY of a row, kind: protected | unlawful, basis, reason}
-- result: the restriction {restriction, kind, state, of, unit, basis, reason, asked_by, asked, counts, may, others:
--   [further numbers]}
DECLARE
  about text := line.need(p, 'about', 300); one jsonb; members uuid[]; m uuid; made jsonb;
  further text[] := '{}'; first jsonb;
BEGIN
  IF ctx.kind = 'desk' THEN
    IF ctx.purpose_key NOT LIKE '%/steward' THEN
      PERFORM line.refuse(ctx, 'purpose', 'A desk sees no content, so it can restrict none.',
        'Work under the case that sees it; a steward names a source''s row.'); END IF;
    RETURN line.restrictions_ask(ctx, p, NULL, '{}');
  END IF;
  one := cases.seen(about);
  IF one IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF one ->> 'kind' = 'record' THEN
    RETURN line.restrictions_ask(ctx, p || jsonb_build_object('about', one ->> 'printed'), NULL, '{}'); END IF;
  SELECT array_agg(DISTINCT j.member) INTO members FROM content.joined(ARRAY[(one ->> 'id')::uuid]) j;
  IF NOT EXISTS (SELECT FROM content.aspect a WHERE a.entity = ANY (members) AND a.schema = 'Person') THEN
    PERFORM line.bad('about', 'is no person',
      'Protection is of a person. A row that was obtained unlawfully is named as SOURCE:KEY.'); END IF;
  -- A person is restricted under every id that judgements join into one.
  FOREACH m IN ARRAY members LOOP
    made := line.restrictions_ask(ctx, p, m, ARRAY(SELECT a.id FROM content.aspect a WHERE a.entity = m));
    IF first IS NULL THEN first := made; ELSE further := further || (made ->> 'restriction'); END IF;
  END LOOP;
  RETURN first || jsonb_build_object('others', further, '_shown', to_jsonb(members));
END
