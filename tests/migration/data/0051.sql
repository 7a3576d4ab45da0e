INSERT INTO line.proposal (number, kind, about, unit, regimes, terms, author, author_unit, reason) VALUES ('PR-2026-000001', 'agreement_extend', 'AG-1', 'fraud',
  '{criminal}', '{"id": "AG-1", "source": "harbour", "expires": "2100-01-01"}', '00000000-0000-4000-8000-0000000000a1', 'fraud', 'The port renewed it.');
INSERT INTO line.account_hand (account, by, what) VALUES ('00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000a1', 'made');
INSERT INTO oversight.decided (account, act, why, entry) VALUES ('00000000-0000-4000-8000-0000000000a1', 'case_approve', 'young', gen_random_uuid());
