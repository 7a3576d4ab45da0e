INSERT INTO cases.match_key (case_id, part, kind, hash, entity) VALUES
  ('00000000-0000-4000-8000-0000000000c1', 'items', 'value', substr(sha256('\x01'), 1, 16), '00000000-0000-4000-8000-000000000302');
INSERT INTO line.match_due (case_id, part, entity) VALUES
  ('00000000-0000-4000-8000-0000000000c1', 'items', '00000000-0000-4000-8000-000000000302');
