-- A programme says who vets whom, on what: it is proposed by one person and decided by another, as a source is.
ALTER TABLE line.proposal DROP CONSTRAINT proposal_kind_check;
ALTER TABLE line.proposal ADD CONSTRAINT proposal_kind_check CHECK (kind IN ('authority_add', 'authority_extend', 'authority_end', 'source_add',
  'source_renew', 'agreement_extend', 'agreement_end', 'power', 'group', 'programme'));
ALTER TABLE leads.programme ADD COLUMN approved_by uuid, ADD COLUMN proposal text,
  ADD CONSTRAINT two_people CHECK (approved_by IS NULL OR approved_by <> made_by);
