UPDATE ledger.class SET years = 7, set_by = gen_random_uuid(), set_at = '2026-01-01', reason = 'x' WHERE class = 'consultation';
