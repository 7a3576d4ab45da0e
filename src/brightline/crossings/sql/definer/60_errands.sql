-- The errand of a crossing (the turn: line/sql/56_errands.sql).

-- Which rows a pointer stood for, and whom the custodians of the rows bring into the two sides, as it was at the
-- request (rule 35).
-- callers: none
CREATE OR REPLACE FUNCTION line.errand_crossing(ctx line.context, said jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer; asked line.crossing; mute text[];
BEGIN
  SELECT * INTO asked FROM line.crossing x WHERE x.id = (said ->> 'crossing')::uuid FOR UPDATE;
  PERFORM line.crossing_resolve(asked);
  mute := line.crossing_mute(asked);
  -- Told to those who can give somebody the role, and not to whoever asked: it would say whose rows these are.
  IF mute <> '{}' THEN PERFORM line.account_tell(h, 'nobody',
    format('%s waits for %s, where nobody could speak for it: give somebody the role of supervisor or steward there',
    asked.number, array_to_string(mute, ', ')))
    FROM (SELECT line.holders('admin', NULL) AS h UNION SELECT line.holders('overseer', NULL)) x
      WHERE h <> asked.requester; END IF;
  INSERT INTO line.crossing_party (crossing, account) SELECT c.id, u
    FROM line.crossing c, unnest(line.crossing_chain(c.id, c.beneficiary, c.requester)) u
    WHERE c.id = (said ->> 'crossing')::uuid ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN line.crossing_counts((said ->> 'crossing')::uuid) || jsonb_build_object('parties', n);
END $$;
