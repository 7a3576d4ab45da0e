-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- token: yes
-- params: {limit?, offset?}
-- result: {items: [{case, item, title, place, state, custodian, custodian_title, offered_to, offered_to_title,
--   stranded, revision}], total}: what the caller has in hand or is offered, over all cases; for a supervisor also what
--   lies with somebody who can't sign any more (`stranded`)
BEGIN
  RETURN line.cases_custody_list(ctx, LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200),
    LEAST(GREATEST(line.int(p, 'offset', 0), 0), 100000));
END
