-- What nobody could ever decide isn't taken: whoever asks learns at once who is missing, and the way out. Only one's
-- own side is looked at; whose rows a crossing would open isn't told by a refusal (the worker tells those who can help,
-- 56_errands.sql).
-- callers: none

CREATE OR REPLACE FUNCTION line.can_decide(wanted text, in_unit text, besides uuid[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.holders(wanted, in_unit) h WHERE NOT h = ANY (array_remove(besides, NULL)));

-- A refusal in words, the same for every act that waits for somebody.
CREATE OR REPLACE FUNCTION line.nobody(ctx line.context, who text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.conflict(ctx, 'nobody', format('Nobody could decide this: there is no %s.', who),
    'An administrator gives somebody the role, for as long as it is needed: brightline role add --until DAY; '
    'brightline doctor lists whom units lack.');
END $$;

-- What each unit lacks, for whoever keeps the installation: what waits there could wait for ever. No content, no case,
-- no name.
CREATE OR REPLACE FUNCTION line.undecidable() RETURNS TABLE (unit text, lacks text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.name, x.lacks FROM line.unit u, LATERAL (
    SELECT 'no supervisor: nobody opens its cases, approves its operations and disclosures' AS lacks
      WHERE NOT EXISTS (SELECT FROM line.holders('supervisor', u.name)) AND EXISTS (SELECT FROM line.role_grant g
        WHERE g.unit = u.name AND g.role IN ('agent', 'analyst') AND line.accounts_live(g))
    UNION ALL SELECT 'one supervisor: nobody decides what that person asks for'
      WHERE (SELECT count(*) FROM line.holders('supervisor', u.name)) = 1 AND EXISTS (SELECT FROM line.role_grant g
        WHERE g.unit = u.name AND g.role IN ('agent', 'analyst') AND line.accounts_live(g))
    UNION ALL SELECT 'neither supervisor nor steward: nobody speaks for its sources when a crossing is asked for'
      WHERE NOT EXISTS (SELECT FROM line.holders('supervisor', u.name))
        AND NOT EXISTS (SELECT FROM line.holders('steward', u.name))
        AND EXISTS (SELECT FROM line.source s WHERE s.custodian_unit = u.name AND s.state = 'active')
    UNION ALL SELECT 'one vetter: nobody else confirms a lead'
      WHERE (SELECT count(*) FROM (SELECT line.holders('vetter', u.name) UNION
        SELECT line.holders('supervisor', u.name)) v) = 1 AND EXISTS (SELECT FROM line.holders('vetter', u.name))) x
  WHERE u.state = 'active'
  UNION ALL SELECT 'the installation', format('%s approver%s: a crossing takes two, one for its law and one to decide',
    n, CASE n WHEN 1 THEN '' ELSE 's' END)
    FROM (SELECT count(*) AS n FROM line.holders('approver', NULL)) a WHERE n < 2 AND EXISTS (SELECT FROM line.unit)
  UNION ALL SELECT 'the installation', 'no overseer: nobody hears of what is odd'
    WHERE NOT EXISTS (SELECT FROM line.holders('overseer', NULL)) AND EXISTS (SELECT FROM line.unit)
  ORDER BY 1, 2
$$;
