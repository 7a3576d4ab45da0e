-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- params: {}
-- result: {prompts: [{name, version, text}], aims: [text]}: what people are asked for their reasons, word for word
BEGIN
  RETURN jsonb_build_object('prompts', line.accounts_prompts(), 'aims', line.accounts_aims(), '_shown', '[]'::jsonb);
END
