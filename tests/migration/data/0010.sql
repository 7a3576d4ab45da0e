INSERT INTO line.lead_ref (lead, unit) VALUES ('00000000-0000-4000-8000-000000001001', 'fraud');
INSERT INTO line.lead_worker (lead, account) SELECT '00000000-0000-4000-8000-000000001001', a.id FROM line.account a LIMIT 1;
INSERT INTO line.lead_purpose (purpose, lead) SELECT p.id, '00000000-0000-4000-8000-000000001001' FROM line.purpose p LIMIT 1;
INSERT INTO leads.programme (name, version, unit, regime, authority, source, config, made_by, effective) VALUES
  ('tips', 1, 'fraud', 'criminal', '18-usc-1956', 'bank', '{}', '00000000-0000-4000-8000-0000000000a1', now());
INSERT INTO leads.intake (id, programme, version, unit, name, sha256, row_count, rejected, account) VALUES
  ('00000000-0000-4000-8000-000000001002', 'tips', 1, 'fraud', 'tips.csv', repeat('0', 64), 2, 1, '00000000-0000-4000-8000-0000000000a1');
INSERT INTO leads.quarantine (intake, unit, row_number, reasons, raw) VALUES
  ('00000000-0000-4000-8000-000000001002', 'fraud', 3, '["firm is empty"]', '{}');
INSERT INTO leads.lead (id, number, programme, version, unit, regime, authority, source, source_key, marking, title, priority, received, due,
    keep_until, subject) VALUES
  ('00000000-0000-4000-8000-000000001001', 'L-2026-0001', 'tips', 1, 'fraud', 'criminal', '18-usc-1956', 'bank', 'T-1', 1, 'A tip', 'normal',
   now(), now(), CURRENT_DATE + 1, '00000000-0000-4000-8000-000000001003');
INSERT INTO leads.content (lead, schema, properties) VALUES ('00000000-0000-4000-8000-000000001001', 'Person', '{"name": ["Somebody"]}');
INSERT INTO leads.identifier (lead, type, value) VALUES ('00000000-0000-4000-8000-000000001001', 'phone', '15550100');
INSERT INTO leads.check_entry (lead, name, result, system, account) VALUES
  ('00000000-0000-4000-8000-000000001001', 'identity', 'nothing', 'Search', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO leads.hold (lead, claim, opened_by) VALUES ('00000000-0000-4000-8000-000000001001', 'says so', '00000000-0000-4000-8000-0000000000a1');
INSERT INTO leads.associate (lead, name, relation, expires) VALUES ('00000000-0000-4000-8000-000000001001', 'Somebody Else', 'sister', now());
INSERT INTO leads.referral (number, lead, from_unit, to_unit, state, package, due, sent_by) VALUES
  ('R-2026-0001', '00000000-0000-4000-8000-000000001001', 'fraud', 'labour', 'sent', '{}', CURRENT_DATE, '00000000-0000-4000-8000-0000000000a1');
INSERT INTO leads.notice (kind, text) VALUES ('weakened', 'A guard is weaker.');
INSERT INTO leads.event (lead, account, account_name, what, entry) VALUES
  ('00000000-0000-4000-8000-000000001001', '00000000-0000-4000-8000-0000000000a1', 'ana', 'received', '00000000-0000-4000-8000-0000000000f1');
