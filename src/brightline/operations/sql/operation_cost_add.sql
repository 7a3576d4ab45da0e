-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {operation, regime?, amount, what, day?}
-- result: {operation, regime, amount, spent, budget, over_budget}
DECLARE
  o operations.operation := operations.take(ctx, p);
  kind text := COALESCE(line.text(p, 'regime', 20), o.regime);
  sum_ numeric := operations.money(p, 'amount');
  day date := COALESCE(line.date(p, 'day'), (ctx.at AT TIME ZONE 'UTC')::date);
  spent numeric;
  allowed numeric;
BEGIN
  IF NOT kind = ANY (ARRAY['criminal', 'civil', 'regulatory']) THEN PERFORM line.bad('regime', 'is unknown', 'criminal, civil or regulatory.'); END IF;
  IF sum_ = 0 THEN PERFORM line.bad('amount', 'is missing', 'Send what was spent.'); END IF;
  IF o.state NOT IN ('active', 'closed') THEN
    PERFORM line.conflict(ctx, 'state', 'Costs are booked on an operation that is active or closed.', 'Activate it first.'); END IF;
  INSERT INTO operations.cost (operation, regime, amount, what, day, account) VALUES (o.id, kind, sum_, line.need(p, 'what', 500), day, ctx.account);
  spent := (operations.spend(o.id) ->> kind)::numeric;
  allowed := COALESCE((o.budget ->> kind)::numeric, 0);
  PERFORM operations.history(ctx, o, 'cost booked', NULL, jsonb_build_object('regime', kind, 'amount', sum_, 'over_budget', spent > allowed));
  RETURN jsonb_build_object('operation', o.number, 'regime', kind, 'amount', sum_, 'spent', spent, 'budget', allowed, 'over_budget', spent > allowed,
    '_count', jsonb_build_object('spend', jsonb_build_object(kind, sum_), 'over_budget', spent > allowed));
END
