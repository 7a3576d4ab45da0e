-- act: change
-- kind: command
-- roles: agent, analyst, supervisor, vetter
-- purposes: desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {case, reason}
-- result: {glass, case, asker, unit, reason, asked, state, decided_by, words, expires, review}
BEGIN
  RETURN line.accounts_glass_ask(ctx, p);
END
