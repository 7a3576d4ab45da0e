INSERT INTO line.setup (code_hash, expires) VALUES ('\x01', '2099-01-01');
INSERT INTO line.unit (name, title, regime) VALUES ('fraud', 'Fraud unit', 'criminal');
INSERT INTO line.authority (code, title, regime, statute) VALUES ('18-usc-1956', 'Laundering', 'criminal', '18 USC 1956');
INSERT INTO line.account (id, name, verifier, kdf) VALUES ('00000000-0000-4000-8000-0000000000a1', 'dana', '\x01', '{}');
INSERT INTO line.login_attempt (name_hash) VALUES ('\x01');
INSERT INTO line.role_grant (account, unit, role) VALUES ('00000000-0000-4000-8000-0000000000a1', 'fraud', 'agent');
INSERT INTO line.session (token_hash, account, expires) VALUES ('\x01', '00000000-0000-4000-8000-0000000000a1', '2099-01-01');
INSERT INTO line.source (name, title, authority) VALUES ('harbour', 'Harbour', '18-usc-1956');
INSERT INTO line.agreement (id, source, regimes, expires) VALUES ('AG-1', 'harbour', '{criminal}', '2099-01-01');
INSERT INTO line.assessment (id, source, approved, expires) VALUES ('PIA-1', 'harbour', '2020-01-01', '2099-01-01');
INSERT INTO line.marking (origins) VALUES ('[["harbour", "18-usc-1956"]]');
INSERT INTO line.case_ref (case_id, unit) VALUES ('00000000-0000-4000-8000-0000000000c1', 'fraud');
INSERT INTO line.case_member (case_id, account, capacity)
  VALUES ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000a1', 'lead');
INSERT INTO line.purpose (id, key, kind, case_id, unit, authority) VALUES
  ('00000000-0000-4000-8000-0000000000b1', 'C-2026-0001', 'case', '00000000-0000-4000-8000-0000000000c1', 'fraud', '18-usc-1956');
INSERT INTO line.inquiry (account, purpose, reason, folded) VALUES
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000b1', 'Because', 'because');
INSERT INTO line.visible_set (purpose, epoch) VALUES ('00000000-0000-4000-8000-0000000000b1', 1);
INSERT INTO line.visible_marking (purpose, marking, rule, why)
  SELECT '00000000-0000-4000-8000-0000000000b1', id, 'agreement', 'AG-1' FROM line.marking LIMIT 1;
INSERT INTO line.pointer_marking (purpose, marking, tier, regime)
  SELECT '00000000-0000-4000-8000-0000000000b1', id, 1, 'criminal' FROM line.marking LIMIT 1;
INSERT INTO line.compartment (id, kind) VALUES
  ('00000000-0000-4000-8000-0000000000c1', 'case'), ('00000000-0000-4000-8000-0000000000d1', 'crossing');
INSERT INTO line.compartment_open (compartment, purpose)
  VALUES ('00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000b1');
INSERT INTO line.standing_order (account, purpose, acts, expires) VALUES
  ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000b1', '{search}', '2099-01-01');
INSERT INTO content.record (id, source, source_key, version, hash, payload, marking)
  VALUES ('00000000-0000-4000-8000-0000000000e1', 'harbour', 'K1', 1, '\x01', '{}', 1);
INSERT INTO content.aspect (id, record, source, entity, cluster, marking, schema, caption, keys) VALUES
  ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000e1', 'harbour',
   '00000000-0000-4000-8000-0000000000e3', '00000000-0000-4000-8000-0000000000e3', 1, 'Vessel', 'Night Ferry', '{t:night}');
INSERT INTO content.link (id, src, dst, kind, forward, aspect, record, source, marking) VALUES
  ('00000000-0000-4000-8000-0000000000e4', '00000000-0000-4000-8000-0000000000e3', '00000000-0000-4000-8000-0000000000e5',
   'owner', true, '00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000e1', 'harbour', 1);
INSERT INTO content.token (token) VALUES ('night');
INSERT INTO content.judgement ("left", "right", verdict, account, marking) VALUES
  ('00000000-0000-4000-8000-0000000000e3', '00000000-0000-4000-8000-0000000000e5', 'same',
   '00000000-0000-4000-8000-0000000000a1', 1);
INSERT INTO content.event (object_kind, object_id, account, account_name, what, entry) VALUES
  ('case', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000a1', 'dana', 'opened',
   '00000000-0000-4000-8000-0000000000f1');
