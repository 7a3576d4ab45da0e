-- Takes the case files away; what the line knows of a case (members, purposes, compartments) stays in schema line.
DROP SCHEMA IF EXISTS cases CASCADE;
