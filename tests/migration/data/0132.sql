INSERT INTO line.crossing (id, number, state, beneficiary, requester, fields, basis, necessity, alternatives, chain, expires, pointer, resolved) VALUES
  ('00000000-0000-4000-8000-0000000132d1', 'X-2026-0132', 'requested', '00000000-0000-4000-8000-0000000000b1',
   '00000000-0000-4000-8000-0000000000a1', '{name}', '18-usc-1956', repeat('necessity ', 5), repeat('none ', 6), '{}',
   clock_timestamp() + interval '30 days', '{"keys": [["t:quill"]], "told": {"tier": 2, "count": "fewer than 5"}}', NULL);
