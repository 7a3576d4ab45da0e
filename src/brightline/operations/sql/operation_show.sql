-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, approver, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {operation}
-- result: head with objectives, expected, budget, decisions, encounters, protected, holds, custody, custody_events,
--   costs; people without names for overseers, none for legal review
DECLARE
  o operations.operation := operations.find(ctx, p);
BEGIN
  RETURN operations.head(ctx, o) || jsonb_build_object('budget', o.budget,
    'objectives', (SELECT COALESCE(jsonb_agg(jsonb_build_object('rank', j.rank, 'text', j.text, 'regime', j.regime,
      'instrument', j.instrument,
      'authority', j.authority, 'cost', j.cost) ORDER BY j.rank), '[]') FROM operations.objective j
        WHERE j.operation = o.id),
    'expected', (SELECT COALESCE(jsonb_agg(jsonb_build_object('regime', e.regime, 'category',
      e.category, 'people', e.people)
      ORDER BY e.regime, e.category), '[]') FROM operations.expected e WHERE e.operation = o.id),
    'decisions', operations.decisions(o), 'summary', o.summary, 'encounters', operations.encounters(ctx, o.id),
    'protected', (SELECT COALESCE(jsonb_agg(jsonb_build_object('code', operations.code('V', v.id), 'category',
      v.category, 'at', line.stamp(v.at))
      ORDER BY v.at, v.id), '[]') FROM operations.protected_person v WHERE v.operation = o.id),
    'holds', (SELECT COALESCE(jsonb_agg(operations.hold_row(ctx, h) ORDER BY h.at, h.id), '[]') FROM operations.hold h
      WHERE h.operation = o.id),
    'custody', operations.custody(ctx, o.id), 'custody_events', operations.custody_events(ctx, o.id),
    'costs', (SELECT COALESCE(jsonb_agg(jsonb_build_object('cost', operations.code('K', c.id), 'regime', c.regime,
      'amount', c.amount, 'what', c.what, 'day', c.day,
      'by', line.accounts_name(c.account), 'corrects', operations.code('K', c.corrects), 'correction', c.correction,
      'corrected_by', (SELECT operations.code('K', k.id) FROM operations.cost k WHERE k.corrects = c.id))
        ORDER BY c.at, c.id), '[]') FROM operations.cost c WHERE c.operation = o.id),
    '_shown', (SELECT jsonb_build_array(o.id) || COALESCE(jsonb_agg(x.id), '[]') FROM operations.person x
      WHERE x.operation = o.id
      OR x.id IN (SELECT e.person FROM operations.encounter e WHERE e.operation = o.id)));
END
