INSERT INTO oversight.marked (kind, of, flag, unit, regime) VALUES ('operation', 'O-2026-0001', 'drift', 'labour', 'criminal');
INSERT INTO oversight.published (figure, cell, since, until, value, printed, account, entry) VALUES
  ('arrests', '["civil", "targeted", ""]', '-infinity', '2026-10-02T09:00Z', 8, '10', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000f1');
