INSERT INTO line.service_token (token_hash, account, title, acts, purpose, expires) VALUES (sha256('\x02'),
  '00000000-0000-4000-8000-0000000000a1', 'Nightly list', '{case_list}', '00000000-0000-4000-8000-0000000000b1', clock_timestamp() + interval '30 days');
INSERT INTO line.glass (number, asked_for, asker, unit, reason) VALUES ('G-2026-000001', 'C-2026-0001',
  '00000000-0000-4000-8000-0000000000a1', 'fraud', 'A caller names the payee of this case and says that she is in danger now.');
INSERT INTO line.account_notice (account, kind, what) VALUES ('00000000-0000-4000-8000-0000000000a1', 'session', 'an older session was ended');
UPDATE line.session SET device_hash = sha256('\x03'), idle_minutes = 60;
UPDATE line.role_grant SET origin = 'group:investigators';
