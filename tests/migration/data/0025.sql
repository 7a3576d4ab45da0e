INSERT INTO oversight.watched (id, list, parts, title) VALUES ('00000000-0000-4000-8000-000000025001', 'press', 1, 'Accredited press');
INSERT INTO oversight.watched_key (watched, part, hash) VALUES ('00000000-0000-4000-8000-000000025001', 1, sha256('x'));
INSERT INTO oversight.lookup (entry, line, index, at, account, kind, off)
  VALUES (gen_random_uuid(), 1, 1, '2026-03-01', '00000000-0000-4000-8000-0000000000a1', 'find', false);
INSERT INTO oversight.lookup_day (account, purpose, day, first, last, entries)
  VALUES ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000b1', '2026-03-01', '2026-03-01', '2026-03-01', '{}');
INSERT INTO oversight.flag (id, kind, key, account, at, evidence, version)
  VALUES ('00000000-0000-4000-8000-000000025002', 'self', 'self:x', '00000000-0000-4000-8000-0000000000a1', '2026-03-01', '{}', '1');
INSERT INTO oversight.flag_verdict (flag, verdict, remarks, account, entry)
  VALUES ('00000000-0000-4000-8000-000000025002', 'unfounded', 'He answers for his own file, as ordered.', '00000000-0000-4000-8000-0000000000a2', gen_random_uuid());
