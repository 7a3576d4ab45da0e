-- act: read-log
-- kind: command
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- seen: line.oversight_flag_read
-- params: {flag, verdict: founded | unfounded | inquiry, remarks}
-- result: as oversight_flag
BEGIN
  RETURN line.oversight_flag_judge(ctx, p);
END
