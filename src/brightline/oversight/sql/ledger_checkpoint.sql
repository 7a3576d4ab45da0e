-- act: view
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- unread: asks for what the log does by itself
-- params: {}
-- result: {asked, size}; the sequencer signs within a second or two, covering this act's own entry
DECLARE
  asked timestamptz := ledger.ask_checkpoint();
BEGIN
  RETURN jsonb_build_object('asked', line.stamp(asked), 'size', ledger.health() -> 'size');
END
