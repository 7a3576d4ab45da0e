-- The purge: proposed by one person, confirmed by another, carried out at once, with a certificate in the ledger. What
-- is destroyed: record versions, their aspects and links, retired and crossed copies, what was born in a purged case,
-- and the ledger's bodies about nothing but it. What stays: the heads, the commitments, the hashes in the certificate,
-- and of chains of custody and reports, which may only be added to, their own hashes.
-- callers: none

-- Who may decide: an approver, or a supervisor whose unit keeps every source and has every case that is named.
CREATE OR REPLACE FUNCTION line.retention_decides(ctx line.context, g retention.purge) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ctx.account <> g.proposed_by AND (ctx.purpose_key LIKE '%/approver'
  OR (ctx.purpose_key LIKE '%/supervisor' AND NOT EXISTS (
  SELECT FROM retention.purge_item i LEFT JOIN line.source s ON s.name = i.source WHERE i.purge = g.id
    AND NOT CASE WHEN i.kind = 'case' THEN i.object IN (SELECT line.cases())
      WHEN i.kind IN ('lead', 'quarantine', 'finding') THEN line.retention_lead_own(ctx, i.object)
      ELSE COALESCE(s.custodian_unit = ctx.unit, false) END)));

CREATE OR REPLACE FUNCTION line.retention_told(ctx line.context, g retention.purge) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN g.proposed_by = ctx.account OR COALESCE(g.decided_by = ctx.account, false)
  OR split_part(ctx.purpose_key, '/', 2) IN ('approver', 'overseer')
  OR (ctx.purpose_key LIKE '%/steward' AND NOT EXISTS (SELECT FROM retention.purge_item i WHERE i.purge = g.id
    AND i.kind <> 'record'))
  OR line.retention_decides(ctx, g);

CREATE OR REPLACE FUNCTION line.retention_doc(g retention.purge) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT to_jsonb(g) || jsonb_build_object('items', (SELECT jsonb_agg(to_jsonb(i) ORDER BY i.object)
    FROM retention.purge_item i WHERE i.purge = g.id))
$$;

CREATE OR REPLACE FUNCTION line.retention_json(ctx line.context, g retention.purge) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('purge', g.number, 'id', g.id, 'state', g.state, 'unit', g.unit, 'reason', g.reason,
  'proposed_by', line.accounts_name(g.proposed_by), 'proposed_title', line.accounts_title(g.proposed_by), 'proposed',
    line.stamp(g.proposed),
  'decided_by', line.accounts_name(g.decided_by), 'decided', line.stamp(g.decided),
    'decision_reason', g.decision_reason,
  'certificate', g.certificate, 'bodies', g.bodies, 'revision', line.revision(line.retention_doc(g)),
  'counts', (SELECT jsonb_build_object('items', count(*), 'records', count(*) FILTER (WHERE i.kind = 'record'), 'cases',
    count(*) FILTER (WHERE i.kind = 'case'),
      'leads', count(*) FILTER (WHERE i.kind IN ('lead', 'quarantine', 'finding')),
      'destroyed', count(*) FILTER (WHERE i.outcome = 'destroyed'), 'kept', count(*) FILTER (WHERE i.outcome = 'kept'))
    FROM retention.purge_item i WHERE i.purge = g.id),
  'may', to_jsonb(CASE WHEN g.state <> 'proposed' THEN '{}'::text[]
    WHEN g.proposed_by = ctx.account THEN ARRAY['withdraw']
    WHEN line.retention_decides(ctx, g) THEN ARRAY['confirm', 'reject'] ELSE '{}'::text[] END));

-- callers: writer
CREATE OR REPLACE FUNCTION line.retention_propose(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE named text[] := line.texts(p, 'items', 1000); why text := line.retention_reason(ctx, p); g retention.purge;
t text; item jsonb; n text;
BEGIN
  IF named = '{}' AND NOT line.bool(p, 'due', false) THEN
    PERFORM line.bad('items', 'is empty', 'Name items, or ask for all that are due.'); END IF;
  LOOP
    n := line.number_drawn('P', 6);
    EXIT WHEN NOT EXISTS (SELECT FROM retention.purge x WHERE x.number = n);
  END LOOP;
  INSERT INTO retention.purge (number, unit, reason, proposed_by)
    VALUES (n, ctx.unit, why, ctx.account) RETURNING * INTO g;
  FOREACH t IN ARRAY named LOOP
    PERFORM line.retention_put(ctx, g, line.retention_state(ctx, line.retention_thing(ctx, t)), true);
  END LOOP;
  IF named = '{}' THEN
    FOR item IN SELECT line.retention_case_item(f) FROM line.retention_cases(ctx) f
        UNION ALL SELECT x FROM line.retention_leads(ctx, 1000) x
        UNION ALL SELECT line.retention_record_item(ctx, r) FROM line.retention_records(ctx, 1000) r LOOP
      PERFORM line.retention_put(ctx, g, item, false);
    END LOOP;
  END IF;
  IF NOT EXISTS (SELECT FROM retention.purge_item i WHERE i.purge = g.id) THEN
    PERFORM line.conflict(ctx, 'nothing_due', 'Nothing is due that may be purged now.',
      'See retention due: what is held or proposed already stays out.'); END IF;
  RETURN line.retention_json(ctx, g) || jsonb_build_object('_count', jsonb_build_object('items',
    (SELECT count(*) FROM retention.purge_item i WHERE i.purge = g.id)));
END $$;

-- Only what is due, free and not proposed already is put in; when somebody named it, the reason why not is told.
CREATE OR REPLACE FUNCTION line.retention_put(ctx line.context, g retention.purge, item jsonb,
  named boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE against text := CASE WHEN (item ->> 'due')::date > CURRENT_DATE THEN 'is not due before ' || (item ->> 'due')
    WHEN item ->> 'held' IS NOT NULL THEN 'is under legal hold'
    WHEN item ->> 'custody' IS NOT NULL THEN 'has evidence in custody (' || (item ->> 'custody') ||
      '): return, forfeit or destroy it first'
    WHEN NOT (item ->> 'purgeable')::boolean THEN format('is an open %s: close or validate it', item ->> 'kind')
    WHEN (item ->> 'proposed')::boolean THEN 'is in another proposal' END;
BEGIN
  IF against IS NULL THEN
    INSERT INTO retention.purge_item (purge, kind, object, source, label, due)
      VALUES (g.id, item ->> 'kind', (item ->> 'id')::uuid, item ->> 'source', item ->> 'label', (item ->> 'due')::date)
        ON CONFLICT DO NOTHING;
  ELSIF named THEN
    PERFORM line.conflict(ctx, 'not_purgeable', format('%s %s.', item ->> 'label', against), 'Leave it out.');
  END IF;
END $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.retention_list(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (WITH fit AS MATERIALIZED (SELECT x.id, x.proposed FROM retention.purge x WHERE line.retention_told(ctx, x)),
    shown AS (SELECT f.id FROM fit f ORDER BY f.proposed DESC, f.id
      LIMIT LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200) OFFSET GREATEST(line.int(p, 'offset', 0), 0))
  SELECT jsonb_build_object('total', (SELECT count(*) FROM fit), 'items', COALESCE(jsonb_agg(line.retention_json(ctx, g)
    ORDER BY g.proposed DESC, g.id), '[]'))
  FROM shown s JOIN retention.purge g ON g.id = s.id);

CREATE OR REPLACE FUNCTION line.retention_find(ctx line.context, p jsonb) RETURNS retention.purge
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE g retention.purge; wanted text := upper(line.need(p, 'purge', 40));
BEGIN
  SELECT * INTO g FROM retention.purge x WHERE x.number = wanted FOR UPDATE;
  IF g.id IS NULL OR NOT line.retention_told(ctx, g) THEN PERFORM line.missing(ctx); END IF;
  RETURN g;
END $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.retention_show(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE g retention.purge := line.retention_find(ctx, p);
BEGIN
  RETURN line.retention_json(ctx, g) || jsonb_build_object('items',
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('kind', i.kind, 'id', i.object,
      'source', i.source, 'label', CASE WHEN ctx.kind = 'oversight' THEN NULL ELSE i.label
        END, 'due', i.due, 'outcome', i.outcome, 'why', i.why,
      'sha256', encode(i.sha256, 'hex')) ORDER BY i.due, i.object), '[]') FROM retention.purge_item i
        WHERE i.purge = g.id));
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.retention_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.retention_doc(line.retention_find(ctx, p)) $$;

-- ------------------------------------------------------------------------------------------- decision

CREATE OR REPLACE FUNCTION line.retention_step(ctx line.context, g retention.purge, act text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE after text;
BEGIN
  SELECT t.becomes INTO after FROM retention.transition t WHERE t.state = g.state AND t.act = retention_step.act;
  IF after IS NULL THEN PERFORM line.conflict(ctx, 'state', format('A purge that is %s can''t be changed by %s.',
    g.state, act), 'Propose another.'); END IF;
  IF act = 'withdraw' AND g.proposed_by <> ctx.account THEN
    PERFORM line.refuse(ctx, 'side', 'Only who proposed it withdraws it.', 'Reject it instead.'); END IF;
  IF act <> 'withdraw' AND g.proposed_by = ctx.account THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'Who proposed a purge can''t decide it.',
      'A supervisor of the custodian, or an approver, has to.'); END IF;
  IF act <> 'withdraw' AND NOT line.retention_decides(ctx, g) THEN
    PERFORM line.refuse(ctx, 'capacity', 'Not all that is named here is kept by your unit.',
      'An approver has to decide.'); END IF;
  IF act <> 'withdraw' THEN PERFORM line.decider(ctx, ARRAY[g.proposed_by]); END IF;
  RETURN after;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.retention_decide(ctx line.context, p jsonb, act text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE g retention.purge := line.retention_find(ctx, p); after text := line.retention_step(ctx, g, act);
why text := COALESCE(line.text(p, 'reason', 4000), '');
BEGIN
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'has fewer than 20 characters', 'Say why, in a sentence.'); END IF;
  UPDATE retention.purge x SET state = after, decided = ctx.at, decided_by = ctx.account, decision_reason = why
    WHERE x.id = g.id RETURNING * INTO g;
  RETURN line.retention_json(ctx, g);
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.retention_confirm(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  g retention.purge := line.retention_find(ctx, p); after text := line.retention_step(ctx, g, 'confirm');
  why text := COALESCE(line.text(p, 'reason', 4000), ''); i retention.purge_item; now_is jsonb;
  cert uuid := gen_random_uuid();
  erased uuid[] := '{}'; records uuid[] := '{}';
BEGIN
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'has fewer than 20 characters', 'Say why, in a sentence.'); END IF;
  -- What was validated, held or reopened since the proposal stays.
  FOR i IN SELECT * FROM retention.purge_item x WHERE x.purge = g.id ORDER BY x.object LOOP
    now_is := line.retention_state(ctx, jsonb_build_object('kind', i.kind, 'id', i.object));
    IF now_is IS NULL OR (now_is ->> 'due')::date > CURRENT_DATE OR NOT (now_is ->> 'purgeable')::boolean THEN
      UPDATE retention.purge_item x
        SET outcome = 'kept', why = COALESCE(now_is ->> 'held', 'in custody: ' || (now_is ->> 'custody'),
          CASE WHEN now_is IS NULL THEN 'gone already' ELSE 'validated or open' END)
        WHERE x.purge = g.id AND x.object = i.object;
    ELSIF i.kind = 'case' THEN
      erased := erased || line.retention_destroy_case(g.id, i.object, cert);
    ELSIF i.kind = 'lead' THEN
      erased := erased || line.retention_destroy_lead(g.id, i.object, cert);
    ELSIF i.kind = 'quarantine' THEN
      PERFORM line.retention_destroy_quarantine(g.id, i.object, cert);
    ELSIF i.kind = 'finding' THEN
      PERFORM line.retention_destroy_finding(g.id, i.object, cert);
    ELSE records := records || i.object;
    END IF;
  END LOOP;
  erased := erased || line.retention_destroy_records(g.id, records, cert);
  erased := line.retention_bodies(erased);
  UPDATE retention.purge x SET state = after, decided = ctx.at, decided_by = ctx.account, decision_reason = why,
    certificate = cert, bodies = cardinality(erased) WHERE x.id = g.id RETURNING * INTO g;
  PERFORM line.retention_certify(ctx, g, erased);
  PERFORM line.repeat_forget();
  RETURN line.retention_json(ctx, g) || jsonb_build_object('_count', line.retention_json(ctx, g) -> 'counts');
END $$;

-- What stays of chains of custody and reports: how many, and of each the last hash, which binds all before it.
CREATE OR REPLACE FUNCTION line.retention_kept(of_purge uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT COALESCE(jsonb_agg(jsonb_build_object('kind', t.kind, 'case', t.of_case, 'id', t.object, 'links', t.n,
    'sha256', encode(t.sha256, 'hex'))
      ORDER BY t.kind, t.object), '[]')
    FROM (SELECT DISTINCT ON (k.object) k.kind, k.of_case, k.object, k.sha256, count(*) OVER
      (PARTITION BY k.object) AS n
      FROM retention.kept_hash k WHERE k.purge = of_purge ORDER BY k.object, k.place DESC) t
$$;

-- The certificate: an entry of act purge. It says how far it reaches: the warehouse's files and backups are beyond it.
-- The sequencer destroys the bodies that it names when it comes to it.
CREATE OR REPLACE FUNCTION line.retention_certify(ctx line.context, g retention.purge, bodies uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own line.context := ctx;
BEGIN
  own.act := 'purge'; own.name := 'retention_certificate'; own.params := jsonb_build_object('purge', g.number);
  PERFORM line.emit(g.certificate,
    line.head(own, 'ok', jsonb_build_object('counts', line.retention_json(ctx, g) -> 'counts'
      || jsonb_build_object('bodies', cardinality(bodies)))),
    line.body(own, jsonb_build_object('entries', to_jsonb(bodies), 'reach', 'database', 'proposed_by',
      g.proposed_by, 'reason', g.reason,
      'destroyed', (SELECT COALESCE(jsonb_agg(jsonb_build_object('kind', i.kind, 'id', i.object, 'source',
        i.source, 'due', i.due,
        'sha256', encode(i.sha256, 'hex')) ORDER BY i.object), '[]') FROM retention.purge_item i WHERE i.purge = g.id
          AND i.outcome = 'destroyed'),
      'kept_hashes', line.retention_kept(g.id))),
    true, false);
END $$;

-- -------------------------------------------------------------------------------------- what destroys

-- SHA-256(certificate ‖ id ‖ text): whoever holds a copy can show that it is the destroyed thing, nobody else learns
-- it.
CREATE OR REPLACE FUNCTION line.retention_mark(certificate uuid, thing uuid, content text) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN sha256(uuid_send(certificate) || uuid_send(thing) || convert_to(content, 'UTF8'));

-- By which a purged row is known again when its source delivers it once more, unchanged.
CREATE OR REPLACE FUNCTION line.retention_row(source text, key text, row_hash bytea) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT sha256(s.value || convert_to('retention' || E'\x01' || source || E'\x01' || key, 'UTF8') || row_hash)
  FROM line.secret s WHERE s.name = 'pseudonym');

-- Records with all that was made of them; answers the ledger entries that were about nothing else.
CREATE OR REPLACE FUNCTION line.retention_destroy_records(of_purge uuid, ids uuid[], certificate uuid) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE aspects uuid[]; entities uuid[]; words text[]; ends uuid[];
BEGIN
  UPDATE retention.purge_item i SET outcome = 'destroyed', label = NULL,
    sha256 = line.retention_mark(certificate, r.id, r.payload::text)
    FROM content.record r WHERE i.purge = of_purge AND i.object = r.id AND r.id = ANY (ids);
  INSERT INTO retention.gone (mark) SELECT line.retention_row(r.source, r.source_key, r.hash) FROM content.record r
    WHERE r.id = ANY (ids) AND NOT r.gone ON CONFLICT DO NOTHING;
  UPDATE feed.feed f SET records = f.records - n.records, aspects = f.aspects - n.aspects,
    links = f.links - n.links FROM (
    SELECT o.feed, count(*) FILTER (WHERE r.current AND NOT r.gone) AS records,
      sum((SELECT count(*) FROM content.aspect a WHERE a.record = r.id)) AS aspects,
      sum((SELECT count(*) FROM content.link l WHERE l.record = r.id AND l.forward)) AS links
    FROM content.record r JOIN feed.run o ON o.id = r.run WHERE r.id = ANY (ids)
      GROUP BY o.feed) n WHERE f.name = n.feed;
  SELECT array_agg(DISTINCT a.id), array_agg(DISTINCT a.entity), array_agg(DISTINCT substr(k, 3))
    FILTER (WHERE k LIKE 't:%')
    INTO aspects, entities, words
    FROM (SELECT x.id, x.entity, x.keys FROM content.aspect x WHERE x.record = ANY (ids)
      UNION ALL SELECT x.id, x.entity, x.keys FROM feed.retired_aspect x WHERE x.record = ANY (ids)) a
    LEFT JOIN LATERAL unnest(a.keys) k ON true;
  DELETE FROM feed.quarantine q USING content.record r JOIN feed.run o ON o.id = r.run
    WHERE r.id = ANY (ids) AND q.feed = o.feed AND q.source_key = r.source_key;
  DELETE FROM feed.mending m USING content.record r JOIN feed.run o ON o.id = r.run
    WHERE r.id = ANY (ids) AND m.feed = o.feed AND m.source_key = r.source_key;
  PERFORM line.retention_destroy_copies(ids, aspects);
  DELETE FROM content.link l USING content.link f WHERE f.record = ANY (ids) AND f.forward AND l.src = f.dst
    AND l.id = f.id AND NOT l.forward;
  DELETE FROM content.link l WHERE l.record = ANY (ids) AND l.forward;
  DELETE FROM content.aspect a WHERE a.record = ANY (ids);
  DELETE FROM content.event e WHERE e.object_id = ANY (ids);
  DELETE FROM content.record r WHERE r.id = ANY (ids);
  RETURN line.retention_forget(entities, words);
END $$;

-- Retired versions, waiting links, and what crossed under another regime.
CREATE OR REPLACE FUNCTION line.retention_destroy_copies(ids uuid[], aspects uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM feed.retired_aspect a WHERE a.record = ANY (ids);
  DELETE FROM feed.retired_link l WHERE l.record = ANY (ids);
  DELETE FROM feed.dangling d WHERE d.record = ANY (ids);
  DELETE FROM content.link l USING line.crossing c, unnest(ids) r WHERE l.compartment = c.id
    AND l.record = md5(c.id::text || r::text)::uuid;
  DELETE FROM content.aspect a USING line.crossing_aspect x WHERE x.original = ANY (aspects) AND a.id = x.aspect
    AND a.compartment = x.crossing;
  DELETE FROM line.crossing_aspect x WHERE x.original = ANY (aspects);
END $$;

-- Entities of which nothing is left: their judgements, their links' ends, their words in the dictionary.
CREATE OR REPLACE FUNCTION line.retention_forget(entities uuid[], words text[]) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE lost uuid[] := ARRAY(SELECT e FROM unnest(entities) e
  WHERE NOT EXISTS (SELECT FROM content.aspect a WHERE a.entity = e));
BEGIN
  DELETE FROM content.judgement j WHERE j."left" = ANY (lost) OR j."right" = ANY (lost);
  DELETE FROM content.link l USING content.link b WHERE b.src = ANY (lost) AND l.src = b.dst AND l.id = b.id;
  DELETE FROM content.link l WHERE l.src = ANY (lost);
  DELETE FROM content.token t WHERE t.token = ANY (words)
    AND NOT EXISTS (SELECT FROM content.aspect a WHERE a.keys OPERATOR(pg_catalog.@>) ARRAY['t:' || t.token]);
  RETURN ARRAY(SELECT e.entry FROM ledger.entry e WHERE e.shown OPERATOR(pg_catalog.&&) lost
    AND NOT EXISTS (SELECT FROM unnest(e.shown) s WHERE EXISTS (SELECT FROM content.aspect a WHERE a.entity = s)
      OR EXISTS (SELECT FROM content.record r WHERE r.id = s)));
END $$;

-- A case keeps its number, unit, regime and dates. Its words, people, items, documents and notes go, and the reasons
-- under its purposes; disclosures are accounted for in their own table, which stays (rule 11).
CREATE OR REPLACE FUNCTION line.retention_destroy_case(of_purge uuid, of_case uuid, certificate uuid) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE f cases.case_file; said uuid[]; own uuid[]; born uuid[]; words text[]; entities uuid[]; derived uuid[];
BEGIN
  PERFORM line.cases_custody_lock(of_case);
  SELECT * INTO f FROM cases.case_file c WHERE c.id = of_case FOR UPDATE;
  said := ARRAY(SELECT e.entry FROM content.event e WHERE e.case_id = of_case);
  own := ARRAY(SELECT p.id FROM line.purpose p WHERE p.case_id = of_case);
  UPDATE retention.purge_item i SET outcome = 'destroyed', label = NULL,
      sha256 = line.retention_mark(certificate, of_case, f.title || E'\n' || f.predicate || E'\n' || f.summary)
    WHERE i.purge = of_purge AND i.object = of_case;
  -- What the case wrote on crossed material lies in the crossings' compartments: it goes with the case.
  derived := ARRAY(SELECT n.id FROM cases.note n WHERE n.case_id = of_case UNION ALL SELECT r.id FROM cases.report r
    WHERE r.case_id = of_case
    UNION ALL SELECT d.id FROM cases.document d WHERE d.case_id = of_case);
  SELECT array_agg(DISTINCT a.entity), array_agg(DISTINCT substr(k, 3)) FILTER (WHERE k LIKE 't:%') INTO entities, words
    FROM content.aspect a LEFT JOIN LATERAL unnest(a.keys) k ON true WHERE a.compartment = of_case
      OR a.entity = ANY (derived);
  DELETE FROM content.record r USING content.aspect a WHERE a.entity = ANY (derived) AND r.id = a.record;
  DELETE FROM content.aspect a WHERE a.entity = ANY (derived);
  DELETE FROM content.link l WHERE l.compartment = of_case;
  DELETE FROM content.judgement j WHERE j.compartment = of_case;
  DELETE FROM content.aspect a WHERE a.compartment = of_case;
  DELETE FROM content.record r WHERE r.compartment = of_case;
  DELETE FROM content.event e WHERE e.case_id = of_case;
  UPDATE disclosures.package k SET content = NULL, lines = NULL, manifest = NULL FROM disclosures.disclosure d
    WHERE d.case_id = of_case AND k.disclosure = d.id;
  UPDATE disclosures.disclosure d SET manifest = NULL WHERE d.case_id = of_case;
  PERFORM line.retention_keep_hashes(of_purge, of_case, certificate);
  PERFORM line.retention_empty_case(of_case);
  UPDATE cases.case_file c
    SET title = '(purged)', predicate = 'Destroyed at the end of its time limit; see the purge certificate.',
    summary = '', category = '' WHERE c.id = of_case;
  UPDATE line.inquiry i SET reason = '(purged)', folded = '', ended = COALESCE(i.ended, clock_timestamp())
    WHERE i.purpose = ANY (own);
  UPDATE line.purpose p SET state = 'closed', title = '(purged)' WHERE p.case_id = of_case;
  UPDATE line.compartment c SET state = 'shut' WHERE c.id = of_case;
  born := line.retention_forget(COALESCE(entities, '{}'), words);
  RETURN said || born || ARRAY(SELECT e.entry FROM ledger.entry e WHERE e.purpose = ANY (own));
END $$;

-- What may only be added to goes when its hash stays: each seal of each chain of custody, and of each report what it
-- said.
CREATE OR REPLACE FUNCTION line.retention_keep_hashes(of_purge uuid, of_case uuid, certificate uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO retention.kept_hash (purge, of_case, kind, object, place, sha256)
    SELECT retention_keep_hashes.of_purge, c.case_id, 'custody', c.evidence, c.place_in_chain, c.seal
      FROM cases.custody c WHERE c.case_id = retention_keep_hashes.of_case
    UNION ALL
    SELECT retention_keep_hashes.of_purge, r.case_id, 'report', r.id, 0, line.retention_mark(certificate,
      r.id, r.title || COALESCE((
        SELECT string_agg(E'\n' || s.text || E'\n' || s.basis, '' ORDER BY s.place) FROM cases.passage s
          WHERE s.report = r.id), ''))
      FROM cases.report r WHERE r.case_id = retention_keep_hashes.of_case
$$;

-- Every table of the case files that belongs to a case, whatever rooms were added since: children before parents.
CREATE OR REPLACE FUNCTION line.retention_empty_case(of_case uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE left_over text[]; again text[]; t text;
BEGIN
  left_over := ARRAY(SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    AND a.attname = 'case_id' AND NOT a.attisdropped
    WHERE c.relnamespace = 'cases'::regnamespace AND c.relkind = 'r' ORDER BY 1);
  FOR round IN 1 .. 8 LOOP
    again := '{}';
    FOREACH t IN ARRAY left_over LOOP
      BEGIN
        EXECUTE format('DELETE FROM cases.%I WHERE case_id = $1', t) USING of_case;
      EXCEPTION WHEN foreign_key_violation THEN again := again || t;
      END;
    END LOOP;
    EXIT WHEN again = '{}';
    left_over := again;
  END LOOP;
  IF again <> '{}' THEN
    RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'bound', DETAIL = jsonb_build_object('code', 'bound',
      'detail', 'Something that must stay refers to this case: ' || array_to_string(again, ', ') || '.', 'hint',
        'Settle that first.')::text;
  END IF;
END $$;

-- An answer's question and a command's attempts say the same words: their bodies go with it. Certificates never do.
CREATE OR REPLACE FUNCTION line.retention_bodies(found uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (WITH asked AS (
      SELECT e.entry, e.of FROM ledger.entry e WHERE e.entry = ANY (found)),
    wide AS (SELECT a.entry FROM asked a UNION SELECT a.of FROM asked a WHERE a.of IS NOT NULL
      UNION SELECT e.entry FROM ledger.entry e WHERE e.of IN (SELECT a.entry FROM asked a))
  SELECT COALESCE(array_agg(e.entry ORDER BY e.index), '{}') FROM ledger.entry e
  WHERE e.entry IN (SELECT w.entry FROM wide w) AND e.body IS NOT NULL AND e.act <> 'purge'
    -- Words about a disclosure stay for rule 11's term, whatever else of the case goes.
    AND NOT ledger.bound(e.act, e.at));
