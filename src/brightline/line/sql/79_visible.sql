-- What a purpose sees, worked out by the line itself: the rules of rules.py a second time, in SQL, for every marking at
-- once. The compiler outside gives the words for each; which markings are open isn't its to say (docs/attacks.md, P3).
-- callers: none

-- What stands beside the markings: which caveats and categories are open, which origins, until when.
CREATE OR REPLACE FUNCTION line.visible_asked(wanted uuid, OUT regime text, OUT unit text,
  OUT sees boolean, OUT book jsonb,
  OUT free text[], OUT free_copies text[], OUT ends jsonb, OUT paper_ends jsonb, OUT categories text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE p line.purpose; may text[]; held text[];
BEGIN
  SELECT * INTO p FROM line.purpose x WHERE x.id = wanted;
  unit := p.unit; sees := p.kind IN ('case', 'lead');
  regime := (SELECT a.regime FROM line.authority a WHERE a.code = p.authority);
  book := (SELECT s.rulebook FROM line.state s);
  ends := (SELECT COALESCE(jsonb_object_agg(e.caveat, e.last), '{}')
    FROM (SELECT c.caveat, max(c.expires) AS last FROM line.clearance c
    WHERE c.case_id = p.case_id AND c.state = 'approved' AND c.expires >= CURRENT_DATE GROUP BY c.caveat) e);
  paper_ends := (SELECT COALESCE(jsonb_object_agg(e.caveat, e.last), '{}') FROM (SELECT v AS caveat,
      max((x.expires AT TIME ZONE 'UTC')::date - 1) AS last FROM line.crossing x, unnest(x.covers) v
    WHERE x.beneficiary = p.id AND x.state = 'approved' AND x.expires > clock_timestamp() GROUP BY v) e);
  held := p.clearances || ARRAY(SELECT jsonb_object_keys(ends));
  ends := ends - p.clearances;
  paper_ends := paper_ends - p.clearances;
  -- A caveat is opened where the book knows it, lets this regime be cleared for it, and the purpose is.
  may := ARRAY(SELECT c FROM jsonb_array_elements_text(book -> 'caveats') c
    WHERE book #> ARRAY['clearable', c] ? visible_asked.regime);
  free := ARRAY(SELECT jsonb_array_elements_text(book -> 'open_caveats')) || 'crossed'::text || ARRAY(SELECT c
    FROM unnest(may) c WHERE c = ANY (held));
  free_copies := free || ARRAY(SELECT c FROM unnest(may) c WHERE paper_ends ? c);
  categories := ARRAY(SELECT c.key FROM jsonb_each(book -> 'categories') c WHERE c.value ? visible_asked.regime);
END $$;
ALTER FUNCTION line.visible_asked(uuid) OWNER TO brightline_line;

-- Every marking that this purpose sees (`seen`, and the last day for which that holds), or that a pointer may tell it
-- of. Held to what the day of the transaction says; CURRENT_DATE is a day of UTC here, whatever the caller has set.
CREATE OR REPLACE FUNCTION line.visible_judged(wanted uuid)
RETURNS TABLE (marking integer, seen boolean, last date, tier integer, regime text, custodian text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = pg_catalog, pg_temp SET "TimeZone" = 'UTC' AS $$
DECLARE
  a record; silent text[]; protected text[]; highest integer;
BEGIN
  SELECT * INTO a FROM line.visible_asked(wanted);
  IF a.sees IS NOT TRUE THEN RETURN; END IF;
  silent := ARRAY(SELECT jsonb_array_elements_text(a.book -> 'silent_caveats')) || 'crossed'::text;
  protected := ARRAY(SELECT jsonb_array_elements_text(a.book #> '{protected,categories}'));
  highest := COALESCE((a.book #>> '{pointers,highest_tier}')::integer, 0);
  RETURN QUERY
  WITH live AS MATERIALIZED (
    SELECT g.source, min(g.pointer_tier) AS tier, max(g.expires) FILTER (WHERE a.regime = ANY (g.regimes)
        AND (g.units = '{}' OR a.unit = ANY (g.units))) AS last
    FROM line.agreement g WHERE g.state = 'active' AND CURRENT_DATE BETWEEN g.valid_from
      AND g.expires GROUP BY g.source),
  assessed AS MATERIALIZED (
    SELECT x.source, max(x.expires) AS last FROM line.assessment x WHERE CURRENT_DATE BETWEEN x.approved
      AND x.expires GROUP BY x.source),
  -- Each set of origins once, and each origin, however many markings have them.
  sets AS MATERIALIZED (SELECT DISTINCT m.origins FROM line.marking m),
  parts AS MATERIALIZED (SELECT t.origins, e.origin FROM sets t CROSS
    JOIN LATERAL jsonb_array_elements(t.origins) e (origin)),
  said AS MATERIALIZED (
    SELECT o.origin, o.n > 2 AS copied, o.n <= 2 AND o.origin ->> 0 <> 'case' AS plain,
      CASE WHEN o.n > 2 THEN o.origin ->> 2 = 'crossed' WHEN o.origin ->> 0 = 'case'
        THEN a.book #> ARRAY['case_born', u.regime] ? a.regime
        ELSE s.state = 'active' AND l.last IS NOT NULL AND x.last IS NOT NULL END AS open,
      CASE WHEN o.n <= 2 AND o.origin ->> 0 <> 'case' THEN LEAST(l.last, x.last) END AS last,
      CASE WHEN u.regime = 'oversight' OR l.tier IS NULL THEN 0 ELSE LEAST(l.tier, highest) END AS tier,
      COALESCE(u.regime, '') AS regime, COALESCE(s.custodian_unit, '') AS custodian
    FROM (SELECT e.origin, jsonb_array_length(e.origin) AS n FROM (SELECT DISTINCT p.origin FROM parts p) e) o
    LEFT JOIN line.source s ON s.name = o.origin ->> 0 LEFT JOIN line.authority u ON u.code = o.origin ->> 1
    LEFT JOIN live l ON l.source = s.name LEFT JOIN assessed x ON x.source = s.name),
  whole AS MATERIALIZED (
    SELECT p.origins, bool_and(COALESCE(o.open, false)) AS open, bool_or(o.plain) AS plain,
      bool_and(o.copied) AS copied,
      min(o.last) AS last, min(o.tier) AS tier, array_agg(DISTINCT o.regime COLLATE "C") AS regimes,
      array_agg(DISTINCT o.custodian COLLATE "C") AS custodians
    FROM parts p JOIN said o ON o.origin = p.origin GROUP BY p.origins),
  judged AS (
    SELECT w.*, m.id, m.caveats, w.open AND m.caveats <@ CASE WHEN w.copied THEN a.free_copies ELSE a.free END
      AND (m.category = ANY (a.categories) OR NOT w.plain AND m.category <> ALL (protected)) AS seen
    FROM line.marking m JOIN whole w ON w.origins = m.origins)
  SELECT j.id, j.seen, CASE WHEN j.seen
    THEN LEAST(j.last, (SELECT min((a.ends ->> c)::date) FROM unnest(j.caveats) c WHERE a.ends ? c),
      (SELECT min((a.paper_ends ->> c)::date) FROM unnest(j.caveats) c WHERE j.copied AND a.paper_ends ? c)) END,
    CASE WHEN NOT j.seen THEN j.tier END, CASE WHEN NOT j.seen THEN array_to_string(j.regimes, '/') END,
    CASE WHEN NOT j.seen THEN array_to_string(j.custodians, '/') END
  FROM judged j WHERE j.seen OR j.tier > 0 AND NOT j.caveats && silent;
END $$;
ALTER FUNCTION line.visible_judged(uuid) OWNER TO brightline_line;

-- A set as one hash: its lines in order of marking, what is open before what is told. line/visible.py makes the same.
CREATE OR REPLACE FUNCTION line.visible_hash(rows jsonb, pointers jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN sha256(convert_to(concat_ws(E'\n',
  (SELECT string_agg(concat_ws(' ', 'sees', r ->> 'marking', r ->> 'rule', r ->> 'why'), E'\n'
    ORDER BY (r ->> 'marking')::integer)
    FROM jsonb_array_elements(rows) r),
  (SELECT string_agg(concat_ws(' ', 'tells', r ->> 'marking', r ->> 'tier', r ->> 'regime',
    COALESCE(r ->> 'custodian', '')), E'\n'
    ORDER BY (r ->> 'marking')::integer) FROM jsonb_array_elements(pointers) r)), 'UTF8'));
ALTER FUNCTION line.visible_hash(jsonb, jsonb) OWNER TO brightline_line;

-- What is stored for a purpose, as it was given.
CREATE OR REPLACE FUNCTION line.visible_stored(wanted uuid, OUT rows jsonb, OUT pointers jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT (SELECT COALESCE(jsonb_agg(jsonb_build_object('marking', v.marking, 'rule', v.rule, 'why', v.why)
    ORDER BY v.marking), '[]')
      FROM line.visible_marking v WHERE v.purpose = wanted),
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('marking', q.marking, 'tier', q.tier, 'regime', q.regime,
      'custodian', q.custodian)
      ORDER BY q.marking), '[]') FROM line.pointer_marking q WHERE q.purpose = wanted)
$$;
ALTER FUNCTION line.visible_stored(uuid) OWNER TO brightline_line;

-- How a set differs from the line's own judgement: markings that it opens or leaves out, pointers that say otherwise.
-- `ends`: the moment at which the judgement must be asked again.
CREATE OR REPLACE FUNCTION line.visible_differs(wanted uuid, rows jsonb, pointers jsonb,
  OUT more integer[], OUT fewer integer[],
  OUT told integer[], OUT ends timestamptz, OUT epoch bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH ours AS MATERIALIZED (SELECT * FROM line.visible_judged(wanted)),
  given AS MATERIALIZED (SELECT (r ->> 'marking')::integer AS marking, r ->> 'rule' AS rule
    FROM jsonb_array_elements(rows) r),
  pointed AS (SELECT (r ->> 'marking')::integer AS marking, (r ->> 'tier')::integer AS tier, r ->> 'regime' AS regime,
      COALESCE(r ->> 'custodian', '') AS custodian FROM jsonb_array_elements(pointers) r),
  seen AS (SELECT g.marking AS given, o.marking AS ours FROM (SELECT g.marking FROM given g) g
    FULL JOIN (SELECT o.marking FROM ours o WHERE o.seen) o ON o.marking = g.marking),
  said AS (SELECT COALESCE(p.marking, o.marking) AS marking FROM pointed p FULL
    JOIN (SELECT o.* FROM ours o WHERE NOT o.seen) o
      ON o.marking = p.marking AND o.tier = p.tier AND o.regime = p.regime AND o.custodian = p.custodian
    WHERE p.marking IS NULL OR o.marking IS NULL)
  SELECT ARRAY(SELECT s.given FROM seen s WHERE s.ours IS NULL ORDER BY 1), ARRAY(SELECT s.ours FROM seen s
    WHERE s.given IS NULL ORDER BY 1),
    ARRAY(SELECT DISTINCT s.marking FROM said s ORDER BY 1),
    ((SELECT min(o.last) FROM ours o) + 1)::timestamp AT TIME ZONE 'UTC', (SELECT s.epoch FROM line.state s)
$$;
ALTER FUNCTION line.visible_differs(uuid, jsonb, jsonb) OWNER TO brightline_line;
