-- act: change
-- kind: command
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: leads.lead_read
-- params: {lead, status: citizen | lawful | none, reason}
-- result: {lead, hold: open | cleared | upheld, by: [account]}
DECLARE
  f leads.lead := leads.keep(ctx, p); h leads.hold; found text := lower(line.need(p, 'status', 20));
  why text := leads.said(ctx, f, p, 'reason');
BEGIN
  IF NOT found = ANY (ARRAY['citizen', 'lawful', 'none']) THEN
    PERFORM line.bad('status', 'is unknown', 'citizen, lawful or none.'); END IF;
  SELECT * INTO h FROM leads.hold x WHERE x.lead = f.id AND x.state = 'open' FOR UPDATE;
  IF h.id IS NULL THEN PERFORM line.conflict(ctx, 'hold', 'Nothing is held here.', ''); END IF;
  IF h.opened_by = ctx.account THEN
    PERFORM line.refuse(ctx, 'two_people', 'Who opened the hold doesn''t clear it.',
      'Two other people have to look at it.'); END IF;
  IF h.first_by = ctx.account THEN
    PERFORM line.refuse(ctx, 'two_people', 'A hold is cleared by two people.',
      'Another person has to look at it.'); END IF;
  -- The first person's finding is a proposal. A second who finds otherwise begins anew: the hold stays.
  IF h.first_by IS NULL OR h.status <> found THEN
    UPDATE leads.hold x SET first_by = ctx.account, first_at = ctx.at, first_reason = why, status = found
      WHERE x.id = h.id RETURNING * INTO h;
  ELSE
    UPDATE leads.hold x SET second_by = ctx.account, second_at = ctx.at, second_reason = why,
      state = CASE found WHEN 'none' THEN 'cleared' ELSE 'upheld' END WHERE x.id = h.id RETURNING * INTO h;
  END IF;
  PERFORM leads.note(ctx, f, CASE h.state WHEN 'open' THEN 'looked at the claim' ELSE 'claim ' || h.state
    END, jsonb_build_object('status', found, 'reason', why));
  RETURN jsonb_build_object('lead', f.number, 'hold', h.state, 'status', h.status, 'by',
    jsonb_build_array(line.accounts_name(h.first_by), line.accounts_name(h.second_by)),
    '_shown', jsonb_build_array(f.subject));
END
