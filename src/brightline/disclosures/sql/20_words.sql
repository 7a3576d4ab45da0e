-- Words that the room's functions share; under the caller's rights and row-level security.
-- callers: reader, writer
-- owner: owner

CREATE OR REPLACE FUNCTION disclosures.find(ctx line.context, p jsonb) RETURNS disclosures.disclosure
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE d disclosures.disclosure; wanted text := upper(line.need(p, 'disclosure', 100));
BEGIN
  SELECT * INTO d FROM disclosures.disclosure x WHERE x.number = wanted;
  IF d.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.under(ctx, d.authority);
  RETURN d;
END $$;

CREATE OR REPLACE FUNCTION disclosures.hold(ctx line.context, p jsonb) RETURNS disclosures.disclosure
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE d disclosures.disclosure := disclosures.find(ctx, p);
BEGIN
  SELECT * INTO d FROM disclosures.disclosure x WHERE x.id = d.id FOR UPDATE;
  RETURN d;
END $$;

CREATE OR REPLACE FUNCTION disclosures.step(ctx line.context, d disclosures.disclosure, act text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE after text; ways text;
BEGIN
  SELECT t.becomes INTO after FROM disclosures.transition t WHERE t.state = d.state AND t.act = step.act;
  IF after IS NULL THEN
    SELECT string_agg(t.act, ', ' ORDER BY t.act) INTO ways FROM disclosures.transition t WHERE t.state = d.state;
    PERFORM line.conflict(ctx, 'state', format('A disclosure that is %s can''t be changed by %s.', d.state, act),
      format('Possible now: %s.', COALESCE(ways, 'nothing'))); END IF;
  RETURN after;
END $$;

-- Which ids leave as one. A judgement that rests on a crossing tells of two rows what only the crossing showed, so it
-- joins nothing here: a pair has to be the same by the newest judgement of the rest, and by the newest of all, since
-- nobody passes on as one what he holds apart. A crossing names fields and links, never judgements, so none of them is
-- let out by name.
CREATE OR REPLACE FUNCTION disclosures.joined(wanted uuid, of_case uuid) RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE own AS (
    SELECT j.member AS entity FROM content.joined(ARRAY[wanted]) j WHERE EXISTS (SELECT FROM content.aspect a
      WHERE a.entity = j.member AND (a.compartment IS NULL OR a.compartment = of_case))
    UNION SELECT wanted),
  crossed AS MATERIALIZED (SELECT line.disclosures_crossed() AS marking),
  said AS (
    SELECT least(j."left", j."right") AS l, greatest(j."left", j."right") AS r, j.verdict, j.at, j.id,
      (j.compartment IS NULL OR j.compartment = of_case) AND NOT j.marking IN (SELECT c.marking
        FROM crossed c) AS inside
    FROM content.judgement j WHERE j."left" IN (SELECT o.entity FROM own o)
      AND j."right" IN (SELECT o.entity FROM own o)),
  same AS (
    SELECT s.l, s.r FROM said s GROUP BY s.l, s.r HAVING (array_agg(s.verdict ORDER BY s.at DESC, s.id))[1] = 'same'
      AND (array_agg(s.verdict ORDER BY s.at DESC, s.id) FILTER (WHERE s.inside))[1] = 'same'),
  pair AS (SELECT l, r FROM same UNION SELECT r, l FROM same),
  reached AS (SELECT wanted AS entity UNION SELECT pair.r FROM reached x JOIN pair ON pair.l = x.entity)
  SELECT array_agg(entity ORDER BY entity) FROM reached
$$;

-- The values that would leave now: the named fields of what this purpose sees of each item, outside crossings' copies
-- (those never leave unless a crossing says so) and without what a source lets nobody pass on.
CREATE OR REPLACE FUNCTION disclosures.values(d disclosures.disclosure) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', i.printed, 'schema', i.schema, 'category', i.category,
  'reliability', i.reliability,
    'properties', (SELECT COALESCE(jsonb_object_agg(x.key, x.vals), '{}') FROM (
        SELECT e.key, jsonb_agg(DISTINCT v ORDER BY v) AS vals FROM content.aspect a, jsonb_each(a.properties) e,
          jsonb_array_elements_text(CASE WHEN jsonb_typeof(e.value) = 'array' THEN e.value ELSE '[]' END) v
        WHERE a.entity = i.entity AND e.key = ANY (d.fields) AND (a.compartment IS NULL OR a.compartment = d.case_id)
        GROUP BY e.key) x),
    'sources', (SELECT COALESCE(jsonb_agg(DISTINCT a.source), '[]') FROM content.aspect a WHERE a.entity = i.entity
        AND (a.compartment IS NULL OR a.compartment = d.case_id))) ORDER BY i.printed), '[]')
  FROM disclosures.item i WHERE i.disclosure = d.id);

CREATE OR REPLACE FUNCTION disclosures.digest(d disclosures.disclosure) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN sha256(convert_to(disclosures.values(d)::text, 'UTF8'));

CREATE OR REPLACE FUNCTION disclosures.head(d disclosures.disclosure) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('disclosure', d.number, 'case', (SELECT c.number FROM cases.case_file c
  WHERE c.id = d.case_id), 'unit', d.unit,
  'regime', d.regime, 'authority', d.authority, 'recipient', d.recipient, 'address', d.address,
    'recipient_kind', d.recipient_kind,
  'nature', d.nature, 'purpose', d.purpose, 'state', d.state, 'people', d.people, 'fields',
    d.fields, 'caveats', d.caveats,
  'requester', line.accounts_title(d.requester), 'approver', line.accounts_title(d.approver), 'second',
    line.accounts_title(d.second),
  'needs_second', (d.people ->> 'total')::integer > line.disclosures_limit(), 'reason', d.reason,
    'made', line.stamp(d.made),
  'decided', line.stamp(d.decided), 'sent', line.stamp(d.sent), 'recalled', line.stamp(d.recalled),
    'recall_reason', d.recall_reason,
  'package_sha256', encode(d.package, 'hex'), 'items', (SELECT count(*) FROM disclosures.item i
    WHERE i.disclosure = d.id),
  'revision', line.revision(to_jsonb(d)));

CREATE OR REPLACE FUNCTION disclosures.disclosure_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN to_jsonb(disclosures.hold(ctx, p));
END $$;
