-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {programme?, unit?, limit? = 50 (1–200), offset? = 0 (0–1000000)}
-- result: {items: [{intake, programme, version, authority, regime, source, unit, sha256, by, at, rows, rejected, leads,
--   holds}], total, limit, offset, more, sums: [{programme, authority, intakes, rows, rejected, leads, holds}]}: newest
--   first, of every unit, no word about a subject
DECLARE
  wanted text := lower(line.text(p, 'programme', 63)); at_unit text := lower(line.text(p, 'unit', 63));
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := LEAST(GREATEST(line.int(p, 'offset', 0), 0), 1000000);
BEGIN
  RETURN (WITH every AS MATERIALIZED (SELECT x AS row FROM line.oversight_taken_in() x
      WHERE (wanted IS NULL OR x ->> 'programme' = wanted) AND (at_unit IS NULL OR at_unit = x ->> 'unit'))
    SELECT jsonb_build_object('items', (SELECT COALESCE(jsonb_agg(y.row ORDER BY y.place), '[]')
      FROM (SELECT e.row, row_number() OVER
        (ORDER BY e.row ->> 'at' DESC, e.row ->> 'intake') AS place FROM every e) y WHERE y.place > skip
          AND y.place <= skip + most),
      'total', (SELECT count(*) FROM every), 'limit', most, 'offset', skip, 'more', skip + most <
        (SELECT count(*) FROM every),
      'sums', (SELECT COALESCE(jsonb_agg(s.sum ORDER BY s.sum ->> 'programme', s.sum ->> 'authority'), '[]') FROM (
        SELECT jsonb_build_object('programme', e.row -> 'programme', 'authority',
          e.row -> 'authority', 'intakes', count(*),
          'rows', sum((e.row ->> 'rows')::bigint), 'rejected', sum((e.row ->> 'rejected')::bigint), 'leads',
            sum((e.row ->> 'leads')::bigint),
          'holds', sum((e.row ->> 'holds')::bigint)) AS sum FROM every e
            GROUP BY e.row -> 'programme', e.row -> 'authority') s),
      '_count', (SELECT count(*) FROM every)));
END
