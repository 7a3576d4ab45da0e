-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {prompts: [{name, version, text}], aims: [text], limits: {name: figure}}: what people are asked for their
--   reasons, word for word, and the rulebook's figures about it
BEGIN
  RETURN jsonb_build_object('prompts', line.accounts_prompts(), 'aims', line.accounts_aims(), 'limits',
    line.accounts_limits(), '_shown', '[]'::jsonb);
END
