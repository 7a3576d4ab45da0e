-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: required
-- params: {from? = 0 (index), limit? = 1000 (1–5000)}
-- result: {items: [{index, entry, head, head_salt, body | null, body_salt | null}] (exact texts, salts in hex), size,
--   more, history: [{size, root, note (with the cosignatures it has), at, cosigned}], stamps: [{size, authority,
--   response
--   (base64)}], quorum (all three with the first page)}
DECLARE
  first bigint := GREATEST(line.int(p, 'from', 0), 0);
  most integer := LEAST(GREATEST(line.int(p, 'limit', 1000), 1), 5000);
  size bigint := (ledger.health() ->> 'size')::bigint;
BEGIN
  RETURN jsonb_build_object(
    'items', COALESCE((SELECT jsonb_agg(jsonb_build_object('index', e.index, 'entry', e.entry,
        'head', convert_from(e.head, 'UTF8'), 'head_salt', encode(e.head_salt, 'hex'),
        'body', convert_from(e.body, 'UTF8'), 'body_salt', encode(e.body_salt, 'hex')) ORDER BY e.index)
      FROM ledger.entry e WHERE e.index >= first AND e.index < first + most), '[]'),
    'size', size, 'more', first + most < size,
    'history', CASE WHEN first = 0 THEN COALESCE((SELECT jsonb_agg(jsonb_build_object('size', c.size,
        'root', replace(encode(c.root, 'base64'), E'\n', ''), 'at', line.stamp(c.at),
        'note', convert_from(c.note, 'UTF8') || COALESCE(k.lines, ''), 'cosigned', COALESCE(k.n, 0)) ORDER BY c.size)
      FROM ledger.checkpoint c LEFT
        JOIN (SELECT x.size, string_agg(x.line, '' ORDER BY x.witness) AS lines, count(*) AS n
        FROM ledger.cosignature x GROUP BY x.size) k ON k.size = c.size), '[]') END,
    'stamps', CASE WHEN first = 0 THEN COALESCE((SELECT jsonb_agg(jsonb_build_object('size', t.size,
        'authority', t.authority, 'response', replace(encode(t.response, 'base64'), E'\n', ''))
          ORDER BY t.size, t.authority)
      FROM ledger.stamp t), '[]') END,
    'quorum', CASE WHEN first = 0 THEN (ledger.health() ->> 'quorum')::integer END,
    '_count', GREATEST(LEAST(size - first, most), 0));
END
