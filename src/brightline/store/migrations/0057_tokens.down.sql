DROP TABLE line.token_act CASCADE;
