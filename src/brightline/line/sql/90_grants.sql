-- Who may execute what in schema line. Everything is taken away first; what isn't named here nobody may call.
DO $grants$
DECLARE
  f regprocedure;
  called text;
  inside constant text[] := ARRAY['enter', 'leave', 'refuse', 'missing', 'conflict', 'say_no', 'bad', 'text', 'need', 'unseen',
    'uuid', 'uuids', 'int', 'bool', 'date', 'time', 'texts', 'visible', 'compartments', 'cases', 'operations', 'pass_kind', 'stamp',
    'head', 'body', 'loggable', 'outline', 'long', 'too_large', 'pseudonym', 'bucket', 'marking_words', 'scoped_markings', 'rules_for', 'pointers',
    'pointers_of', 'lp', 'random32', 'keyless', 'revision', 'under', 'rule', 'rule_int', 'rule_texts', 'decider', 'said'];
  commands constant text[] := ARRAY['event', 'inquiry_open', 'case_marking', 'repeated', 'repeat_keep', 'repeat_key', 'unchanged'];
  -- What a room's definer script adds for its own installed functions: by prefix, reader and writer, or writer alone.
  by_prefix constant text := '^(accounts|analysis|cases|crossing|disclosures|documents|feeds|leads|ledger|operations|oversight|resolution|restrictions|retention|rulebook|search|sources|warehouse)_';
BEGIN
  FOR f, called IN SELECT p.oid::regprocedure, p.proname FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'line' LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, brightline_reader, brightline_writer, brightline_policy,
      brightline_login, brightline_sequencer, brightline_feed, brightline_app, brightline_worker', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_line', f);
    IF called = ANY (inside) OR called ~ by_prefix THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_reader, brightline_writer', f);
    END IF;
    IF called = ANY (commands) THEN EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_writer', f); END IF;
    IF called IN ('policy_read', 'policy_store', 'policy_settle', 'policy_version', 'policy_judged',
        'policy_unchecked', 'policy_stored', 'policy_checked') THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_policy', f); END IF;
    IF called IN ('login_challenge', 'session_attempt', 'session_open', 'session_close', 'session_waits', 'session_lives', 'session_second_attempt', 'session_second', 'webauthn_challenge', 'webauthn_keys', 'webauthn_shown',
        'federation_begin', 'federation_ready', 'federation_take', 'federation_refused', 'session_open_federated', 'session_recheck', 'session_end_federated') THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_login', f); END IF;
    IF called IN ('provider_put', 'provider_keep', 'providers_wanted') THEN EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_worker', f); END IF;
    IF called IN ('misuse_accounts', 'misuse_name', 'misuse_turn') THEN EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_sequencer', f); END IF;
    IF called IN ('lapse_restrictions', 'lapse_leads') THEN EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_worker', f); END IF;
    IF called = 'errand_turn' THEN EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_worker', f); END IF;
  END LOOP;
END $grants$;
GRANT USAGE ON SCHEMA line TO brightline_worker;
