INSERT INTO leads.paper (number, lead, kind, system, reference, key, account) VALUES
  ('Q-2026-0001', '00000000-0000-4000-8000-000000001001', 'document', 'Register', 'Extract 2026-377', 'extract 2026 377', '00000000-0000-4000-8000-0000000000a1');
