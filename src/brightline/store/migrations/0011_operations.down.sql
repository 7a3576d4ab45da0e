-- Takes the enforcement records away, with what the line knew of them.
DROP SCHEMA IF EXISTS operations CASCADE;
DROP TABLE IF EXISTS line.operation_ref;
