-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- unread: a value in quarantine is never rewritten; what it should be is a row of its own
-- params: {name, id: of a value in quarantine, value: what is right ('' for nothing), column?: where the entry names
--   several, reason (at least 20 characters)}
-- result: {id, feed, key, column, wrong, value, reason, by, at}; it counts from the next run on, until the source says
--   something else
DECLARE q feed.quarantine; of text := line.need(p, 'name', 100); wanted uuid := line.uuid(p, 'id');
why text := line.need(p, 'reason', 2000); named text := line.text(p, 'column', 200);
  rightly text := COALESCE(p ->> 'value', ''); wrongly text; columns text[];
BEGIN
  SELECT * INTO q FROM feed.quarantine x WHERE x.id = wanted AND x.feed = of AND x.feed IN (SELECT feed.mine(ctx));
  IF q.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'is too short', 'Say in a sentence how you know what is right.'); END IF;
  IF length(rightly) > 2000 THEN
    PERFORM line.bad('value', 'is too long', 'A value has at most 2,000 characters.'); END IF;
  IF q.state <> 'open' OR q.source_key IS NULL OR q.column_name IS NULL OR q.value IS NULL
    OR q.reason = ANY (feed.row_reasons()) THEN
    PERFORM line.conflict(ctx, 'state', 'There is no value here to be mended.',
      'A row that can''t be read is handed in mended: brightline feed replay NAME --input FILE.');
  END IF;
  columns := CASE WHEN feed.said(q.feed, q.source_key, q.column_name) IS NULL THEN string_to_array(q.column_name, ', ')
    ELSE ARRAY[q.column_name] END;
  named := COALESCE(named, CASE WHEN cardinality(columns) = 1 THEN columns[1] END);
  IF named IS NULL OR named <> ALL (columns) THEN
    PERFORM line.bad('column', 'is none of the entry''s, or is missing', 'Name one: ' ||
      array_to_string(columns, ', ') || '.');
  END IF;
  wrongly := COALESCE(feed.said(q.feed, q.source_key, named), q.value);
  IF btrim(wrongly) = btrim(rightly) THEN
    PERFORM line.bad('value', 'is what the source says', 'Give what is right.'); END IF;
  RETURN feed.mending_told(feed.mend(ctx, q.feed, q.source_key, named, wrongly, rightly, why));
END
