-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {state?, unit?, limit? = 50 (1–200), offset? = 0 (0–1000000)}
-- result: {items: [{referral, lead, programme, authority, regime, from, to, to_regime, crossing, state, at, by, due,
--   sent, acknowledged, answered, answered_by, finished, outcome}], total, limit, offset, more, sums: [{from, to,
--   authority, state, number}]}: newest first, of every unit, no word about a subject
DECLARE
  wanted text := line.text(p, 'state', 20); at_unit text := lower(line.text(p, 'unit', 63));
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := LEAST(GREATEST(line.int(p, 'offset', 0), 0), 1000000);
BEGIN
  RETURN (WITH every AS MATERIALIZED (SELECT x AS row FROM line.oversight_referred() x
      WHERE (wanted IS NULL OR x ->> 'state' = wanted) AND (at_unit IS NULL OR at_unit IN (x ->> 'from', x ->> 'to')))
    SELECT jsonb_build_object('items', (SELECT COALESCE(jsonb_agg(y.row ORDER BY y.place), '[]')
      FROM (SELECT e.row, row_number() OVER
        (ORDER BY e.row ->> 'at' DESC NULLS LAST, e.row ->> 'referral' DESC) AS place FROM every e) y
          WHERE y.place > skip AND y.place <= skip + most),
      'total', (SELECT count(*) FROM every), 'limit', most, 'offset', skip, 'more', skip + most <
        (SELECT count(*) FROM every),
      'sums', (SELECT COALESCE(jsonb_agg(s.sum ORDER BY s.sum ->> 'from', s.sum ->> 'to', s.sum ->> 'authority',
        s.sum ->> 'state'), '[]') FROM (
        SELECT jsonb_build_object('from', e.row -> 'from', 'to', e.row -> 'to', 'authority', e.row -> 'authority',
          'state', e.row -> 'state',
          'number', count(*)) AS sum FROM every e GROUP BY e.row -> 'from', e.row -> 'to',
            e.row -> 'authority', e.row -> 'state') s),
      '_count', (SELECT count(*) FROM every)));
END
