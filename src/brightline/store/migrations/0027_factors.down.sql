-- Accounts of a provider stay, without a way in; a reset gives them a password.
DROP TABLE line.provider_token, line.federation, line.group_role, line.identity, line.ceremony, line.recovery_code, line.factor CASCADE;
UPDATE line.session SET ended = clock_timestamp() WHERE ended IS NULL AND (waits <> '' OR issuer IS NOT NULL);
ALTER TABLE line.session DROP CONSTRAINT restricted_while_waiting, DROP CONSTRAINT federated_has_deadline;
ALTER TABLE line.session DROP COLUMN waits CASCADE, DROP COLUMN second CASCADE, DROP COLUMN second_kind CASCADE,
  DROP COLUMN issuer CASCADE, DROP COLUMN subject CASCADE, DROP COLUMN provider_session CASCADE;
