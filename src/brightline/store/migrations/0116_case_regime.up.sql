-- A draft has no purpose whose authority tells its regime, so the line keeps it with the case's reference, and needn't look into the file.
ALTER TABLE line.case_ref ADD COLUMN regime text;
UPDATE line.case_ref r SET regime = f.regime FROM cases.case_file f WHERE f.id = r.case_id;
