INSERT INTO line.leaving (issuer, accounts, known, asked_by) VALUES ('https://id.example', ARRAY['00000000-0000-4000-8000-0000000000a1']::uuid[], 9,
  '00000000-0000-4000-8000-0000000000a1');
