-- act: search
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: required
-- unread: makes a new thing, and changes none that is there
-- params: {population, aim, expected, lines: [{q, words, born?}] (up to 5,000) or filters: {schemas, sources,
--   countries, from, to}, fuzzy? 0–1}
-- result: as bulk_show
DECLARE lines jsonb := COALESCE(p -> 'lines', '[]'); filters jsonb := COALESCE(p -> 'filters', '{}');
counted integer; asked uuid;
BEGIN
  IF jsonb_typeof(lines) <> 'array' OR jsonb_array_length(lines) > 5000 THEN
    PERFORM line.bad('lines', 'are no list of at most 5,000',
      'Larger lists are matched in the warehouse, not by looking up.'); END IF;
  IF lines = '[]' THEN
    IF jsonb_typeof(filters) <> 'object' OR line.texts(filters, 'schemas', 200) || line.texts(filters, 'sources', 200)
      || line.texts(filters, 'countries', 200) = '{}' THEN
      PERFORM line.bad('lines', 'are missing',
        'Send the list, or a schema, a source or a country to search by.'); END IF;
    SELECT count(*) INTO counted FROM bulk.matching(filters, 10000);
    IF counted = 0 THEN PERFORM line.conflict(ctx, 'empty', 'Nothing under this purpose fits.',
      'Widen the filters.'); END IF;
    IF counted > 10000 THEN
      PERFORM line.refuse(ctx, 'too_many', 'More than 10,000 fit.',
      'Narrow the filters; a whole register is no inquiry.'); END IF;
  END IF;
  asked := line.search_bulk_request(ctx, p, counted);
  RETURN (SELECT bulk.told(r) FROM bulk.request r WHERE r.id = asked) || jsonb_build_object('_count',
    jsonb_build_object('size', COALESCE(counted, jsonb_array_length(lines))));
END
