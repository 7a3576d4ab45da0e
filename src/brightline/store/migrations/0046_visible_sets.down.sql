DROP TABLE line.visible_doubt;
ALTER TABLE line.visible_set DROP COLUMN checked, DROP COLUMN entry, DROP COLUMN rulebook, DROP COLUMN hash;
