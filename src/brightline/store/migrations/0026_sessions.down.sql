DROP TABLE line.account_notice, line.glass, line.service_token CASCADE;
ALTER TABLE line.role_grant DROP CONSTRAINT holder_never_confirms;
ALTER TABLE line.role_grant DROP COLUMN origin CASCADE, DROP COLUMN due CASCADE, DROP COLUMN confirmed CASCADE, DROP COLUMN confirmed_by CASCADE;
ALTER TABLE line.session DROP COLUMN device_hash CASCADE, DROP COLUMN seen CASCADE, DROP COLUMN idle_minutes CASCADE, DROP COLUMN acts CASCADE,
  DROP COLUMN recheck_by CASCADE, DROP COLUMN why_ended CASCADE;
