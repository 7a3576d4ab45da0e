ALTER TABLE leads.programme DROP CONSTRAINT two_people, DROP COLUMN proposal CASCADE, DROP COLUMN approved_by CASCADE;
DELETE FROM line.proposal WHERE kind = 'programme';
ALTER TABLE line.proposal DROP CONSTRAINT proposal_kind_check;
ALTER TABLE line.proposal ADD CONSTRAINT proposal_kind_check CHECK (kind IN ('authority_add', 'authority_extend', 'authority_end', 'source_add',
  'source_renew', 'agreement_extend', 'agreement_end', 'power', 'group'));
