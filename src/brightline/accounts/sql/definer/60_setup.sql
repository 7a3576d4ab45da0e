-- The first administrator of an empty installation, by a one-time code of which only the hash is kept. Works once, and
-- never when an administrator exists. Made with it: the unit, the house rules as its desk's authority, the desk.
-- callers: login
CREATE OR REPLACE FUNCTION line.setup_first_admin(code text, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  called text; in_unit text; checked bytea; made uuid;
  hashed bytea := sha256(convert_to(COALESCE(btrim(setup_first_admin.code), ''), 'UTF8'));
BEGIN
  PERFORM 1 FROM line.state s FOR UPDATE;
  IF NOT EXISTS (SELECT FROM line.setup s WHERE s.code_hash = hashed AND s.used IS NULL
    AND s.expires > clock_timestamp())
     OR EXISTS (SELECT FROM line.role_grant g WHERE g.role = 'admin') THEN
    PERFORM line.session_entry(NULL, 'setup', 'setup_first_admin', 'refused',
      'wrong, used or expired code, or an administrator exists');
    RETURN jsonb_build_object('ok', false);
  END IF;
  called := lower(line.need(p, 'account', 63)); in_unit := lower(COALESCE(line.text(p, 'unit', 63), 'administration'));
  checked := line.accounts_verifier(p);
  IF called !~ '^[a-z0-9][a-z0-9._-]{0,62}$' OR EXISTS (SELECT FROM line.account a WHERE a.name = called) THEN
    PERFORM line.bad('account', 'can''t be an account''s name', 'Small letters, digits, dots and dashes.'); END IF;
  IF in_unit !~ '^[a-z0-9][a-z0-9-]{0,62}$' THEN
    PERFORM line.bad('unit', 'can''t be a unit''s name', 'Small letters, digits, dashes.'); END IF;
  UPDATE line.setup s SET used = clock_timestamp() WHERE s.used IS NULL;
  INSERT INTO line.authority (code, title, regime, statute) VALUES
    ('house-rules', 'House rules', 'oversight', 'Standing orders of the organisation') ON CONFLICT DO NOTHING;
  INSERT INTO line.unit (name, title) VALUES (in_unit, COALESCE(line.text(p, 'unit_title', 200), initcap(in_unit)))
    ON CONFLICT DO NOTHING;
  INSERT INTO line.account (name, title, verifier, kdf)
    VALUES (called, COALESCE(line.text(p, 'title', 200), ''), checked, p -> 'kdf')
    RETURNING id INTO made;
  INSERT INTO line.role_grant (account, unit, role) VALUES (made, in_unit, 'admin');
  PERFORM line.accounts_desk(in_unit, 'admin', 'house-rules');
  PERFORM line.session_entry(made, called, 'setup_first_admin', 'ok', 'first administrator');
  RETURN jsonb_build_object('ok', true, 'account', called, 'unit', in_unit, 'purpose', in_unit || '/admin');
END $$;
