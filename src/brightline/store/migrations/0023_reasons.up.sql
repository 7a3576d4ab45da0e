-- Reasons that mean something: the kind of act, the question that was asked (kept word for word), the entry that opened the
-- inquiry; samples that follow from the log's own roots, with every crossing in them.

CREATE TABLE line.prompt (
  version text NOT NULL,
  name    text NOT NULL,
  text    text NOT NULL,
  since   timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (name, version)
);
ALTER TABLE line.prompt OWNER TO brightline_line;

ALTER TABLE line.inquiry
  ADD COLUMN aim    text,
  ADD COLUMN prompt text,
  ADD COLUMN entry  uuid;
-- The entry by which an earlier inquiry was opened, where the log tells: the same person, within a second.
UPDATE line.inquiry i SET entry = e.entry FROM ledger.entry e WHERE e.name = 'inquiry_open' AND e.outcome = 'ok' AND e.account = i.account
  AND e.at BETWEEN i.opened - interval '1 second' AND i.opened + interval '1 second';
CREATE INDEX inquiry_opened ON line.inquiry (opened DESC);
CREATE INDEX inquiry_folded ON line.inquiry USING hash (folded);
CREATE INDEX inquiry_entry ON line.inquiry (entry);

-- An old sample had a seed of its own; a new one has none: each entry's mark follows from the checkpoint that first covers it.
ALTER TABLE oversight.sample ALTER COLUMN seed DROP NOT NULL;
ALTER TABLE oversight.sample ADD COLUMN size bigint;
ALTER TABLE oversight.sampled ADD COLUMN kind text NOT NULL DEFAULT 'inquiry' CHECK (kind IN ('inquiry', 'crossing'));
ALTER TABLE oversight.sampled ADD COLUMN mark bytea;
-- sampled.inquiry holds the crossing's id where kind says so.

ALTER TABLE oversight.sampled DROP CONSTRAINT sampled_verdict_check;
ALTER TABLE oversight.sampled DROP CONSTRAINT sampled_check1;
UPDATE oversight.sampled SET verdict = CASE verdict WHEN 'specific' THEN 'sound' WHEN 'unlawful' THEN 'not_supported' ELSE verdict END;
ALTER TABLE oversight.sampled
  ADD CONSTRAINT sampled_verdict_check CHECK (verdict IN ('sound', 'vague', 'not_supported')),
  ADD CONSTRAINT sampled_remarks CHECK (verdict IS NULL OR verdict = 'sound' OR length(btrim(note)) >= 10);
