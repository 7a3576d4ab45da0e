-- The errand of a broken glass (the turn: line/sql/56_errands.sql).

-- Which case it is, if there is one, and who decides about it: an absent one and another regime's wait for nobody.
-- callers: none
CREATE OR REPLACE FUNCTION line.errand_glass(ctx line.context, said jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE b line.glass; of_case uuid; n integer := 0;
BEGIN
  SELECT * INTO b FROM line.glass x WHERE x.id = (said ->> 'glass')::uuid FOR UPDATE;
  of_case := line.accounts_glass_case(ctx, b.asked_for);
  IF of_case IS NULL OR b.case_id IS NOT NULL OR line.accounts_glass_state(b) <> 'asked' THEN
    RETURN jsonb_build_object('told', 0); END IF;
  UPDATE line.glass x SET case_id = of_case WHERE x.id = b.id;
  PERFORM line.account_tell(w.account, 'glass', format('%s asks to break the glass of %s',
    ctx.account_name, b.asked_for))
    FROM (SELECT DISTINCT g.account FROM line.role_grant g JOIN line.case_ref r ON r.case_id = of_case
      WHERE line.accounts_live(g) AND g.account <> ctx.account
        AND (g.role = 'approver' OR g.role = 'supervisor' AND g.unit = r.unit
          AND (NOT r.restricted OR r.supervisor = g.account))) w;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN jsonb_build_object('told', n);
END $$;
