-- Without its markings an item would stand for all that is held of the entity, and its asker would read the id: it goes. What was decided keeps
-- its copies; what waits is found to ask for nothing, and is denied.
DELETE FROM line.crossing_item i USING line.crossing c WHERE c.id = i.crossing AND c.pointer IS NOT NULL;
ALTER TABLE line.crossing_item DROP COLUMN markings CASCADE;
ALTER TABLE line.crossing DROP COLUMN pointer CASCADE, DROP COLUMN resolved CASCADE;
