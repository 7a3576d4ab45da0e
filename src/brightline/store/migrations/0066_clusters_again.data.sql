-- Refreshes had reset what judgements join: put it back.
SELECT line.resolution_recluster(ARRAY(SELECT DISTINCT e FROM content.judgement j, unnest(ARRAY[j."left", j."right"]) e));
