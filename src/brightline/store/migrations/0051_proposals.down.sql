DROP TABLE oversight.decided, line.account_hand, line.proposal_transition, line.proposal CASCADE;
DELETE FROM line.account_notice WHERE kind NOT IN ('session', 'role', 'glass', 'factor', 'restriction');
ALTER TABLE line.account_notice DROP CONSTRAINT account_notice_kind_check;
ALTER TABLE line.account_notice ADD CONSTRAINT account_notice_kind_check
  CHECK (kind IN ('session', 'role', 'glass', 'factor', 'restriction'));
