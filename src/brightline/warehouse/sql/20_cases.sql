-- From the cases into the warehouse: by the outbox, at least within a minute.
-- callers: worker

-- The marking of what a case says of itself: the source `case` under the case's authority. A case that was never opened
-- has none.
-- callers: none
CREATE OR REPLACE FUNCTION warehouse.case_marking_of(which uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.id FROM cases.case_file f JOIN line.marking m
    ON m.origins = jsonb_build_array(jsonb_build_array('case', f.authorities[1]))
    AND m.category = 'other' AND m.caveats = '{}' AND m.retention = ''
  WHERE f.id = which AND EXISTS (SELECT FROM line.purpose p WHERE p.case_id = which)
$$;

-- The next batch, or the one that was begun and not finished. A row without a marking is held back and says so.
CREATE OR REPLACE FUNCTION warehouse.case_claim(most integer) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE begun uuid := (SELECT o.batch FROM warehouse.outbox o WHERE o.batch IS NOT NULL LIMIT 1);
fresh uuid := gen_random_uuid();
BEGIN
  IF begun IS NOT NULL THEN RETURN begun; END IF;
  UPDATE warehouse.outbox o SET held = CASE WHEN warehouse.case_marking_of(o.case_id) IS NULL
      THEN 'The case has no marking: it was never opened under an authority.' END
    WHERE o.batch IS NULL AND (o.held IS NULL) <> (warehouse.case_marking_of(o.case_id) IS NOT NULL);
  UPDATE warehouse.outbox o SET batch = fresh WHERE o.id IN (SELECT x.id FROM warehouse.outbox x
    WHERE x.batch IS NULL AND x.held IS NULL ORDER BY x.at LIMIT most FOR UPDATE SKIP LOCKED);
  RETURN CASE WHEN FOUND THEN fresh END;
END $$;

-- What the rows of a batch are now. Of notes who wrote which kind when, never the words: those stay in the compartment.
CREATE OR REPLACE FUNCTION warehouse.case_rows(which uuid) RETURNS TABLE (kind text, object text,
  case_number text, unit text,
  at timestamptz, data text, batch text, marking integer, regime text, authority text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF NOT EXISTS (SELECT FROM warehouse.outbox o WHERE o.batch = which) THEN RETURN; END IF;
  PERFORM warehouse.reads('case', jsonb_build_object('batch', which));
  RETURN QUERY SELECT o.kind, o.object::text, f.number, f.unit, o.at, (CASE o.kind
      WHEN 'case' THEN jsonb_build_object('state', f.state, 'category', f.category, 'priority',
        f.priority, 'opened', f.opened,
        'review_by', f.review_by, 'closed', f.closed, 'outcome', f.outcome, 'restricted', f.restricted)
      WHEN 'person_role' THEN (SELECT jsonb_build_object('entity', r.entity, 'category', r.category, 'from',
        r.from_time, 'to', r.to_time)
        FROM cases.person_role r WHERE r.id = o.object)
      WHEN 'item' THEN (SELECT jsonb_build_object('object', i.printed, 'kind', i.kind, 'added',
        i.added, 'removed', i.removed)
        FROM cases.item i WHERE i.id = o.object)
      ELSE (SELECT jsonb_build_object('kind', n.kind, 'reliability', n.reliability, 'credibility', n.credibility,
        'about', cardinality(n.about), 'corrects', n.corrects, 'at', n.at) FROM cases.note n
          WHERE n.id = o.object) END)::text,
    which::text, warehouse.case_marking_of(o.case_id), f.regime, f.authorities[1]
  FROM warehouse.outbox o JOIN cases.case_file f ON f.id = o.case_id WHERE o.batch = which;
END $$;

CREATE OR REPLACE FUNCTION warehouse.case_done(which uuid, at_version bigint, told jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE oldest timestamptz; ctx line.context; rows bigint;
BEGIN
  SELECT min(o.at), count(*) INTO oldest, rows FROM warehouse.outbox o WHERE o.batch = which;
  IF rows = 0 OR rows IS DISTINCT FROM (told ->> 'put')::bigint THEN
    PERFORM feed.raise_objection(ARRAY['counts',
      format('The batch has %s rows; %s are said to be stored.', rows, told ->> 'put'),
      'The keeper begins again by itself.']); END IF;
  DELETE FROM warehouse.outbox o WHERE o.batch = which;
  PERFORM warehouse.committed('case', which, 'case', at_version, told || jsonb_build_object('lag',
    COALESCE(extract(epoch FROM clock_timestamp() - oldest), 0)));
  ctx.name := 'warehouse_commit'; ctx.act := 'change'; ctx.call := 'command';
  ctx.params := jsonb_build_object('batch', which);
  PERFORM line.emit(gen_random_uuid(), line.head(ctx, 'ok', jsonb_build_object('counts',
    jsonb_build_object('version', at_version, 'put', told -> 'put'))), line.body(ctx, '{}'), true, false);
END $$;
