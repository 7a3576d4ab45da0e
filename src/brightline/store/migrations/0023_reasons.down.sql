-- Samples that follow from the log go, since the former form can't name them; their judgements stay as entries in the log.
DELETE FROM oversight.sampled WHERE kind = 'crossing' OR sample IN (SELECT id FROM oversight.sample WHERE seed IS NULL);
DELETE FROM oversight.sample WHERE seed IS NULL;
ALTER TABLE oversight.sampled DROP CONSTRAINT sampled_remarks, DROP CONSTRAINT sampled_verdict_check;
UPDATE oversight.sampled SET verdict = CASE verdict WHEN 'sound' THEN 'specific' WHEN 'not_supported' THEN 'unlawful' ELSE verdict END;
ALTER TABLE oversight.sampled
  ADD CONSTRAINT sampled_verdict_check CHECK (verdict IN ('specific', 'vague', 'unlawful')),
  ADD CONSTRAINT sampled_check1 CHECK (verdict IS NULL OR verdict = 'specific' OR length(btrim(note)) >= 10);
ALTER TABLE oversight.sampled DROP COLUMN mark CASCADE, DROP COLUMN kind CASCADE;
ALTER TABLE oversight.sample DROP COLUMN size CASCADE;
ALTER TABLE oversight.sample ALTER COLUMN seed SET NOT NULL;
DROP INDEX line.inquiry_entry, line.inquiry_folded, line.inquiry_opened;
ALTER TABLE line.inquiry DROP COLUMN aim CASCADE, DROP COLUMN prompt CASCADE, DROP COLUMN entry CASCADE;
DROP TABLE line.prompt CASCADE;
