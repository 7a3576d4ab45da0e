UPDATE line.marking m SET origins = (SELECT jsonb_agg(jsonb_build_array(o ->> 0, o ->> 1) ORDER BY o ->> 0, o ->> 1)
    FROM jsonb_array_elements(m.origins) o)
  WHERE 'crossed' = ANY (m.caveats);
UPDATE line.state SET epoch = epoch + 1;
