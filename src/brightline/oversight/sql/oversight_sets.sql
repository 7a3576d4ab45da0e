-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {purpose?, limit?, offset?}
-- result: {items: [{purpose, kind, compiled, until, epoch, set, rulebook, entry, checked, sees, tells, state:
--   right|stale|changed|wrong, more, fewer}], total}
BEGIN
  RETURN line.oversight_sets(p);
END
