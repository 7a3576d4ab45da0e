-- Leads and the rows that couldn't be taken end in time: due, validated, held and purged by two people as records are.
ALTER TABLE retention.validation DROP CONSTRAINT validation_kind_check;
ALTER TABLE retention.validation ADD CONSTRAINT validation_kind_check CHECK (kind IN ('record', 'case', 'lead', 'quarantine'));
ALTER TABLE retention.hold DROP CONSTRAINT hold_kind_check;
ALTER TABLE retention.hold ADD CONSTRAINT hold_kind_check CHECK (kind IN ('record', 'case', 'source', 'lead', 'quarantine'));
ALTER TABLE retention.purge_item DROP CONSTRAINT purge_item_kind_check;
ALTER TABLE retention.purge_item ADD CONSTRAINT purge_item_kind_check CHECK (kind IN ('record', 'case', 'lead', 'quarantine'));
CREATE INDEX lead_kept ON leads.lead (keep_until);
CREATE INDEX associate_expires ON leads.associate (expires);

ALTER TABLE leads.notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE leads.notice ADD CONSTRAINT notice_kind_check CHECK (kind IN ('weakened', 'wrong_person', 'held', 'hold_ended', 'changed', 'twins', 'stale'));
