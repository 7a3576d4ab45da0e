-- Which leads are of one subject. What belongs to one person alone joins, unless something else speaks against it; what
-- people share (a telephone, an address), what forms are filled with, and names alone only propose, and a person
-- decides.
-- callers: none

-- (What is asked of each row of a file is in PL/pgSQL: planned once in a session, where SQL would be planned at each
-- call. And it goes by the indexes, step by step: into an empty desk the plan is made when there is nothing to count,
-- and must hold at the hundred-thousandth row.)

-- The kinds of what both leads state and in which they don't agree: identifiers of one's own, and the birth date.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_differ(one uuid, other uuid) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
  SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  RETURN ARRAY(
    SELECT i.type FROM leads.identifier i JOIN leads.identifier o ON o.lead = other AND o.type = i.type
      WHERE i.lead = one AND NOT line.leads_weak(i.type, i.value) AND NOT line.leads_weak(o.type, o.value)
      GROUP BY i.type HAVING bool_and(i.value <> o.value)
    UNION ALL
    SELECT 'birthDate' FROM leads.content c JOIN leads.content d ON d.lead = other
      WHERE c.lead = one AND c.properties #>> '{birthDate,0}' <> d.properties #>> '{birthDate,0}' ORDER BY 1);
END $$;

-- What two hundred leads state tells nobody apart.
CREATE OR REPLACE FUNCTION line.leads_common(kind text, of_value text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
  SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  RETURN (SELECT count(*) > 200 FROM (SELECT FROM leads.identifier k WHERE k.type = kind
    AND k.value = of_value LIMIT 201) x);
END $$;

-- The kinds that belong to one alone and in which both agree.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_share(one uuid, other uuid) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
  SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  RETURN ARRAY(SELECT DISTINCT i.type FROM leads.identifier i JOIN leads.identifier o ON o.lead = other
    AND o.type = i.type AND o.value = i.value
    WHERE i.lead = one AND NOT line.leads_weak(i.type, i.value) AND NOT line.leads_common(i.type, i.value) ORDER BY 1);
END $$;

-- The subject that this lead is of: the earliest of its unit's with an identifier of one's own in common, none of whose
-- leads states another; its own where there is none.
CREATE OR REPLACE FUNCTION line.leads_join(of_lead uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
  SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE f leads.lead; s uuid;
BEGIN
  SELECT * INTO f FROM leads.lead x WHERE x.id = of_lead;
  FOR s IN SELECT o.subject FROM (SELECT * FROM leads.identifier x WHERE x.lead = of_lead OFFSET 0) i
      CROSS JOIN LATERAL (SELECT x.lead FROM leads.identifier x WHERE x.type = i.type AND x.value = i.value
        AND x.lead <> of_lead OFFSET 0) k
      CROSS JOIN LATERAL (SELECT * FROM leads.lead x WHERE x.id = k.lead OFFSET 0) o
      WHERE o.unit = f.unit AND o.subject <> f.subject AND NOT line.leads_weak(i.type, i.value)
        AND NOT line.leads_common(i.type, i.value)
      GROUP BY o.subject ORDER BY min(o.received), o.subject LOOP
    IF NOT EXISTS (SELECT FROM leads.lead m WHERE m.subject = s AND line.leads_differ(of_lead, m.id) <> '{}') THEN
      UPDATE leads.lead x SET subject = s WHERE x.id = of_lead;
      RETURN s;
    END IF;
  END LOOP;
  RETURN f.subject;
END $$;

-- The lead that this one seems to repeat: of its subject, in the same programme, with the same words.
CREATE OR REPLACE FUNCTION line.leads_repeats(of_lead uuid) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
  SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  RETURN (SELECT o.id FROM leads.lead f JOIN leads.content c ON c.lead = f.id
      CROSS JOIN LATERAL (SELECT * FROM leads.lead x WHERE x.subject = f.subject AND x.id <> of_lead OFFSET 0) o
        JOIN leads.content d ON d.lead = o.id
    WHERE f.id = of_lead AND o.programme = f.programme AND o.unit = f.unit AND (d.narrative = c.narrative
      AND c.narrative <> '' OR o.title = f.title) AND o.duplicate_of IS DISTINCT FROM f.id
      AND (o.intake IS DISTINCT FROM f.intake OR o.intake_row < f.intake_row)
    ORDER BY o.received, o.id LIMIT 1);
END $$;

-- Other leads of the unit that may be of the same person, each with why, and in what it differs: [{lead, title, state,
-- code, held, why: [words], differs: [kinds]}]. Nobody is proposed for sharing a telephone alone: that is counted, in
-- `leads_shares`.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_alike(of_lead uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET "pg_trgm.similarity_threshold" = 0.3 AS $$
DECLARE f leads.lead; c leads.content; born text; turned text; found jsonb;
BEGIN
  SELECT * INTO f FROM leads.lead x WHERE x.id = of_lead AND x.unit = line.leads_desk();
  IF f.id IS NULL THEN RETURN '[]'; END IF;
  SELECT * INTO c FROM leads.content x WHERE x.lead = of_lead;
  born := c.properties #>> '{birthDate,0}';
  turned := regexp_replace(born, '^(\d{4})-(\d\d)-(\d\d)$', '\1-\3-\2');
  -- Made once, whatever is joined to them: else each lead is compared anew for every row of the join.
  WITH spelled AS MATERIALIZED (
      SELECT o.lead, o.properties #>> '{birthDate,0}' AS birth, ext.similarity(o.name_key, c.name_key) AS
        near FROM leads.content o
      WHERE c.name_key <> '' AND o.name_key OPERATOR(ext.%) c.name_key AND o.lead <> of_lead AND o.schema = c.schema),
    why AS MATERIALIZED (
      SELECT k.lead, 1 AS place, 'the same ' || k.type AS words FROM leads.identifier i JOIN leads.identifier k
        ON k.type = i.type AND k.value = i.value
        WHERE i.lead = of_lead AND k.lead <> of_lead AND NOT line.leads_weak(i.type, i.value)
          AND NOT line.leads_common(i.type, i.value)
      UNION ALL SELECT s.lead, 2, CASE WHEN s.near = 1 THEN 'the same name' ELSE 'a like name' END || CASE
        WHEN s.birth = born THEN ' and the same birth date'
          WHEN s.birth = turned THEN ' and the birth date with day and month changed' ELSE '' END
        FROM spelled s WHERE s.near >= 0.55 AND (c.schema <> 'Person' OR born IS NULL OR s.birth IS NULL)
          OR s.birth IN (born, turned)),
    few AS (SELECT w.lead, min(w.place) AS place, jsonb_agg(DISTINCT w.words) AS words FROM why w JOIN leads.lead o
      ON o.id = w.lead AND o.unit = f.unit
        AND o.subject <> f.subject GROUP BY w.lead ORDER BY min(w.place), w.lead LIMIT 20)
  SELECT COALESCE(jsonb_agg(jsonb_build_object('lead', o.number, 'title', o.title, 'state', o.state, 'code', o.code,
    'held', line.leads_held(o.id) IS NOT NULL,
      'why', w.words, 'differs', to_jsonb(line.leads_differ(of_lead, o.id))) ORDER BY w.place, o.received, o.id), '[]')
    INTO found FROM few w JOIN leads.lead o ON o.id = w.lead;
  RETURN found;
END $$;

-- What is shared and tells nobody apart: [{type, others}], other leads of the unit with the same telephone, address or
-- the like.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_shares(of_lead uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('type', s.type, 'others', s.n) ORDER BY s.type), '[]') FROM (
  SELECT i.type, (SELECT count(*) FROM leads.identifier k JOIN leads.lead o ON o.id = k.lead AND o.unit = f.unit
    AND o.subject <> f.subject
      WHERE k.type = i.type AND k.value = i.value) AS n
  FROM leads.lead f JOIN leads.identifier i ON i.lead = f.id
  WHERE f.id = of_lead AND f.unit = line.leads_desk() AND NOT line.leads_filler(i.value)
    AND (line.leads_weak(i.type, i.value) OR line.leads_common(i.type, i.value))) s
  WHERE s.n > 0);

-- Once, with the version that joins by what is one's own: each subject's first lead keeps it, the others are joined
-- anew.
CREATE OR REPLACE FUNCTION line.leads_split() RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE later leads.lead[]; f leads.lead; now_is uuid; n integer := 0;
BEGIN
  later := ARRAY(SELECT x FROM leads.lead x WHERE EXISTS (SELECT FROM leads.lead o
    WHERE o.subject = x.subject AND o.unit = x.unit
    AND (o.received, o.id) < (x.received, x.id)) ORDER BY x.received, x.id);
  UPDATE leads.lead x SET subject = gen_random_uuid() FROM unnest(later) l WHERE x.id = l.id;
  FOREACH f IN ARRAY later LOOP
    now_is := line.leads_join(f.id);
    CONTINUE WHEN now_is = f.subject;
    n := n + 1;
    UPDATE leads.lead x SET duplicate_of = NULL FROM leads.lead o WHERE x.id = f.id
      AND x.state IN ('received', 'vetting') AND o.id = x.duplicate_of AND o.subject <> now_is;
    UPDATE line.crossing_item i SET entity = now_is, printed = replace(i.printed, replace(f.subject::text, '-', ''),
      replace(now_is::text, '-', ''))
      FROM line.crossing c JOIN line.lead_purpose l ON l.purpose = c.beneficiary WHERE l.lead = f.id
        AND i.crossing = c.id AND i.entity = f.subject;
    -- Closed by one person as a repetition of somebody who states something else: the unit is told, and looks again.
    INSERT INTO leads.notice (kind, to_unit, text, details)
      SELECT 'twins', f.unit,
        'A lead was closed as a repetition of another that states another identifier or birth date: look at it again.',
        jsonb_build_object('lead', f.number, 'of', o.number, 'differs', to_jsonb(line.leads_differ(f.id, o.id)))
      FROM leads.lead o WHERE f.code = 'duplicate' AND o.id = f.duplicate_of AND line.leads_differ(f.id, o.id) <> '{}';
  END LOOP;
  RETURN n;
END $$;
