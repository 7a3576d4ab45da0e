INSERT INTO line.account (id, name, title, verifier, kdf) VALUES
  ('00000000-0000-4000-8000-00000000a221', 'nell', 'Nell', '\x01', '{}'), ('00000000-0000-4000-8000-00000000a222', 'otto', 'Otto', '\x01', '{}'),
  ('00000000-0000-4000-8000-00000000a223', 'pia', 'Pia', '\x01', '{}');
INSERT INTO line.crossing (id, number, state, beneficiary, requester, fields, basis, necessity, alternatives, chain, expires, decided,
    decided_by, chain_at_decision, reviewed, reviewed_by, finding, review_text, ended_as, audited, audited_by, verdict, remarks) VALUES
  ('00000000-0000-4000-8000-0000000022d2', 'X-2026-0002', 'audited', '00000000-0000-4000-8000-0000000000b1',
   '00000000-0000-4000-8000-0000000000a1', '{name}', '18-usc-1956', repeat('necessity ', 5), repeat('none ', 6), '{}',
   clock_timestamp() + interval '30 days', clock_timestamp(), '00000000-0000-4000-8000-00000000a221', '{}', clock_timestamp(),
   '00000000-0000-4000-8000-00000000a222', 'permitted', 'The statute allows it.', 'expired', clock_timestamp(),
   '00000000-0000-4000-8000-00000000a223', 'proper', repeat('in order ', 4));
INSERT INTO line.crossing (id, number, state, beneficiary, requester, fields, basis, necessity, alternatives, chain, expires, danger, opened,
    opened_by, open_until) VALUES
  ('00000000-0000-4000-8000-0000000022d3', 'X-2026-0003', 'emergency', '00000000-0000-4000-8000-0000000000b1',
   '00000000-0000-4000-8000-0000000000a1', '{name}', '18-usc-1956', repeat('necessity ', 5), repeat('none ', 6), '{}',
   clock_timestamp() + interval '30 days', repeat('danger to life ', 4), clock_timestamp(), '00000000-0000-4000-8000-00000000a221',
   clock_timestamp() + interval '23 hours');
UPDATE cases.note SET compartment = '00000000-0000-4000-8000-0000000022d2';
