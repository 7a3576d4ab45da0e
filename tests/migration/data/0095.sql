INSERT INTO line.factor_key (key_hash) VALUES (sha256('\x01'));
INSERT INTO line.factor (account, kind, title, secret, cipher, seal, confirmed) VALUES ('00000000-0000-4000-8000-0000000000a1', 'totp',
  'Telephone', decode(repeat('42', 20), 'hex'), 1, sha256('\x02'), clock_timestamp());
