INSERT INTO line.errand (kind, body) VALUES ('deconflict', rpad('{}', 512));
INSERT INTO line.crossing_party (crossing, account) SELECT c.id, gen_random_uuid() FROM line.crossing c LIMIT 1;
