-- Takes the leads away; their purposes stay in the ledger's memory and are closed.
UPDATE line.purpose SET state = 'closed' WHERE kind = 'lead';
DROP SCHEMA IF EXISTS leads CASCADE;
DROP TABLE IF EXISTS line.lead_purpose, line.lead_worker, line.lead_ref CASCADE;
