-- The room's reading function names the column; the installation writes it anew.
DROP FUNCTION IF EXISTS leads.matched(uuid) CASCADE;
ALTER TABLE leads.check_entry DROP COLUMN household;
DELETE FROM line.account_notice WHERE kind = 'restriction';
ALTER TABLE line.account_notice DROP CONSTRAINT account_notice_kind_check;
ALTER TABLE line.account_notice ADD CONSTRAINT account_notice_kind_check
  CHECK (kind IN ('session', 'role', 'glass', 'factor'));
ALTER TABLE line.marking ALTER COLUMN scoped SET EXPRESSION AS
  (caveats && ARRAY['sealed', 'covert', 'protected', 'oversight']);
DROP SCHEMA restrictions CASCADE;
