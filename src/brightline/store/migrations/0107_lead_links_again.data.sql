-- Leads that a telephone or a filler had joined are apart from now on; holds keep their own keys, and hold whom they held.
UPDATE leads.content c SET name_key = line.leads_name_key(c.properties #>> '{name,0}') WHERE c.name_key = '';
SELECT line.leads_split();
