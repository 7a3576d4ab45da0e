INSERT INTO line.token_act VALUES ('case_list');
