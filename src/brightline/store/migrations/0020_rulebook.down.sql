DROP TABLE line.rulebook_seen, line.rulebook_notice, line.rulebook_version, line.rulebook_transition;
