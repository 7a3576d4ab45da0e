-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {size, root, checkpoint_size, checkpoint_at, origin, key, receipt_key, slot, lag_bytes, pending, seen, ok,
--   alarms: [text]}; pending = entries that no checkpoint covers yet
BEGIN
  RETURN ledger.health();
END
