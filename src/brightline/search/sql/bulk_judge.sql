-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- unread: a verdict is a row of its own; the former ones stay beside it
-- params: {hit, verdict: confirmed | wrong | unsure, compared: [name | birth_date | nationality | gender | birth_place
--   | identifier | phone | email | address | account | photograph | fingerprints | document | employer | statement],
--   reason}
-- result: {hit, verdict, compared, actionable, bulk: as bulk_show}; name and birth date alone aren't actionable
DECLARE done jsonb := line.search_bulk_judge(ctx, p); members uuid[] := ARRAY(SELECT m::uuid
  FROM jsonb_array_elements_text(done -> 'members') m);
BEGIN
  -- Nobody judges what they may not see.
  IF NOT EXISTS (SELECT FROM content.aspect a WHERE a.entity = ANY (members)) THEN PERFORM line.missing(ctx); END IF;
  RETURN (done - 'members' - 'request') || jsonb_build_object('bulk', (SELECT bulk.told(r) FROM bulk.request r
    WHERE r.id = (done ->> 'request')::uuid),
    '_shown', done -> 'members', '_count', jsonb_build_object('verdict', done -> 'verdict', 'actionable',
      done -> 'actionable'));
END
