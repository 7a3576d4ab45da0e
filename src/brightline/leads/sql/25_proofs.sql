-- What a check rests on: a record that is seen under the lead's own purpose, a paper of the lead, or a consultation
-- outside.
-- callers: reader, writer
-- owner: owner

-- Each answers the part of an entry that says so: its proof, origin, evidence, entity and system.

-- A document or consultation gets a number of its own; the same one named again is the same, however it is written.
CREATE OR REPLACE FUNCTION leads.papered(ctx line.context, f leads.lead, sort text, of_system text, called text,
  at_time timestamptz) RETURNS leads.check_entry
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE q leads.paper; folded text := line.leads_fold(called);
BEGIN
  IF length(folded) < 6 OR folded !~ '[0-9]' OR folded !~ '[[:alpha:]]' OR folded ~ '([[:alpha:]])\1{3,}' THEN
    PERFORM line.bad(CASE sort WHEN 'document' THEN 'document' ELSE 'consulted'
      END, 'names nothing that somebody else could find again',
      'Title and number or date, as "Extract 2026-377" or "Letter of 4 May".'); END IF;
  SELECT * INTO q FROM leads.paper x WHERE x.lead = f.id AND x.kind = sort AND x.system = of_system AND x.key = folded;
  IF q.id IS NULL THEN
    INSERT INTO leads.paper (number, lead, kind, system, reference, key, asked, account)
      VALUES (line.leads_number('Q'), f.id, sort, of_system, called, folded, at_time, ctx.account) RETURNING * INTO q;
  END IF;
  RETURN leads.proof_of(q);
END $$;

CREATE OR REPLACE FUNCTION leads.proof_of(q leads.paper) RETURNS leads.check_entry
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_populate_record(NULL::leads.check_entry, jsonb_build_object('evidence', q.number, 'system', q.system,
  'origin', line.leads_origin(q.system),
  'proof', q.kind || ':' || CASE q.kind WHEN 'consultation' THEN line.leads_origin(q.system) || '|'
    ELSE '' END || q.key));

-- A consultation outside: in one of the systems that the programme names, with that system's own reference, at a time
-- that is past.
CREATE OR REPLACE FUNCTION leads.consulted(ctx line.context, f leads.lead, given jsonb) RETURNS leads.check_entry
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE named text; at_time timestamptz;
BEGIN
  IF jsonb_typeof(given) <> 'object' THEN
    PERFORM line.bad('consulted', 'must be {system, reference, time}', ''); END IF;
  SELECT c ->> 'system' INTO named FROM jsonb_array_elements(leads.config(f) -> 'checks') c
    WHERE line.leads_fold(c ->> 'system') = line.leads_fold(line.need(given, 'system', 200)) LIMIT 1;
  IF named IS NULL THEN PERFORM line.bad('system', 'is none of this programme''s',
    format('One of: %s.', (SELECT string_agg(DISTINCT c ->> 'system', ', ')
    FROM jsonb_array_elements(leads.config(f) -> 'checks') c))); END IF;
  at_time := line.time(given, 'time');
  IF at_time IS NULL OR at_time > ctx.at + interval '1 minute' OR at_time < f.received - interval '1 year' THEN
    PERFORM line.bad('time', 'must be when it was asked: not to come, and not a year before the lead',
      'Write it as YYYY-MM-DDTHH:MM:SSZ.'); END IF;
  RETURN leads.papered(ctx, f, 'consultation', named, line.need(given, 'reference', 300), at_time);
END $$;

-- A record: seen now, of another source than the lead itself, and it says what is to be matched.
CREATE OR REPLACE FUNCTION leads.recorded(ctx line.context, f leads.lead, of_entity uuid, printed text, same text[])
  RETURNS leads.check_entry
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE from_source text; wanted text; mine text[];
BEGIN
  IF ctx.kind <> 'lead' THEN
    PERFORM line.refuse(ctx, 'purpose', 'A desk sees no records, so it can''t cite one.',
      'Open the search for this lead and work under its own number.'); END IF;
  SELECT min(a.source) INTO from_source FROM content.aspect a WHERE a.entity = of_entity;
  IF from_source IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF same <> '{}' AND from_source = f.source THEN
    PERFORM line.refuse(ctx, 'own_source', 'The record is of the source that the lead comes from.',
      'What is to confirm it has to come from elsewhere.'); END IF;
  FOREACH wanted IN ARRAY same LOOP
    mine := leads.stated(f, wanted);
    IF NOT EXISTS (SELECT FROM content.aspect a, jsonb_each(a.properties) e,
      jsonb_array_elements_text(CASE jsonb_typeof(e.value) WHEN 'array' THEN e.value ELSE '[]' END) v,
        unnest(mine) m WHERE a.entity = of_entity AND line.leads_agrees(wanted, m, v) AND (e.key = wanted
          OR (wanted = 'name' AND e.key IN ('alias', 'previousName', 'weakAlias')) OR (NOT line.leads_weak(wanted, m)
            AND e.key = 'number'))) THEN
      PERFORM line.refuse(ctx, 'no_match', format('The record doesn''t state the lead''s %s.', wanted),
        'Cite a record that does, or enter what it shows: refuted, where it states another.'); END IF;
  END LOOP;
  RETURN jsonb_populate_record(NULL::leads.check_entry, jsonb_build_object('proof', 'record:' || of_entity, 'origin',
    line.leads_source_origin(from_source),
    'evidence', printed, 'entity', of_entity));
END $$;

-- What the lead states of this kind: an identifier, as it is compared, or its subject's names or birth date.
CREATE OR REPLACE FUNCTION leads.stated(f leads.lead, kind text) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN kind IN ('name', 'birthDate')
  THEN ARRAY(SELECT v FROM leads.content c, jsonb_array_elements_text(c.properties -> kind) v WHERE c.lead = f.id)
  ELSE ARRAY(SELECT i.value FROM leads.identifier i WHERE i.lead = f.id AND i.type = kind) END;

-- The one proof that a call names, NULL where it names none.
CREATE OR REPLACE FUNCTION leads.proven(ctx line.context, f leads.lead, p jsonb, wanted jsonb, same text[])
  RETURNS leads.check_entry
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE cited text := COALESCE(line.text(p, 'evidence', 500), ''); paper text := line.text(p, 'document', 300);
hex text; q leads.paper; asked jsonb := NULLIF(p -> 'consulted', 'null');
BEGIN
  IF (cited <> '')::integer + (paper IS NOT NULL)::integer + (asked IS NOT NULL)::integer > 1 THEN
    PERFORM line.bad('evidence', 'is named twice',
      'One check rests on one record, document or consultation; enter another check for the other.'); END IF;
  IF paper IS NOT NULL THEN RETURN leads.papered(ctx, f, 'document', wanted ->> 'system', paper, NULL); END IF;
  IF asked IS NOT NULL THEN RETURN leads.consulted(ctx, f, asked); END IF;
  IF cited = '' THEN RETURN NULL; END IF;
  hex := substring(replace(lower(cited), '-', '') FROM '[0-9a-f]{32}$');
  IF hex IS NOT NULL THEN RETURN leads.recorded(ctx, f, hex::uuid, cited, same); END IF;
  SELECT * INTO q FROM leads.paper x WHERE x.lead = f.id AND x.number = upper(cited);
  IF q.id IS NULL THEN PERFORM line.bad('evidence', 'is no record and no numbered paper of this lead',
    'Name a document as `document`, a consultation outside as `consulted`; then it has a number.'); END IF;
  RETURN leads.proof_of(q);
END $$;
