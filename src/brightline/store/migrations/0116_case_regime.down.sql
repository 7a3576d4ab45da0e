-- With it go the functions that ask for it; the release that comes back brings its own.
ALTER TABLE line.case_ref DROP COLUMN regime CASCADE;
