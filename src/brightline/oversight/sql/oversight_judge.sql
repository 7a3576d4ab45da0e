-- act: read-log
-- kind: command
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- seen: line.oversight_reason_read
-- params: {sample, place, verdict: sound | vague | not_supported, note?}
-- result: {sample, place, verdict, note}
BEGIN
  RETURN line.oversight_judge(ctx, p);
END
