-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: required
-- params: {words: a name, a number or an id, from?, to?, account?, limit? = 50 (1–200), offset? = 0 (0–10000)}
-- result: as ledger_entries, with asked: [what was typed that holds the words], found: how many the answer showed (0:
--   none, null: refused or none told); the questions, newest first; total is how many there are
DECLARE
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := LEAST(GREATEST(line.int(p, 'offset', 0), 0), 10000);
  since timestamptz := line.time(p, 'from');
  until timestamptz := line.time(p, 'to');
  meant text := line.need(p, 'words', 200);
  named text := line.text(p, 'account', 200);
  who uuid := line.ledger_account(named);
BEGIN
  IF named IS NOT NULL AND who IS NULL THEN
    PERFORM line.bad('account', 'is no account', 'Give a name, an id or a pseudonym as entries show it.'); END IF;
  IF cardinality(ledger.tokens(meant)) = 0 OR length(array_to_string(ledger.tokens(meant), '')) < 3 THEN
    PERFORM line.bad('words', 'are too short', 'Give at least three letters or digits.'); END IF;
  RETURN ledger.asked(ledger.tokens(meant), CASE WHEN meant !~ '[[:alpha:]]' THEN ledger.digits(meant)
    END, who, since, until, most, skip);
END
