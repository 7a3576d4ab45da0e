INSERT INTO line.repeat (account, key, act, epoch) VALUES (gen_random_uuid(), '\x01', '\x02', 1);
