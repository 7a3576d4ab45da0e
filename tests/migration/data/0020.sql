INSERT INTO line.rulebook_version (version, state, book, hash) VALUES (1, 'in_force', '{"version": 1}', '\x01');
INSERT INTO line.rulebook_version (version, state, book, hash, base, author) VALUES
  (2, 'proposed', '{"version": 2}', '\x02', 1, '00000000-0000-4000-8000-0000000000a1');
INSERT INTO line.rulebook_notice (version, changes) VALUES (2, '[{"key": "bulk_threshold"}]');
INSERT INTO line.rulebook_seen (version, account) VALUES (2, '00000000-0000-4000-8000-0000000000a1');
