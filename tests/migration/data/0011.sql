INSERT INTO line.operation_ref (operation, unit, regime) VALUES ('00000000-0000-4000-8000-000000001101', 'labour', 'civil');
INSERT INTO operations.operation (id, number, title, regime, unit, author, sites, starts, budget) VALUES
  ('00000000-0000-4000-8000-000000001101', 'O-2026-0001', 'Wage books', 'civil', 'labour', '00000000-0000-4000-8000-0000000000a1',
   '{Pier 9}', '2026-10-02', '{"civil": 1000}');
INSERT INTO operations.objective (operation, rank, text, regime, instrument, authority) VALUES
  ('00000000-0000-4000-8000-000000001101', 1, 'See the wage books', 'civil', 'summons', 'smr-lab-31');
INSERT INTO operations.expected (operation, regime, category, people) VALUES
  ('00000000-0000-4000-8000-000000001101', 'civil', 'other', 4);
INSERT INTO operations.person (id, operation, name) VALUES
  ('00000000-0000-4000-8000-000000001102', '00000000-0000-4000-8000-000000001101', 'Basil  Quarrel');
INSERT INTO operations.encounter (id, operation, person, time, place, officer, selection, authority, regime, basis, facts, outcome, account, entry)
VALUES ('00000000-0000-4000-8000-000000001103', '00000000-0000-4000-8000-000000001101', '00000000-0000-4000-8000-000000001102',
  '2026-10-02T06:00Z', 'Pier 9', '00000000-0000-4000-8000-0000000000a1', 'targeted', 'smr-lab-31', 'civil', 'facts',
  repeat('seen ', 10), 'questioned', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000f1');
INSERT INTO operations.protected_person (id, operation, category, name, account) VALUES
  ('00000000-0000-4000-8000-000000001104', '00000000-0000-4000-8000-000000001101', 'victim', 'Wren Low', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO operations.hold (id, operation, person, encounter, indicia, opener) VALUES
  ('00000000-0000-4000-8000-000000001105', '00000000-0000-4000-8000-000000001101', '00000000-0000-4000-8000-000000001102',
   '00000000-0000-4000-8000-000000001103', '[{"kind": "birth"}]', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO operations.clearance (operation, hold, account, finding, reason) SELECT '00000000-0000-4000-8000-000000001101',
  '00000000-0000-4000-8000-000000001105', a::uuid, 'not supported', repeat('looked ', 4)
  FROM unnest(ARRAY['00000000-0000-4000-8000-0000000000a2', '00000000-0000-4000-8000-0000000000a3']) a;
INSERT INTO operations.custody_stay (id, operation, person, facility, authority, regime, book_in, account) VALUES
  ('00000000-0000-4000-8000-000000001106', '00000000-0000-4000-8000-000000001101', '00000000-0000-4000-8000-000000001102', 'Harbour House',
   'smr-lab-31', 'civil', '2026-10-02T09:00Z', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO operations.custody_event (operation, person, stay, kind, time, account) VALUES
  ('00000000-0000-4000-8000-000000001101', '00000000-0000-4000-8000-000000001102', '00000000-0000-4000-8000-000000001106', 'book_in',
   '2026-10-02T09:00Z', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO operations.cost (operation, regime, amount, what, day, account) VALUES
  ('00000000-0000-4000-8000-000000001101', 'civil', 12.50, 'Ferry', '2026-10-02', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO operations.extract (id, unit, regime, kind, name, sha256, rows, kept, account) VALUES
  ('00000000-0000-4000-8000-000000001107', 'labour', 'civil', 'arrests', 'arrests.csv', sha256('\x01'), 2, 1, '00000000-0000-4000-8000-0000000000a1');
INSERT INTO operations.extract_row (extract, row, day, values) VALUES ('00000000-0000-4000-8000-000000001107', 1, '2026-01-01', '{"method": "located"}');
INSERT INTO operations.extract_fault (extract, row, "column", value, reason) VALUES
  ('00000000-0000-4000-8000-000000001107', 2, 'Apprehension Date', '31/31/2026', 'is no date');
