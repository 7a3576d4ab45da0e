INSERT INTO leads.change (lead, given, digest, difference, fields) VALUES
  ('00000000-0000-4000-8000-000000001001', '{}', '\x00', '{"title": {"was": "A tip", "is": "Another"}}', ARRAY['title']);
