INSERT INTO line.crossing (id, number, beneficiary, requester, fields, basis, necessity, alternatives, chain, expires) VALUES
  ('00000000-0000-4000-8000-0000000000d1', 'X-2026-0001', '00000000-0000-4000-8000-0000000000b1',
   '00000000-0000-4000-8000-0000000000a1', '{name}', '18-usc-1956', repeat('necessity ', 5), repeat('none ', 6), '{}',
   clock_timestamp() + interval '30 days');
INSERT INTO line.crossing_item (crossing, entity, printed) VALUES
  ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000e3', 'harbour-e3');
INSERT INTO line.crossing_opinion (crossing, side, unit, account, opinion, text) VALUES
  ('00000000-0000-4000-8000-0000000000d1', 'custodian', 'fraud', '00000000-0000-4000-8000-0000000000a1', 'support',
   repeat('because ', 4));
INSERT INTO line.crossing_aspect (crossing, aspect, entity, original, source, digest) VALUES
  ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000e3',
   '00000000-0000-4000-8000-0000000000e2', 'harbour', '\x01');
