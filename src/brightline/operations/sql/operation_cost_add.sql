-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {operation, regime?, amount, what, day?, corrects?: K-code with correction: what was wrong; amount 0 takes it
--   back}
-- result: {operation, cost, regime, amount, spent, budget, over_budget, corrects?}
DECLARE
  o operations.operation := operations.take(ctx, p);
  old operations.cost := operations.cost_corrected(ctx, o, p);
  kind text := COALESCE(line.text(p, 'regime', 20), old.regime, o.regime);
  sum_ numeric := operations.money(p, 'amount');
  today date := (ctx.at AT TIME ZONE 'UTC')::date;
  on_day date := COALESCE(line.date(p, 'day'), old.day, today);
  marks jsonb := operations.flags(o, operations.figures(o));
  made uuid;
  spent numeric;
  allowed numeric;
BEGIN
  IF NOT kind = ANY (ARRAY['criminal', 'civil', 'regulatory']) THEN
    PERFORM line.bad('regime', 'is unknown', 'criminal, civil or regulatory.'); END IF;
  IF sum_ = 0 AND (old.id IS NULL OR p -> 'amount' IS NULL) THEN
    PERFORM line.bad('amount', 'is missing', 'Send what was spent; 0 takes back what is corrected.'); END IF;
  IF on_day > today + 1 OR on_day < LEAST(o.starts, (o.made AT TIME ZONE 'UTC')::date) - 366 THEN
    PERFORM line.bad('day', 'lies in the future, or more than a year before the operation',
      'Name the day on which it was spent.'); END IF;
  IF o.state NOT IN ('active', 'closed') AND NOT (o.state = 'reviewed' AND old.id IS NOT NULL) THEN
    PERFORM line.conflict(ctx, 'state', 'Costs are booked on an operation that is active or closed.',
      'Activate it first.'); END IF;
  INSERT INTO operations.cost (operation, regime, amount, what, day, account, corrects, correction)
    VALUES (o.id, kind, sum_, COALESCE(line.text(p, 'what', 500), old.what, line.need(p, 'what', 500)),
      on_day, ctx.account, old.id,
      CASE WHEN old.id IS NOT NULL THEN line.text(p, 'correction', 2000) END) RETURNING id INTO made;
  spent := COALESCE((operations.spend(o.id) ->> kind)::numeric, 0);
  allowed := COALESCE((o.budget ->> kind)::numeric, 0);
  PERFORM line.operations_tell(ctx, o.number,
    ARRAY(SELECT jsonb_array_elements_text(operations.flags(o, operations.figures(o))) EXCEPT
    SELECT jsonb_array_elements_text(marks)));
  PERFORM operations.history(ctx, o, CASE WHEN old.id IS NULL THEN 'cost booked' ELSE 'cost corrected'
    END, NULL, jsonb_build_object('regime', kind, 'amount', sum_,
    'over_budget', spent > allowed, 'corrects', operations.code('K', old.id)));
  RETURN jsonb_strip_nulls(jsonb_build_object('operation', o.number, 'cost', operations.code('K', made), 'regime', kind,
    'amount', sum_, 'spent', spent,
    'budget', allowed, 'over_budget', spent > allowed, 'corrects', operations.code('K', old.id), '_count',
      jsonb_build_object('spend',
      CASE WHEN old.id IS NULL THEN jsonb_build_object(kind, sum_) WHEN old.regime = kind
        THEN jsonb_build_object(kind, sum_ - old.amount)
        ELSE jsonb_build_object(kind, sum_, old.regime, -old.amount)
          END, 'over_budget', spent > allowed AND old.id IS NULL)));
END
