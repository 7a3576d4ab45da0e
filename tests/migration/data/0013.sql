INSERT INTO retention.validation (kind, object, account, reason, entry)
  VALUES ('record', gen_random_uuid(), gen_random_uuid(), 'Reviewed against the source: the vessel still calls here.', gen_random_uuid());
INSERT INTO retention.hold (kind, source, label, reason, account)
  VALUES ('source', 'register', 'register', 'A court asked for all that this source gave us.', gen_random_uuid());
INSERT INTO retention.purge (id, number, unit, reason, proposed_by)
  VALUES ('00000000-0000-0000-0000-000000000013', 'P-2026-000013', 'records', 'Nobody validated them in time.', gen_random_uuid());
INSERT INTO retention.purge_item (purge, kind, object, source, label, due)
  VALUES ('00000000-0000-0000-0000-000000000013', 'record', gen_random_uuid(), 'register', 'register:1', '2026-01-01');
INSERT INTO retention.gone (mark) VALUES ('\x00');
