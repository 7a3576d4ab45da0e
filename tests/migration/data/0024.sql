INSERT INTO bulk.request (id, number, kind, account, purpose, case_id, unit, population, aim, expected, size, fuzzy, digest, earlier, threshold)
  VALUES ('00000000-0000-4000-8000-000000024001', 'B-2026-000024', 'list', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000b1',
    '00000000-0000-4000-8000-0000000000c1', 'fraud', 'Foremen named on the payroll of May', 'Find which of them was paid twice under another name in the same month.',
    3, 80, 1, '\x00', 0, 50);
INSERT INTO bulk.line (request, place, q, words) VALUES ('00000000-0000-4000-8000-000000024001', 1, 'Maria Vega', '[{"tokens": ["maria"]}]');
INSERT INTO bulk.hit (id, request, place, entity, members, score, matched, sampled, expires)
  VALUES ('00000000-0000-4000-8000-000000024002', '00000000-0000-4000-8000-000000024001', 1, '00000000-0000-4000-8000-0000000000e1',
    '{00000000-0000-4000-8000-0000000000e1}', 1, '{name}', true, '2099-01-01');
INSERT INTO bulk.verdict (hit, verdict, compared, reason, account, entry)
  VALUES ('00000000-0000-4000-8000-000000024002', 'wrong', '{birth_date}', 'Another year of birth.', '00000000-0000-4000-8000-0000000000a1', gen_random_uuid());
INSERT INTO bulk.asked (account, purpose, kind, what) VALUES ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000b1', 'list', sha256('x'));
