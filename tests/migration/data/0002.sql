INSERT INTO ledger.entry (index, entry, lsn, at, act, name, outcome, head, head_salt, body, body_salt, leaf) VALUES
  (0, '00000000-0000-4000-8000-0000000000f1', '0/1', '2026-01-01', 'search', 'search_find', 'ok', '\x01', '\x01', '\x01', '\x01',
   decode(repeat('00', 97), 'hex'));
INSERT INTO ledger.checkpoint (size, root, note) VALUES (1, decode(repeat('00', 32), 'hex'), '\x01');
INSERT INTO ledger.erasure (entry, certificate)
  VALUES ('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000f1');
