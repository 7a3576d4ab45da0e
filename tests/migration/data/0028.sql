INSERT INTO ledger.rotation (index, size) VALUES (0, 1);
INSERT INTO ledger.cosignature (size, witness, line, at) VALUES (1, 'w.example+00000000+AA==', E'— w.example AA==\n', '2026-01-01');
INSERT INTO ledger.witness (vkey, name, url, size, at) VALUES ('w.example+00000000+AA==', 'w.example', 'https://w.example', 1, '2026-01-01');
INSERT INTO ledger.stamp (size, authority, response, at) VALUES (1, 'https://tsa.example', '\x01', '2026-01-01');
UPDATE ledger.state SET newest = '2026-01-01', quorum = 1, stamping = 'refused';
