DROP TABLE line.repeat;
