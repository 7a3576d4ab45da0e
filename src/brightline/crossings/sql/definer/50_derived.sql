-- What is written on crossed material inherits it. Notes, passages of reports and pages of documents that name
-- something a crossing opened, or repeat one of its values, lie in the crossing's compartment under the join of its
-- markings: they end with it. Whatever else a case writes down can't take such a value over; it is refused.
-- callers: writer

-- The crossings' compartments on which these words rest, as the pass sees them now. A value that the case knows by
-- another way (the request's own words, a row outside the compartment) makes nothing derived.
-- callers: none
CREATE OR REPLACE FUNCTION line.derived_of(of_purpose uuid, said text, ids uuid[]) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE rooms uuid[]; found uuid[]; mine text := line.fold_reason(said); one record;
BEGIN
  rooms := ARRAY(SELECT o.compartment FROM line.compartment_open o JOIN line.compartment k ON k.id = o.compartment
    AND k.kind = 'crossing'
    WHERE o.purpose = of_purpose AND o.compartment IN (SELECT line.compartments()));
  IF rooms = '{}' THEN RETURN rooms; END IF;
  found := ARRAY(SELECT DISTINCT a.compartment FROM content.aspect a WHERE a.entity = ANY (ids)
    AND a.compartment = ANY (rooms));
  FOR one IN SELECT DISTINCT x.crossing, v AS value, line.fold_reason(v) AS folded
      FROM line.crossing_aspect x JOIN content.aspect a ON a.id = x.aspect
        AND a.entity = x.entity, jsonb_each(a.properties) e,
        jsonb_array_elements_text(CASE WHEN jsonb_typeof(e.value) = 'array' THEN e.value ELSE '[]' END) v
      WHERE x.crossing = ANY (rooms) AND NOT x.crossing = ANY (found) AND line.carried(mine, line.fold_reason(v)) LOOP
    CONTINUE WHEN one.crossing = ANY (found) OR line.derived_known(one.crossing, one.value, one.folded);
    found := found || one.crossing;
  END LOOP;
  RETURN found;
END $$;

-- Does the case know this value without the crossing?
-- callers: none
CREATE OR REPLACE FUNCTION line.derived_known(of_crossing uuid, value text, folded text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM line.crossing c WHERE c.id = of_crossing
      AND line.carried(line.fold_reason(concat_ws(' ', c.necessity, c.alternatives, c.danger)), folded))
    OR EXISTS (SELECT FROM content.aspect a WHERE a.text @@ phraseto_tsquery('pg_catalog.simple', value)
      AND a.marking IN (SELECT line.visible()) AND (a.compartment IS NULL
        OR a.compartment IN (SELECT line.cases()) AND a.compartment IN (SELECT line.compartments())));
END $$;

-- Words that repeat a value of a crossing that is over, kept where nothing ended them: its number; NULL where there is
-- none. They were written while it was open, in a way that the guard below didn't recognise then.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.cases_carries_over(of_case uuid, said text, written timestamptz) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine text := line.fold_reason(said); one record;
BEGIN
  FOR one IN SELECT DISTINCT c.id, c.number, v AS value FROM line.crossing c JOIN line.purpose p ON p.id = c.beneficiary
      JOIN line.crossing_aspect x ON x.crossing = c.id JOIN content.aspect a ON a.id = x.aspect
        AND a.entity = x.entity, jsonb_each(a.properties) e,
      jsonb_array_elements_text(CASE WHEN jsonb_typeof(e.value) = 'array' THEN e.value ELSE '[]' END) v
      WHERE p.case_id = of_case AND of_case IN (SELECT line.cases()) AND COALESCE(c.opened, c.decided) <= written
        AND line.crossing_state(c) IN ('expired', 'revoked', 'refused', 'unreviewed', 'audited')
          AND line.carried(mine, line.fold_reason(v)) LOOP
    IF NOT line.derived_known(one.id, one.value, line.fold_reason(one.value)) THEN RETURN one.number; END IF;
  END LOOP;
  RETURN NULL;
END $$;

-- Where words of a case belong: the crossing's compartment and marking, or nulls. On two crossings at once nothing may
-- rest, since each ends on its own day.
CREATE OR REPLACE FUNCTION line.cases_rests_on(ctx line.context, said text, ids uuid[], OUT compartment
  uuid, OUT marking integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE found uuid[] := line.derived_of(ctx.purpose, said, ids);
BEGIN
  IF cardinality(found) > 1 THEN
    PERFORM line.refuse(ctx, 'compartments', 'These words rest on two crossings, each of which ends on its own day.',
      'Write them apart: one statement for each crossing.'); END IF;
  SELECT c.id, c.derived INTO compartment, marking FROM line.crossing c WHERE c.id = found[1];
END $$;

CREATE OR REPLACE FUNCTION line.cases_derived_marking(of uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT c.derived FROM line.crossing c WHERE c.id = of);

-- A file of which a page rests on a crossing ends with it as a whole.
CREATE OR REPLACE FUNCTION line.cases_document_rests(of_document uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE cases.document d SET compartment = a.compartment FROM content.aspect a
    WHERE d.id = of_document AND d.case_id IN (SELECT line.cases()) AND a.entity = d.id AND a.compartment <> d.case_id
$$;

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.cases_crossing_name(of uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT c.number FROM line.crossing c WHERE c.id = of AND c.id IN (SELECT line.compartments()));

-- Passages of a report whose crossing is over: its author can't see them, so they neither count nor come back.
CREATE OR REPLACE FUNCTION line.cases_passages_over(of_report uuid, forget boolean) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer;
BEGIN
  IF forget THEN
    DELETE FROM cases.passage s USING cases.report r WHERE s.report = of_report AND r.id = s.report
      AND r.state IN ('draft', 'returned')
      AND r.case_id IN (SELECT line.cases()) AND s.compartment IS NOT NULL; END IF;
  SELECT count(*) INTO n FROM cases.passage s WHERE s.report = of_report AND s.case_id IN (SELECT line.cases())
    AND s.compartment IS NOT NULL AND NOT s.compartment IN (SELECT line.compartments());
  RETURN n;
END $$;

-- Every other command under a case: what a crossing opened can't be copied into a task, a description, a watch or
-- another request, where nothing would end it. The functions named here keep the marking, or write to the log alone.
-- callers: none
CREATE OR REPLACE FUNCTION line.derived_guard(ctx line.context) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE found uuid[]; said text;
BEGIN
  IF ctx.name = ANY (ARRAY['case_note_add', 'case_report_write', 'case_report_approve', 'case_document_read',
    'inquiry_open', 'resolution_judge',
      'resolution_split', 'crossing_withdraw', 'crossing_opinion', 'crossing_open'])
     OR NOT EXISTS (SELECT FROM line.compartment_open o JOIN line.compartment k ON k.id = o.compartment
       AND k.kind = 'crossing' AND k.state = 'open'
       WHERE o.purpose = ctx.purpose AND o.expires > clock_timestamp()) THEN RETURN; END IF;
  said := (SELECT string_agg(x #>> '{}', ' . ') FROM jsonb_path_query(ctx.params - 'content_base64', 'strict $.**') x
    WHERE jsonb_typeof(x) = 'string');
  found := line.derived_of(ctx.purpose, said, '{}');
  IF found <> '{}' THEN
    PERFORM line.refuse(ctx, 'crossed', format('This repeats a value that only the crossing %s opened.',
        (SELECT string_agg(c.number, ', ') FROM line.crossing c WHERE c.id = ANY (found))),
      'Write it in a note or a report, which end with the crossing; or name the crossing instead of the value.');
      END IF;
END $$;
