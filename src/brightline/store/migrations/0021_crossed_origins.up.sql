-- An origin knows for itself that it crossed, so that what is made of a copy and of a row of one's own asks each by its own
-- rule. Until now only the caveat said so; every origin of such a marking is taken as crossed, as it was.
UPDATE line.marking m SET origins = (SELECT jsonb_agg(jsonb_build_array(o ->> 0, o ->> 1, 'crossed') ORDER BY o ->> 0, o ->> 1)
    FROM jsonb_array_elements(m.origins) o)
  WHERE 'crossed' = ANY (m.caveats);
UPDATE line.state SET epoch = epoch + 1;
