-- A link that began and isn't said to be over had ended on the day that it began; what is only said to be over had begun on its last. Such an end is open.
UPDATE content.link l SET to_date = NULL FROM content.aspect a WHERE a.id = l.aspect AND a.record = l.record AND l.to_date IS NOT NULL
  AND jsonb_exists(a.properties, 'startDate') AND NOT jsonb_exists_any(a.properties, ARRAY['endDate', 'date']);
UPDATE content.link l SET from_date = NULL FROM content.aspect a WHERE a.id = l.aspect AND a.record = l.record AND l.from_date IS NOT NULL
  AND jsonb_exists(a.properties, 'endDate') AND NOT jsonb_exists_any(a.properties, ARRAY['startDate', 'date']);
UPDATE feed.dangling l SET to_date = NULL FROM content.aspect a WHERE a.id = l.aspect AND a.record = l.record AND l.to_date IS NOT NULL
  AND jsonb_exists(a.properties, 'startDate') AND NOT jsonb_exists_any(a.properties, ARRAY['endDate', 'date']);
UPDATE feed.dangling l SET from_date = NULL FROM content.aspect a WHERE a.id = l.aspect AND a.record = l.record AND l.from_date IS NOT NULL
  AND jsonb_exists(a.properties, 'endDate') AND NOT jsonb_exists_any(a.properties, ARRAY['startDate', 'date']);
