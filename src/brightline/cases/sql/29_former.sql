-- A former shape, which nothing depends on any more once the others are there.
DROP FUNCTION IF EXISTS cases.seal(bytea, uuid, integer, text, uuid, uuid, text, text, uuid, timestamptz, uuid);
