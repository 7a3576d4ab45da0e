-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {limit? = 50 (1–200), offset?}
-- result: {items: [as of oversight_sample, with sample], waiting, total}: reasons without a verdict, crossings first
BEGIN
  RETURN line.oversight_queue(ctx, p);
END
