-- Transactions that a login holds open. They hold no right (each call is judged for itself), but VACUUM and old parts
-- of the write-ahead log wait for them. The roles have idle_in_transaction_session_timeout, which a session can set
-- back; so the worker looks too, in the sequencer's role. Work is hidden from statistics (track_activities = off), the
-- time when a transaction began with it: who asks has to remember what it saw before. A transaction is named by its
-- virtual id, which no later one has.
-- callers: sequencer

-- owner: watch
CREATE OR REPLACE FUNCTION line.held_transactions() RETURNS TABLE (pid integer, role text,
  transaction text, waits boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT a.pid, r.rolname::text, l.virtualtransaction, a.wait_event IS NOT DISTINCT FROM 'ClientRead'
  FROM pg_lock_status() l JOIN pg_stat_get_activity(NULL) a ON a.pid = l.pid
    JOIN pg_roles r ON r.oid = a.usesysid JOIN pg_database d ON d.oid = a.datid AND d.datname = current_database()
  WHERE l.locktype = 'virtualxid' AND l.granted AND l.virtualxid = l.virtualtransaction
    AND r.rolname IN ('brightline_app', 'brightline_policy', 'brightline_login', 'brightline_overseer')
$$;

-- End the session that holds this transaction, if it still does. Its owner is a member of the roles above and of no
-- other, so PostgreSQL itself refuses every other session.
-- owner: watch
CREATE OR REPLACE FUNCTION line.end_transaction(of_pid integer, of_transaction text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN COALESCE((SELECT bool_or(pg_terminate_backend(h.pid)) FROM line.held_transactions() h
  WHERE h.pid = of_pid AND h.transaction = of_transaction), false);
GRANT USAGE ON SCHEMA line TO brightline_watch;
