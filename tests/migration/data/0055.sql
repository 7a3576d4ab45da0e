INSERT INTO line.attempt (kind, method, name, lanes, guess) VALUES ('password', 'password', 'dana', ARRAY[sha256('\x01')], sha256('\x02'));
INSERT INTO line.lockout (name_hash, source_hash) VALUES (sha256('\x01'), sha256('\x02'));
UPDATE line.account SET known_since = clock_timestamp();
