-- What operations and cases turned into, for overseers: written when it shows, told at once, kept on their list.
-- callers: none

CREATE OR REPLACE FUNCTION line.mark(ctx line.context, sort text, number text, in_unit text, in_regime text,
  flags text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE fresh text[];
BEGIN
  WITH made AS (INSERT INTO oversight.marked (kind, of, flag, unit, regime, account, entry)
      SELECT sort, number, f, in_unit, in_regime, ctx.account, ctx.entry FROM unnest(flags) f
        WHERE f <> 'several_regimes' ON CONFLICT DO NOTHING RETURNING flag)
    SELECT array_agg(m.flag ORDER BY m.flag) INTO fresh FROM made m;
  IF fresh IS NOT NULL THEN
    PERFORM line.tell(ctx, ARRAY(SELECT line.holders('overseer', NULL)), 'operation',
      format('%s: %s', number, (SELECT string_agg(replace(f, '_', ' '), ', ' ORDER BY f)
        FROM unnest(fresh) f))); END IF;
END $$;

-- Of an operation, and of the case that it was planned under: one opened as criminal with more civil than criminal
-- arrests has drifted, over all its operations.
-- callers: writer
CREATE OR REPLACE FUNCTION line.operations_tell(ctx line.context, number text, flags text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE o operations.operation; f cases.case_file;
BEGIN
  SELECT * INTO o FROM operations.operation x WHERE x.number = operations_tell.number;
  PERFORM line.mark(ctx, 'operation', o.number, o.unit, o.regime, flags);
  SELECT * INTO f FROM cases.case_file c WHERE c.id = o.case_id AND c.regime = 'criminal';
  IF f.id IS NOT NULL AND (SELECT sum(CASE e.regime WHEN 'criminal' THEN -1 ELSE 1 END) FROM operations.encounter e
    JOIN operations.operation x ON x.id = e.operation
      WHERE x.case_id = f.id AND e.outcome = 'arrested' AND NOT EXISTS (SELECT FROM operations.encounter c
        WHERE c.corrects = e.id)) > 0 THEN
    PERFORM line.mark(ctx, 'case', f.number, f.unit, f.regime, ARRAY['drift']); END IF;
END $$;

CREATE OR REPLACE FUNCTION line.mark_title(flag text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE flag WHEN 'drift' THEN 'Criminal work that became civil: more civil than criminal arrests'
  WHEN 'civil_majority' THEN 'A warrant''s plan reckons with more people of civil law than its own'
  WHEN 'collateral_majority' THEN 'More collateral than targeted arrests' WHEN 'over_budget'
    THEN 'Spent beyond the budget' WHEN 'over_plan' THEN 'More arrests than planned'
  WHEN 'outside_plan' THEN 'Met outside the plan''s time, places or unit' WHEN 'minor' THEN 'A minor was met'
    WHEN 'copied_facts' THEN 'Facts or sources that repeat one another'
  WHEN 'regime_changed' THEN 'Custody went over to another law' WHEN 'held_elsewhere'
    THEN 'To be booked in, but in custody elsewhere already'
  WHEN 'held_after_close' THEN 'Closed with people in custody' ELSE replace(flag, '_', ' ') END;

CREATE OR REPLACE FUNCTION line.oversight_marked(since timestamptz, until timestamptz) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('key', m.kind || ':' || m.of || ':' || m.flag, 'kind', m.flag, 'at',
    line.stamp(m.at), m.kind, m.of,
    'account', line.accounts_name(m.account), 'title', line.mark_title(m.flag), 'detail',
      concat_ws(' · ', m.of, m.unit, m.regime),
    'entries', CASE WHEN m.entry IS NULL THEN '[]' ELSE jsonb_build_array(m.entry) END))
  FROM oversight.marked m WHERE m.at >= since AND m.at <= until
  UNION ALL
  SELECT jsonb_build_object('key', 'protected:' || e.entry, 'kind', 'protected', 'at', line.stamp(e.at), 'account',
    line.accounts_name(e.account),
    'title', 'Acted against somebody protected, and was stopped', 'detail',
      concat_ws(' · ', line.accounts_title(e.account), e.name), 'entries', jsonb_build_array(e.entry))
  FROM ledger.entry e WHERE e.outcome = 'refused' AND e.act = 'change' AND e.at >= since
    AND e.at <= until AND e.body IS NOT NULL
    AND convert_from(e.head, 'UTF8')::jsonb ->> 'code' = 'legal_check'
$$;
