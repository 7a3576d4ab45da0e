-- What hasn't left can be taken back by whoever asked for it.
ALTER TABLE disclosures.disclosure DROP CONSTRAINT disclosure_state_check;
ALTER TABLE disclosures.disclosure ADD CONSTRAINT disclosure_state_check
  CHECK (state IN ('draft', 'submitted', 'approved', 'denied', 'sent', 'recalled', 'withdrawn'));
INSERT INTO disclosures.transition (state, act, becomes) VALUES
  ('draft', 'withdraw', 'withdrawn'), ('submitted', 'withdraw', 'withdrawn'), ('approved', 'withdraw', 'withdrawn') ON CONFLICT DO NOTHING;
CREATE INDEX notice_owed ON disclosures.notice (at) WHERE confirmed IS NULL;
