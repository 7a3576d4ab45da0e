INSERT INTO documents.reading (document, case_id, state, reason, account)
  SELECT d.id, d.case_id, 'empty', 'It holds no text.', d.account FROM cases.document d LIMIT 1;
