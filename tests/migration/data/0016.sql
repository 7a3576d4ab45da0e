INSERT INTO cases.task (case_id, title, unit, made_by) VALUES
  ('00000000-0000-4000-8000-0000000000c1', 'Hear the clerk', 'fraud', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO cases.report (id, case_id, number, step, title, author) VALUES
  ('00000000-0000-4000-8000-000000000301', '00000000-0000-4000-8000-0000000000c1', 1, 'opening', 'First steps',
   '00000000-0000-4000-8000-0000000000a1');
INSERT INTO cases.passage (report, case_id, place, kind, text, basis, reliability, credibility) VALUES
  ('00000000-0000-4000-8000-000000000301', '00000000-0000-4000-8000-0000000000c1', 1, 'fact', 'It was paid twice.', 'Statement', 'B', 2);
INSERT INTO cases.evidence (id, case_id, number, title, place, state, made_by) VALUES
  ('00000000-0000-4000-8000-000000000302', '00000000-0000-4000-8000-0000000000c1', 1, 'Ledger', 'Vault', 'seized',
   '00000000-0000-4000-8000-0000000000a1');
INSERT INTO cases.custody (evidence, case_id, place_in_chain, act, taker, place, account, entry, seal) VALUES
  ('00000000-0000-4000-8000-000000000302', '00000000-0000-4000-8000-0000000000c1', 1, 'seize', '00000000-0000-4000-8000-0000000000a1',
   'Quarry Road', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-000000000303', sha256('\x01'));
INSERT INTO cases.hours (case_id, account, day, activity, minutes) VALUES
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000a1', CURRENT_DATE, 'records', 30);
INSERT INTO cases.case_file (id, number, title, regime, authorities, predicate, unit, lead, made_by) VALUES
  ('00000000-0000-4000-8000-0000000000c7', 'C-2026-0007', 'Related works', 'criminal', '{18-usc-1956}', repeat('predicate ', 5),
   'fraud', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO cases.relation (case_id, other, kind, reason, account) VALUES
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000c7', 'related', 'Same payee',
   '00000000-0000-4000-8000-0000000000a1');
INSERT INTO cases.checked (case_id, inquiry, account) VALUES
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-000000000304', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO cases.notice (account, kind, what, case_id) VALUES
  ('00000000-0000-4000-8000-0000000000a1', 'task', 'a task was given to you', '00000000-0000-4000-8000-0000000000c1');
INSERT INTO line.clearance (case_id, caveat, orders, expires, asked_by)
  SELECT r.case_id, 'sealed', 'District court, order 26-mj-88', CURRENT_DATE + 30, '00000000-0000-4000-8000-0000000000a1'
  FROM line.case_ref r LIMIT 1;
