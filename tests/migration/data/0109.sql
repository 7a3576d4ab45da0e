INSERT INTO operations.extract_figure (extract, "column", value, rows) VALUES
  ('00000000-0000-4000-8000-000000001107', 'program', 'located', 1);
INSERT INTO leads.finding (unit, status, marks, known_by, first_by, second_by, found) VALUES
  ('labour', 'citizen', ARRAY['\x01'::bytea], ARRAY['passportNumber'], '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000a2', '2026-01-01');
