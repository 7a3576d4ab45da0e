-- Who could decide a crossing at all.
-- callers: none

-- A crossing takes the word of the beneficiary's supervisor, two approvers from outside its side, and of a lead its own
-- unit's word. Of whom else it waits isn't known to whoever asks.
CREATE OR REPLACE FUNCTION line.crossing_decidable(ctx line.context, c line.crossing) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE b line.purpose; home text := line.leads_home(c.beneficiary);
  own uuid[] := ARRAY(SELECT m.account FROM line.purpose p JOIN line.case_member m ON m.case_id = p.case_id
    WHERE p.id = c.beneficiary) || line.leads_chain(c.beneficiary) || c.requester
    || ARRAY(SELECT line.holders('supervisor', (SELECT p.unit FROM line.purpose p WHERE p.id = c.beneficiary)));
BEGIN
  SELECT * INTO b FROM line.purpose p WHERE p.id = c.beneficiary;
  IF NOT line.can_decide('supervisor', b.unit, ARRAY[c.requester]) THEN
    PERFORM line.nobody(ctx, format('supervisor of %s besides whoever asks, to say what the unit holds of it',
      line.accounts_unit_title(b.unit))); END IF;
  IF home IS NOT NULL AND NOT (line.can_decide('supervisor', home, ARRAY[c.requester])
    OR line.can_decide('steward', home, ARRAY[c.requester])) THEN
    PERFORM line.nobody(ctx, format('supervisor or steward of %s besides whoever asks, to speak for the lead''s unit',
      line.accounts_unit_title(home))); END IF;
  IF (SELECT count(*) FROM line.holders('approver', NULL) a WHERE NOT a = ANY (own)) < 2 THEN
    PERFORM line.nobody(ctx,
      'second approver from outside your side: one reviews the law of a crossing, another decides'); END IF;
END $$;

-- Custodians of a crossing who have nobody left to speak for them.
CREATE OR REPLACE FUNCTION line.crossing_mute(c line.crossing) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT u FROM unnest(line.crossing_custodians(c.id)) u
  WHERE NOT EXISTS (SELECT FROM line.crossing_opinion o WHERE o.crossing = c.id AND o.side = 'custodian' AND o.unit = u)
  AND NOT (line.can_decide('supervisor', u, ARRAY[c.requester])
    OR line.can_decide('steward', u, ARRAY[c.requester])) ORDER BY u);
