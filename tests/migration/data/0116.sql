UPDATE line.case_ref SET regime = 'criminal' WHERE regime IS NULL;
