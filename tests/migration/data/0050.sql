INSERT INTO documents.waiting (document, case_id, purpose, purpose_key, account, account_name, standing_order)
  SELECT d.id, d.case_id, gen_random_uuid(), 'C-2026-0001', d.account, 'ana', gen_random_uuid() FROM cases.document d LIMIT 1;
