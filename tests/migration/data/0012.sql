INSERT INTO disclosures.disclosure (id, number, case_id, unit, regime, authority, recipient, address, recipient_kind, purpose, need_to_know,
  right_to_know, nature, fields, requester) VALUES
  ('00000000-0000-4000-8000-0000000000d1', 'D-2026-0001', '00000000-0000-4000-8000-0000000000c1', 'fraud', 'criminal', '18-usc-1956',
   'District court', 'Court square 1, Saltmere', 'court', repeat('purpose ', 6), repeat('need ', 5), repeat('right ', 5), 'names',
   '{name}', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO disclosures.item (disclosure, entity, printed, schema) VALUES
  ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000e3', 'harbour-e3', 'Person');
INSERT INTO disclosures.accounting (disclosure, entity, nature, purpose, recipient, address, authority, fields, keep_until) VALUES
  ('D-2026-0001', '00000000-0000-4000-8000-0000000000e3', 'names', 'trial', 'District court', 'Court square 1', '18-usc-1956', '{name}', '2099-01-01');
INSERT INTO disclosures.notice (disclosure, kind, text, account) VALUES
  ('00000000-0000-4000-8000-0000000000d1', 'correction', 'The name was wrong.', '00000000-0000-4000-8000-0000000000a1');
