INSERT INTO retention.kept_hash (purge, of_case, kind, object, place, sha256)
  SELECT g.id, '00000000-0000-4000-8000-0000000000c1', 'custody', '00000000-0000-4000-8000-000000000302', 1, sha256('\x01')
  FROM retention.purge g LIMIT 1;
