DROP TABLE line.match_place;
