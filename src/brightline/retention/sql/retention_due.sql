-- act: view
-- kind: query
-- roles: steward, supervisor, approver, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {kind?: record | case | lead | quarantine | finding, limit?, offset?}
-- result: {items: [{kind: record | case | lead | quarantine | finding, id, label, source, version, rule, years, counted_from, due, entered, validated, held, custody, purgeable, proposed}], total, limit, offset, more}; what is due today; counts of the head: records, cases, leads, overdue
BEGIN
  RETURN line.retention_due(ctx, p);
END
