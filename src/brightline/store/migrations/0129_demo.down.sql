DROP FUNCTION IF EXISTS line.demo_told() CASCADE;
DROP TABLE line.demo;
