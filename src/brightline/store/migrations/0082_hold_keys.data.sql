-- Holds of before know no keys yet: from now on they stop every lead, referral and arrest of the same person.
UPDATE leads.hold h SET keys = line.leads_keys(h.lead, true) WHERE h.keys = '{}';
