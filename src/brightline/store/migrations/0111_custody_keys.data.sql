-- People and stays of before get their keys. Who was entered twice into custody before that was refused stays as entered: the
-- first claim stands, and overseers see the second.
UPDATE operations.person q SET keys = line.operations_keys(q.name, q.birth_date, q.ids);
INSERT INTO line.custody_claim (stay, key, span)
  SELECT s.id, line.operations_key(k), tstzrange(s.book_in, s.book_out, '[)') FROM operations.custody_stay s JOIN operations.person q ON q.id = s.person,
    unnest(q.keys || ('person:' || q.id)) k WHERE NOT s.voided ORDER BY s.book_in, s.id ON CONFLICT DO NOTHING;
