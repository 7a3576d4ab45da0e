-- act: enter
-- kind: command
-- roles: any
-- purposes: case, lead, desk, oversight
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- token: yes
-- params: {reason, aim?, prompts?: {inquiry: version}}, under the purpose of the call
-- result: {id, purpose, reason, aim, prompt, opened, expires, acts_left, acts_max}
BEGIN
  RETURN line.inquiry_open(ctx, COALESCE(line.text(p, 'reason', 2000), ''), p);
END
