-- What is odd about an encounter. Each finding is stored with the row that it is about, shown wherever the operation is
-- shown, and told to overseers. Nothing of it is a rule that refuses: those stand in 40_people.sql and in the tables.
-- callers: reader, writer
-- owner: owner

-- Overseers watch and don't act, and whoever has left acts no more.
CREATE OR REPLACE FUNCTION operations.officer_flags(ctx line.context, o operations.operation, who uuid) RETURNS text[]
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := line.operations_officer(who, o.unit);
BEGIN
  IF said = 'overseer' THEN
    PERFORM line.refuse(ctx, 'officer', 'The officer named is an overseer: who watches over the work doesn''t do it.',
    'Name who met the person.'); END IF;
  IF said = 'leaver' THEN PERFORM line.refuse(ctx, 'officer', 'The officer named has left, or works in no unit.',
    'Name who met the person.'); END IF;
  RETURN array_remove(ARRAY[said], NULL);
END $$;

-- Facts without what could be anybody's: names of the people met, numbers, pronouns, and words of fewer than three
-- letters.
CREATE OR REPLACE FUNCTION operations.bare(facts text, names text[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT string_agg(w, ' ' ORDER BY n)
  FROM unnest(string_to_array(line.operations_fold(COALESCE(facts, '')), ' ')) WITH ORDINALITY x(w, n)
  WHERE length(w) > 2 AND w !~ '[0-9]' AND NOT w = ANY (names)
    AND NOT w = ANY (ARRAY['she', 'her', 'hers', 'him', 'his', 'they', 'them', 'their', 'theirs',
    'this', 'that', 'the', 'and', 'himself', 'herself', 'themselves', 'one', 'two', 'three', 'four', 'five', 'each',
      'every', 'some', 'all', 'man', 'woman']));

-- Alike beyond chance with somebody else's at this operation, or with what the same officer wrote in the last year.
CREATE OR REPLACE FUNCTION operations.facts_alike(o operations.operation, e operations.encounter) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT EXISTS (SELECT FROM (SELECT x.facts FROM operations.encounter x WHERE x.facts IS NOT NULL
  AND x.person <> e.person AND x.id IS DISTINCT FROM e.corrects
      AND (x.operation = o.id OR (x.officer = e.officer AND x.time > e.time - interval '1 year'))
        ORDER BY x.at DESC LIMIT 500) f
    WHERE ext.similarity(operations.bare(f.facts, n.names), operations.bare(e.facts, n.names)) > 0.6)
  FROM (SELECT ARRAY(SELECT DISTINCT w
    FROM operations.person q, unnest(string_to_array(line.operations_fold(q.name), ' ')) w
    WHERE q.operation = o.id) AS names) n);

-- Is the place one of the sites? The words of one are among the other's.
CREATE OR REPLACE FUNCTION operations.at_site(o operations.operation, place text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM unnest(o.sites) s WHERE string_to_array(line.operations_fold(s), ' ') <@
  string_to_array(line.operations_fold(place), ' ')
  OR string_to_array(line.operations_fold(place), ' ') <@ string_to_array(line.operations_fold(s), ' '));

-- One source named twice under two names.
CREATE OR REPLACE FUNCTION operations.sources_alike(evidence jsonb) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM jsonb_array_elements(evidence) WITH ORDINALITY a(v, n)
  JOIN jsonb_array_elements(evidence) WITH ORDINALITY b(v, n) ON a.n < b.n
  WHERE line.operations_one_source(a.v ->> 'source', b.v ->> 'source'));

-- Arrests that stand, of one regime: what a later entry corrected counts no more.
CREATE OR REPLACE FUNCTION operations.arrests(op uuid, kind text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT count(*) FROM operations.encounter e WHERE e.operation = op AND e.regime = kind
  AND e.outcome = 'arrested'
  AND NOT EXISTS (SELECT FROM operations.encounter c WHERE c.corrects = e.id));

CREATE OR REPLACE FUNCTION operations.encounter_flags(o operations.operation, e operations.encounter,
  who operations.person) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT array_remove(e.flags || ARRAY[
  CASE WHEN e.time < o.starts::timestamp AT TIME ZONE 'UTC' - interval '14 hours' THEN 'before_start' END,
  CASE WHEN e.time > o.closed_at THEN 'after_close' END,
  CASE WHEN NOT operations.at_site(o, e.place) THEN 'other_place' END,
  CASE WHEN who.birth_date > (e.time AT TIME ZONE 'UTC')::date - interval '18 years' THEN 'minor' END,
  CASE WHEN e.facts IS NOT NULL AND operations.facts_alike(o, e) THEN 'facts_alike' END,
  CASE WHEN operations.sources_alike(e.status_evidence) THEN 'sources_alike' END,
  CASE WHEN EXISTS (SELECT FROM operations.person q WHERE q.operation = o.id AND q.id <> who.id
    AND line.leads_name_key(q.name) = line.leads_name_key(who.name))
    THEN 'same_name' END,
  CASE WHEN e.outcome = 'arrested'
    AND operations.arrests(o.id, e.regime) >= COALESCE((operations.planned(o.id) ->> e.regime)::bigint, 0)
    THEN 'over_plan' END], NULL));

-- Somebody whom this unit heard as a victim or witness isn't acted against on an officer's word: legal is asked (rule
-- 27).
CREATE OR REPLACE FUNCTION operations.protected_stop(ctx line.context, who operations.person) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM operations.protected_person v
    WHERE line.leads_name_key(v.name) = line.leads_name_key(who.name)) THEN
    PERFORM line.refuse(ctx, 'legal_check',
      'Somebody of this name was heard here as a victim or witness: legal has to be asked before anything is done.',
      'Name the ledger entry of this answer to an approver; don''t act meanwhile. What makes a victim a suspect is '
      'decided in a case, on facts.'); END IF;
END $$;

-- What is to be corrected: it stands still, belongs to the operation, and nothing rests on it that the correction would
-- leave without ground.
CREATE OR REPLACE FUNCTION operations.encounter_corrected(ctx line.context, o operations.operation, p jsonb)
  RETURNS operations.encounter
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE old operations.encounter; wanted text := upper(line.text(p, 'corrects', 40)); fault text[];
BEGIN
  IF wanted IS NULL THEN RETURN NULL; END IF;
  SELECT * INTO old FROM operations.encounter x WHERE operations.code('E', x.id) = wanted
    AND x.operation = o.id ORDER BY x.id LIMIT 1;
  IF old.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF EXISTS (SELECT FROM operations.encounter c WHERE c.corrects = old.id) THEN
    PERFORM line.conflict(ctx, 'corrected', 'That encounter is corrected already.',
      'Correct the entry that stands in its place.'); END IF;
  fault := line.operations_words_fault(COALESCE(line.text(p, 'correction', 2000), ''));
  IF fault IS NOT NULL OR length(p ->> 'correction') < 20 THEN
    PERFORM line.bad('correction', 'doesn''t say what was wrong',
      'What was entered, what is right, and how you know, in 20 characters or more.'); END IF;
  IF old.outcome = 'arrested' AND (p ->> 'outcome' IS DISTINCT FROM 'arrested' OR p ->> 'person' IS DISTINCT
    FROM operations.code('P', old.person)) AND EXISTS (
      SELECT FROM operations.custody_stay s WHERE s.person = old.person AND NOT s.voided AND s.book_in >= old.time) THEN
    PERFORM line.conflict(ctx, 'custody', 'Custody rests on this arrest.',
      'Void the events of custody first, from the last back: custody add with `event: void` and `corrects`.'); END IF;
  RETURN old;
END $$;
