-- The steps stay in their table, where nothing asks for them. A withdrawn one would be a draft again: it goes first, by hand.
DROP INDEX disclosures.notice_owed;
ALTER TABLE disclosures.disclosure DROP CONSTRAINT disclosure_state_check;
ALTER TABLE disclosures.disclosure ADD CONSTRAINT disclosure_state_check
  CHECK (state IN ('draft', 'submitted', 'approved', 'denied', 'sent', 'recalled'));
