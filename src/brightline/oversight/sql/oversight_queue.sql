-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {limit?}
-- result: {items: [as of oversight_sample, with sample], waiting}: reasons without a verdict, crossings first
BEGIN
  RETURN line.oversight_queue(ctx, p);
END
