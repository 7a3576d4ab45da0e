INSERT INTO restrictions.restriction (id, number, kind, source, source_key, basis, reason, purpose, unit, asked_by)
  VALUES ('00000000-0000-0000-0000-000000000034', 'RS-2026-000034', 'unlawful', 'register', 'R-1', '28 CFR 23.20(d)',
    'A court held that the search that brought this row was unlawful.', gen_random_uuid(), 'records', gen_random_uuid());
INSERT INTO restrictions.mark (restriction, kind, id, holder, marking)
  VALUES ('00000000-0000-0000-0000-000000000034', 'record', gen_random_uuid(), gen_random_uuid(), 1);
INSERT INTO restrictions.alert (restriction, mark) VALUES ('00000000-0000-0000-0000-000000000034', '\x00');
