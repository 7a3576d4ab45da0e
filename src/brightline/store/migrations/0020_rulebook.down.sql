-- The functions that take a version as their argument go with its table; `up` installs them again.
DROP TABLE line.rulebook_seen, line.rulebook_notice, line.rulebook_version, line.rulebook_transition CASCADE;
