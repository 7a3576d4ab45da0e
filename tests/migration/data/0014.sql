INSERT INTO oversight.sample (id, since, until, seed, population, account, entry)
  VALUES ('00000000-0000-0000-0000-000000000014', '2026-01-01', '2026-02-01', decode(repeat('00', 32), 'hex'), 1, gen_random_uuid(), gen_random_uuid());
INSERT INTO oversight.sampled (sample, place, inquiry) VALUES ('00000000-0000-0000-0000-000000000014', 1, gen_random_uuid());
INSERT INTO oversight.explained (key, note, account, entry)
  VALUES ('log:1', 'The server was moved to another machine that day.', gen_random_uuid(), gen_random_uuid());
