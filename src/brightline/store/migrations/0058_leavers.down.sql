DROP TABLE line.leaving CASCADE;
