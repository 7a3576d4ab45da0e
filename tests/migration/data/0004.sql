INSERT INTO cases.case_file (id, number, title, regime, authorities, predicate, unit, lead, made_by) VALUES
  ('00000000-0000-4000-8000-0000000000c1', 'C-2026-0001', 'Harbour works', 'criminal', '{18-usc-1956}', repeat('predicate ', 5),
   'fraud', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO cases.person_role (case_id, entity, category, basis, account) VALUES
  ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000e3', 'suspect', 'seen there',
   '00000000-0000-4000-8000-0000000000a1');
INSERT INTO cases.item (case_id, kind, object, printed, account) VALUES
  ('00000000-0000-4000-8000-0000000000c1', 'entity', '00000000-0000-4000-8000-0000000000e3', 'harbour-e3',
   '00000000-0000-4000-8000-0000000000a1');
INSERT INTO cases.note (id, case_id, kind, basis, account) VALUES
  ('00000000-0000-4000-8000-000000000201', '00000000-0000-4000-8000-0000000000c1', 'fact', 'the register',
   '00000000-0000-4000-8000-0000000000a1');
INSERT INTO cases.document (case_id, name, media_type, size, sha256, content, account) VALUES
  ('00000000-0000-4000-8000-0000000000c1', 'order.pdf', 'application/pdf', 1, sha256('\x01'), '\x01',
   '00000000-0000-4000-8000-0000000000a1');
