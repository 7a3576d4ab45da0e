-- How long the bodies of the log are kept, by class of act. Heads and commitments stay for good. What is of no class is
-- kept: certificates, and what the sequencer says of itself.
--   least    a term can't be set below so many years
--   binding  no certificate at all destroys a body before that, a case's purge included (rule 11)

CREATE TABLE ledger.class (
  class   text PRIMARY KEY,
  acts    text[] NOT NULL CHECK (cardinality(acts) > 0),
  least   integer NOT NULL CHECK (least >= 1),
  years   integer NOT NULL CHECK (years BETWEEN least AND 100),
  binding boolean NOT NULL DEFAULT false,
  source  text NOT NULL,
  set_by  uuid,
  set_at  timestamptz,
  reason  text
);
INSERT INTO ledger.class (class, acts, least, years, binding, source) VALUES
  ('consultation', ARRAY['search', 'view', 'enter'], 1, 5, false, 'LED art. 25: as long as lawfulness is checked'),
  ('alteration', ARRAY['change', 'crossing'], 5, 10, false, 'LED art. 25'),
  ('reading of the log', ARRAY['read-log'], 5, 10, false, 'LED art. 25(2)'),
  ('disclosure', ARRAY['disclosure', 'export'], 5, 10, true, '5 USC 552a(c)(2)');

ALTER TABLE ledger.class OWNER TO brightline_line;
GRANT SELECT ON ledger.class TO brightline_backup;

-- Whether a body may be destroyed at all yet.
CREATE FUNCTION ledger.bound(act text, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM ledger.class c WHERE c.binding AND bound.act = ANY (c.acts)
  AND bound.at > clock_timestamp() - make_interval(years => c.least));
ALTER FUNCTION ledger.bound(text, timestamptz) OWNER TO brightline_line;
REVOKE ALL ON FUNCTION ledger.bound(text, timestamptz) FROM PUBLIC;

-- Destroys the bodies that a purge certificate names; answers how many. The certificate is itself an entry of the
-- log, carried out (outcome ok), and can't be purged, since missing bodies are valid only through it. What is bound stays.
CREATE OR REPLACE FUNCTION ledger.erase(certificate uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  purge ledger.entry;
  content jsonb;
  gone bigint;
BEGIN
  SELECT * INTO purge FROM ledger.entry e WHERE e.entry = erase.certificate AND e.act = 'purge' AND e.outcome = 'ok';
  IF purge.body IS NULL THEN
    RAISE EXCEPTION 'ledger: % is no purge certificate', certificate USING ERRCODE = 'BL010';
  END IF;
  content := convert_from(purge.body, 'UTF8')::jsonb;
  INSERT INTO ledger.erasure (entry, certificate)
    SELECT e.entry, purge.entry
    FROM jsonb_array_elements_text(CASE
        WHEN jsonb_typeof(content -> 'entries') = 'array' THEN content -> 'entries'
        WHEN jsonb_typeof(content #> '{params,entries}') = 'array' THEN content #> '{params,entries}'
        ELSE '[]' END) AS named(id)
      JOIN ledger.entry e ON e.entry::text = lower(named.id)
    WHERE e.index < purge.index AND e.act <> 'purge' AND e.body IS NOT NULL AND NOT ledger.bound(e.act, e.at)
    ON CONFLICT DO NOTHING;
  UPDATE ledger.entry e SET body = NULL, body_salt = NULL, shown = NULL, inquiry = NULL, account = NULL, purpose = NULL
    FROM ledger.erasure x WHERE x.entry = e.entry AND x.certificate = purge.entry AND e.body IS NOT NULL;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
