INSERT INTO line.factor (account, kind, title, secret, confirmed) VALUES ('00000000-0000-4000-8000-0000000000a1', 'totp', 'Telephone',
  decode(repeat('41', 20), 'hex'), clock_timestamp());
INSERT INTO line.factor (account, kind, title, credential, public_key, confirmed) VALUES ('00000000-0000-4000-8000-0000000000a1', 'webauthn',
  'Key', '\x01', '\x02', clock_timestamp());
INSERT INTO line.recovery_code (account, code_hash) VALUES ('00000000-0000-4000-8000-0000000000a1', sha256('\x01'));
INSERT INTO line.ceremony (challenge, account, session, kind) SELECT sha256('\x01'), s.account, s.id, 'register' FROM line.session s LIMIT 1;
INSERT INTO line.identity (account, issuer, subject) VALUES ('00000000-0000-4000-8000-0000000000a1', 'https://id.example', '4711');
INSERT INTO line.group_role (issuer, grp, unit, role, made_by) VALUES ('https://id.example', 'investigators', 'fraud', 'agent',
  '00000000-0000-4000-8000-0000000000a1');
INSERT INTO line.federation (state_hash, browser_hash, issuer, client, nonce, verifier) VALUES (sha256('\x01'), sha256('\x02'),
  'https://id.example', 'brightline', 'n', 'v');
INSERT INTO line.provider_token (token_hash) VALUES (sha256('\x01'));
UPDATE line.session SET issuer = 'https://id.example', subject = '4711', recheck_by = clock_timestamp() + interval '15 minutes';
