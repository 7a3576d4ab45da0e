-- What a lead's purge looks for besides the lead itself: without these each lead of a purge read whole tables.
CREATE INDEX lead_twin ON leads.lead (twin_of) WHERE twin_of IS NOT NULL;
CREATE INDEX lead_duplicate ON leads.lead (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX hold_lead ON leads.hold (lead);
CREATE INDEX event_entry ON leads.event (entry);
CREATE INDEX inquiry_purpose ON line.inquiry (purpose);
