-- A crossing may be asked for from a pointer: what it told and what found it, until the worker has looked up which rows it stands for. An
-- item found so is of these markings alone: what else is held of the entity was not pointed at.
ALTER TABLE line.crossing ADD COLUMN pointer jsonb, ADD COLUMN resolved timestamptz;
ALTER TABLE line.crossing_item ADD COLUMN markings integer[];
