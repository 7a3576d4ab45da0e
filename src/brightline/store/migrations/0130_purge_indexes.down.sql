DROP INDEX line.inquiry_purpose;
DROP INDEX leads.event_entry;
DROP INDEX leads.hold_lead;
DROP INDEX leads.lead_duplicate;
DROP INDEX leads.lead_twin;
