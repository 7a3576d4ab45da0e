-- Restrictions: a caveat set by a decision, over all that is held of an entity or made of a source's row, in one
-- transaction. It holds from the moment it is asked for; another person confirms or lifts it.
-- callers: none

-- Aspects that a restriction covers: the entity's own in every compartment, those that tell of it (an edge's aspect, a
-- value that this row alone gave), or all that was made of the row and every copy that crossed.
CREATE OR REPLACE FUNCTION line.restrictions_aspects(r restrictions.restriction) RETURNS SETOF content.aspect
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH own AS (
    SELECT a.* FROM content.aspect a WHERE a.entity = r.entity
    UNION SELECT a.* FROM content.record c JOIN content.aspect a ON a.record = c.id
      WHERE c.source = r.source AND c.source_key = r.source_key),
  told AS (
    SELECT DISTINCT l.record, l.aspect, l.dst FROM content.link l WHERE l.src = r.entity AND l.compartment IS NULL)
  SELECT * FROM own
  UNION SELECT a.* FROM told t JOIN content.aspect a ON a.record = t.record
    WHERE a.compartment IS NULL AND (a.id = t.aspect OR (a.schema = 'Value' AND a.entity = t.dst))
  UNION SELECT a.* FROM own o JOIN line.crossing_aspect x ON x.original = o.id JOIN content.aspect a ON a.id = x.aspect
    AND a.entity = x.entity
$$;

-- The same marking with the restriction's caveat.
CREATE OR REPLACE FUNCTION line.restrictions_marking(of integer, caveat text) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT line.intern_marking(m.origins, m.category, m.caveats || caveat, m.retention)
  FROM line.marking m WHERE m.id = of);

-- Keys of a scoped marking carry its number; these carried another's number, or none.
CREATE OR REPLACE FUNCTION line.restrictions_keys(keys text[], old integer, new integer) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT CASE WHEN n.scoped THEN n.id || ':' ELSE '' END
    || CASE WHEN o.scoped THEN substr(k, length(o.id::text) + 2) ELSE k END
  FROM line.marking o, line.marking n, unnest(keys) k WHERE o.id = old AND n.id = new);

-- Remarks what isn't marked so yet. Answers {aspects, links, records}.
CREATE OR REPLACE FUNCTION line.restrictions_apply(r restrictions.restriction) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE hit uuid[]; touched uuid[]; rows uuid[]; m integer; label integer; aspects bigint := 0; links bigint := 0;
records bigint := 0; n bigint;
BEGIN
  SELECT array_agg(DISTINCT a.id), array_agg(DISTINCT a.entity), array_agg(DISTINCT a.record) FILTER
    (WHERE a.entity = r.entity OR r.entity IS NULL)
    INTO hit, touched, rows FROM line.restrictions_aspects(r) a;
  IF r.source IS NOT NULL THEN
    rows := rows || ARRAY(SELECT c.id FROM content.record c WHERE c.source = r.source
      AND c.source_key = r.source_key); END IF;
  FOR m IN SELECT DISTINCT a.marking FROM content.aspect a JOIN line.marking k ON k.id = a.marking
      WHERE a.entity = ANY (touched) AND a.id = ANY (hit) AND NOT r.kind = ANY (k.caveats) LOOP
    label := line.restrictions_marking(m, r.kind);
    INSERT INTO restrictions.mark (restriction, kind, id, holder, marking, keys, text)
      SELECT r.id, 'aspect', a.id, a.entity, a.marking, a.keys, a.text FROM content.aspect a
      WHERE a.entity = ANY (touched) AND a.id = ANY (hit) AND a.marking = m ON CONFLICT DO NOTHING;
    UPDATE content.aspect a SET marking = label, text = '', keys = line.restrictions_keys(a.keys, m, label)
      WHERE a.entity = ANY (touched) AND a.id = ANY (hit) AND a.marking = m;
    GET DIAGNOSTICS n = ROW_COUNT; aspects := aspects + n;
  END LOOP;
  -- Links of the entity, of the row, and those one of whose ends their readers don't see any more.
  FOR m IN SELECT DISTINCT l.marking FROM content.link l JOIN line.marking k ON k.id = l.marking
      WHERE l.src = ANY (touched) AND NOT r.kind = ANY (k.caveats) LOOP
    label := line.restrictions_marking(m, r.kind);
    WITH gone AS (
      SELECT l.id, l.src, l.dst FROM content.link l WHERE l.src = ANY (touched) AND l.marking = m
        AND (l.src = r.entity OR l.dst = r.entity OR l.record = ANY (rows) OR l.aspect = ANY (hit)
          OR NOT feed.has_end(l.src, feed.weaker(m)) OR NOT feed.has_end(l.dst, feed.weaker(m)))),
    ends AS (SELECT g.id, g.src FROM gone g UNION SELECT g.id, g.dst FROM gone g),
    kept AS (INSERT INTO restrictions.mark (restriction, kind, id, holder, marking)
      SELECT r.id, 'link', e.id, e.src, m FROM ends e ON CONFLICT DO NOTHING)
    UPDATE content.link l SET marking = label FROM ends e WHERE l.id = e.id AND l.src = e.src AND l.marking = m;
    GET DIAGNOSTICS n = ROW_COUNT; links := links + n;
  END LOOP;
  FOR m IN SELECT DISTINCT c.marking FROM content.record c JOIN line.marking k ON k.id = c.marking
      WHERE c.id = ANY (rows) AND NOT r.kind = ANY (k.caveats) LOOP
    label := line.restrictions_marking(m, r.kind);
    INSERT INTO restrictions.mark (restriction, kind, id, holder, marking)
      SELECT r.id, 'record', c.id, c.id, m FROM content.record c WHERE c.id = ANY (rows) AND c.marking = m
        ON CONFLICT DO NOTHING;
    UPDATE content.record c SET marking = label WHERE c.id = ANY (rows) AND c.marking = m;
    GET DIAGNOSTICS n = ROW_COUNT; records := records + n;
  END LOOP;
  RETURN jsonb_build_object('aspects', aspects, 'links', links, 'records', records);
END $$;

-- Whatever a run brought of something restricted is restricted in the same transaction.
CREATE OR REPLACE FUNCTION line.restrictions_renew(run uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r restrictions.restriction;
BEGIN
  FOR r IN SELECT x.* FROM restrictions.restriction x WHERE x.state <> 'lifted' AND (
      EXISTS (SELECT FROM content.aspect a WHERE a.entity = x.entity AND a.run = restrictions_renew.run)
      OR EXISTS (SELECT FROM content.link l JOIN content.record c ON c.id = l.record WHERE l.src = x.entity
        AND c.run = restrictions_renew.run)
      OR EXISTS (SELECT FROM content.record c WHERE c.source = x.source AND c.source_key = x.source_key
        AND c.run = restrictions_renew.run))
      ORDER BY x.asked LOOP
    PERFORM line.restrictions_apply(r);
    PERFORM line.restrictions_alerts(r);
  END LOOP;
END $$;

-- Other restrictions in force that may cover a row of these: one of the entities or records is theirs, or one link away
-- from their entity. It may name one too many, never one too few.
CREATE OR REPLACE FUNCTION line.restrictions_beside(r restrictions.restriction, entities uuid[], records uuid[])
RETURNS SETOF restrictions.restriction
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT x.* FROM restrictions.restriction x WHERE x.state <> 'lifted' AND x.id <> r.id AND (x.entity = ANY (entities)
    OR EXISTS (SELECT FROM content.link l WHERE l.src = x.entity AND (l.dst = ANY (entities)
      OR l.record = ANY (records)))
    OR EXISTS (SELECT FROM content.aspect a WHERE a.entity = x.entity AND a.record = ANY (records))
    OR EXISTS (SELECT FROM content.record c WHERE c.source = x.source AND c.source_key = x.source_key
      AND (c.id = ANY (records)
      OR EXISTS (SELECT FROM content.aspect a WHERE a.record = c.id AND a.entity = ANY (entities)))))
  ORDER BY x.asked
$$;

CREATE OR REPLACE FUNCTION line.restrictions_restore(r restrictions.restriction) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE other restrictions.restriction; entities uuid[]; records uuid[];
BEGIN
  SELECT array_agg(DISTINCT k.holder) FILTER (WHERE k.kind <> 'record'),
    array_agg(DISTINCT COALESCE(a.record, l.record, k.id)) FILTER (
      WHERE k.kind = 'record' OR a.id IS NOT NULL OR l.id IS NOT NULL) INTO entities, records
    FROM restrictions.mark k LEFT JOIN content.aspect a ON k.kind = 'aspect' AND a.entity = k.holder AND a.id = k.id
      LEFT JOIN content.link l ON k.kind = 'link' AND l.src = k.holder AND l.id = k.id WHERE k.restriction = r.id;
  -- One of another kind that came later keeps the row as this one left it; from now on it keeps it as it was before
  -- this one.
  UPDATE restrictions.mark o SET marking = k.marking, keys = k.keys, text = k.text
    FROM restrictions.mark k, line.marking m
    WHERE k.restriction = r.id AND o.restriction <> r.id AND o.kind = k.kind AND o.holder = k.holder AND o.id = k.id
      AND m.id = o.marking AND r.kind = ANY (m.caveats);
  UPDATE content.aspect a SET marking = k.marking, keys = k.keys, text = k.text FROM restrictions.mark k
    WHERE k.restriction = r.id AND k.kind = 'aspect' AND a.entity = k.holder AND a.id = k.id;
  UPDATE content.link l SET marking = k.marking FROM restrictions.mark k
    WHERE k.restriction = r.id AND k.kind = 'link' AND l.src = k.holder AND l.id = k.id;
  UPDATE content.record c SET marking = k.marking FROM restrictions.mark k WHERE k.restriction = r.id
    AND k.kind = 'record' AND c.id = k.id;
  DELETE FROM restrictions.mark k WHERE k.restriction = r.id;
  DELETE FROM restrictions.alert a WHERE a.restriction = r.id;
  -- What another restriction covers as well stays out of sight.
  FOR other IN SELECT * FROM line.restrictions_beside(r, entities, records) LOOP
    PERFORM line.restrictions_apply(other);
  END LOOP;
END $$;

-- -------------------------------------------------------------------------- the alert before an action

CREATE OR REPLACE FUNCTION line.restrictions_mark(sort text, said text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT sha256(s.value || convert_to('restriction' || E'\x01' || sort || E'\x01'
    || CASE sort WHEN 'person' THEN upper(regexp_replace(btrim(said), '\s+', ' ', 'g'))
      ELSE upper(regexp_replace(said, '[^[:alnum:]]', '', 'g')) END, 'UTF8')) FROM line.secret s
        WHERE s.name = 'pseudonym');

CREATE OR REPLACE FUNCTION line.restrictions_alerts(r restrictions.restriction) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO restrictions.alert (restriction, mark)
  SELECT DISTINCT r.id, line.restrictions_mark(p.key, v) FROM content.aspect a, jsonb_each(a.properties) p,
    jsonb_array_elements_text(CASE WHEN jsonb_typeof(p.value) = 'array' THEN p.value ELSE '[]' END) v
  WHERE r.kind = 'protected' AND a.entity = r.entity
    AND p.key IN ('passportNumber', 'idNumber', 'taxNumber', 'socialSecurityNumber',
    'registrationNumber', 'phone', 'email') AND length(regexp_replace(v, '[^[:alnum:]]', '', 'g')) >= 5
  UNION SELECT DISTINCT r.id, line.restrictions_mark('person', n || '|' || left(b, 10)) FROM content.aspect a,
    jsonb_array_elements_text(COALESCE(a.properties -> 'name', '[]') || COALESCE(a.properties -> 'alias', '[]')) n,
    jsonb_array_elements_text(COALESCE(a.properties -> 'birthDate', '[]')) b
  WHERE r.kind = 'protected' AND a.entity = r.entity
  ON CONFLICT DO NOTHING
$$;

-- Stops an action about somebody protected: known by an identifier, or by name with birth date. facts: [{type, value}].
-- The refusal says that legal has to be asked, not what is held; who asked for the protection hears of the attempt.
-- callers: writer
CREATE OR REPLACE FUNCTION line.restrictions_stop(ctx line.context, facts jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM jsonb_array_elements(facts) f JOIN restrictions.alert a
      ON a.mark = line.restrictions_mark(f ->> 'type', f ->> 'value') JOIN restrictions.restriction r
        ON r.id = a.restriction AND r.state <> 'lifted'
      WHERE f ->> 'value' IS NOT NULL) THEN
    PERFORM line.refuse(ctx, 'legal_check', 'Legal has to be asked before anything is done about this person.',
      'Name the ledger entry of this answer to an approver; don''t act meanwhile.');
  END IF;
END $$;

-- ------------------------------------------------------------------------------------ asking, deciding

CREATE OR REPLACE FUNCTION line.restrictions_lapses(r restrictions.restriction) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN r.asked + make_interval(days => line.account_rule('undecided_days', 14));

-- What is decided about; how much it re-marked the worker writes down later.
CREATE OR REPLACE FUNCTION line.restrictions_doc(r restrictions.restriction) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN to_jsonb(r) - 'counts';

-- How much it re-marked is told at desks and to oversight alone: a case would learn what others hold of the person.
CREATE OR REPLACE FUNCTION line.restrictions_json(ctx line.context, r restrictions.restriction) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('restriction', r.number, 'kind', r.kind, 'state', CASE WHEN r.lapsed IS NOT NULL THEN 'lapsed'
  ELSE r.state END, 'lapses', CASE WHEN r.state = 'asked' THEN line.stamp(line.restrictions_lapses(r))
  END, 'unit', r.unit, 'basis', r.basis,
  'of', CASE WHEN r.source IS NOT NULL THEN r.source || ': a row' ELSE 'a person' END,
  'reason', CASE WHEN ctx.kind = 'oversight' OR ctx.purpose_key LIKE '%/approver'
    OR r.asked_by = ctx.account THEN r.reason END,
  'asked_by', line.accounts_title(r.asked_by), 'asked', line.stamp(r.asked), 'decided_by',
    line.accounts_title(r.decided_by),
  'decided', line.stamp(r.decided), 'decision_reason', r.decision_reason, 'counts', CASE
    WHEN ctx.kind IN ('desk', 'oversight') THEN r.counts ELSE '{}'
    END, 'revision', line.revision(line.restrictions_doc(r)),
  'may', to_jsonb(CASE WHEN ctx.purpose_key LIKE '%/approver' AND r.asked_by <> ctx.account
    THEN ARRAY(SELECT t.act FROM restrictions.transition t WHERE t.state = r.state ORDER BY 1) ELSE '{}'::text[] END));

-- Whoever asked, approvers, and overseers.
CREATE OR REPLACE FUNCTION line.restrictions_told(ctx line.context, r restrictions.restriction) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN r.asked_by = ctx.account OR ctx.kind = 'oversight' OR ctx.purpose_key LIKE '%/approver';

-- At once, of a person: what the asker sees. Marked one by one, so that what is written depends on nothing else.
CREATE OR REPLACE FUNCTION line.restrictions_first(r restrictions.restriction, shown uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE m integer; label integer;
BEGIN
  FOR m IN SELECT DISTINCT a.marking FROM content.aspect a JOIN line.marking k ON k.id = a.marking
      WHERE a.entity = r.entity AND a.id = ANY (shown) AND NOT r.kind = ANY (k.caveats) LOOP
    label := line.restrictions_marking(m, r.kind);
    INSERT INTO restrictions.mark (restriction, kind, id, holder, marking, keys, text)
      SELECT r.id, 'aspect', a.id, a.entity, a.marking, a.keys, a.text FROM content.aspect a
      WHERE a.entity = r.entity AND a.id = ANY (shown) AND a.marking = m ON CONFLICT DO NOTHING;
    UPDATE content.aspect a SET marking = label, text = '', keys = line.restrictions_keys(a.keys, m, label)
      WHERE a.entity = r.entity AND a.id = ANY (shown) AND a.marking = m;
  END LOOP;
END $$;

-- All the rest of it is the worker's (errand_restrict): what others hold of the person or made of the row, copies,
-- links, alerts, recalls, and whom it concerns. The entity is one that the caller sees, found by the calling function
-- with the rows of it that are `shown` there; a row is one of a source that the steward's desk keeps.
DROP FUNCTION IF EXISTS line.restrictions_ask(line.context, jsonb, uuid);
-- callers: writer
CREATE OR REPLACE FUNCTION line.restrictions_ask(ctx line.context, p jsonb, seen uuid, shown uuid[]) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  r restrictions.restriction; sort text := lower(line.need(p, 'kind', 20)); ground text := line.need(p, 'basis', 300);
  why text := COALESCE(line.text(p, 'reason', 4000), ''); fault text[] := line.reason_fault(ctx.account, why);
  of_source text := split_part(line.need(p, 'about', 300), ':', 1);
  of_key text := substr(p ->> 'about', length(of_source) + 2); n text;
BEGIN
  IF NOT sort = ANY (ARRAY['protected', 'unlawful']) THEN
    PERFORM line.bad('kind', 'must be protected or unlawful', ''); END IF;
  IF fault[1] IN ('reason_short', 'reason_stock') THEN
    PERFORM line.refuse(ctx, fault[1], fault[2], 'Say what it rests on.'); END IF;
  IF length(ground) < 5 THEN
    PERFORM line.bad('basis', 'has fewer than 5 characters', 'Name the statute or the order.'); END IF;
  IF sort = 'protected' AND seen IS NULL THEN
    PERFORM line.bad('about', 'is no person',
      'Protection is of a person: name the entity, under a case that sees it.'); END IF;
  IF (SELECT count(*) FROM restrictions.restriction x WHERE x.asked_by = ctx.account
    AND x.asked > clock_timestamp() - interval '24 hours')
      >= line.account_rule('restrictions_day', 5) THEN
    PERFORM line.refuse(ctx, 'too_many', format('You have asked for %s restrictions within a day.',
      line.account_rule('restrictions_day', 5)),
      'Let an approver decide those first, or let a colleague ask.'); END IF;
  IF seen IS NULL AND NOT EXISTS (SELECT FROM content.record c WHERE c.source = of_source AND c.source_key = of_key
    AND c.current AND NOT c.gone) THEN
    PERFORM line.missing(ctx); END IF;
  IF sort = 'unlawful' AND seen IS NOT NULL THEN
    PERFORM line.bad('about', 'is no source''s row',
      'Name the row that was obtained unlawfully, as SOURCE:KEY.'); END IF;
  IF EXISTS (SELECT FROM restrictions.restriction x WHERE x.state <> 'lifted' AND x.kind = sort
      AND (x.entity = seen OR (seen IS NULL AND x.source = of_source AND x.source_key = of_key))) THEN
    PERFORM line.conflict(ctx, 'exists', 'This is restricted already.', 'An approver confirms or lifts it.'); END IF;
  LOOP
    n := line.number_drawn('RS', 6);
    EXIT WHEN NOT EXISTS (SELECT FROM restrictions.restriction x WHERE x.number = n);
  END LOOP;
  INSERT INTO restrictions.restriction (number, kind, entity, source, source_key, basis, reason,
    purpose, unit, asked_by)
    VALUES (n, sort, seen, CASE WHEN seen IS NULL THEN of_source END, CASE WHEN seen IS NULL THEN of_key
      END, ground, btrim(why), ctx.purpose, ctx.unit, ctx.account)
    RETURNING * INTO r;
  PERFORM line.restrictions_first(r, shown);
  PERFORM line.errand_put(ctx, 'restrict', jsonb_build_object('restriction', r.id));
  INSERT INTO line.account_notice (account, kind, what) SELECT DISTINCT g.account, 'restriction',
    format('%s waits for a decision: %s.', r.number, r.kind)
    FROM line.role_grant g WHERE g.role = 'approver' AND line.accounts_live(g) AND g.account <> ctx.account;
  RETURN line.restrictions_json(ctx, r) || jsonb_build_object('_count', '{}'::jsonb, '_shown',
    CASE WHEN seen IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(seen) END);
END $$;

-- The worker's part. One that was lifted meanwhile has nothing to hide any more.
CREATE OR REPLACE FUNCTION line.errand_restrict(ctx line.context, said jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r restrictions.restriction; done jsonb;
BEGIN
  SELECT * INTO r FROM restrictions.restriction x WHERE x.id = (said ->> 'restriction')::uuid FOR UPDATE;
  IF r.id IS NULL OR r.state = 'lifted' THEN RETURN '{"aspects": 0}'; END IF;
  PERFORM line.restrictions_alerts(r);
  done := line.restrictions_apply(r) || CASE r.kind WHEN 'unlawful' THEN line.restrictions_recall(ctx, r) ELSE '{}' END;
  -- With what was marked at once: all that it covers, whenever that was done.
  UPDATE restrictions.restriction x SET counts = done || jsonb_build_object('aspects',
      (SELECT count(*) FROM restrictions.mark k WHERE k.restriction = r.id AND k.kind = 'aspect'))
    WHERE x.id = r.id RETURNING * INTO r;
  PERFORM line.restrictions_tell(ctx, r);
  RETURN r.counts;
END $$;

-- Rule 3: every copy is called back. Disclosures that were sent are recalled and their recipients owed a notice; what
-- waits is denied; whoever has it in a case, or took it along in an export, hears of it.
CREATE OR REPLACE FUNCTION line.restrictions_recall(ctx line.context, r restrictions.restriction) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  words text :=
    'Recalled: it rests on information that was obtained unlawfully. Destroy it and whatever was made of it, and '
    'confirm.';
  rows uuid[] := ARRAY(SELECT c.id FROM content.record c WHERE c.source = r.source AND c.source_key = r.source_key);
  held uuid[] := ARRAY(SELECT DISTINCT a.entity FROM content.aspect a WHERE a.record = ANY (rows)
    AND a.schema <> 'Value');
  d disclosures.disclosure; recalled bigint := 0; cases_told bigint; exports bigint;
BEGIN
  FOR d IN SELECT x.* FROM disclosures.disclosure x WHERE x.state IN ('draft', 'submitted', 'approved', 'sent')
      AND EXISTS (SELECT FROM disclosures.item i WHERE i.disclosure = x.id AND i.entity = ANY (held)) FOR UPDATE LOOP
    IF d.state = 'sent' THEN
      UPDATE disclosures.disclosure x SET state = 'recalled', recalled = ctx.at, recall_reason =
        words WHERE x.id = d.id;
      INSERT INTO disclosures.notice (disclosure, kind, text, account) VALUES (d.id, 'recall', words, ctx.account);
      PERFORM line.event(ctx, 'disclosure', d.id, d.case_id, 'recalled a disclosure', NULL,
        jsonb_build_object('disclosure', d.number, 'restriction', r.number));
      recalled := recalled + 1;
    ELSE
      UPDATE disclosures.disclosure x SET state = 'denied', decided = ctx.at, reason = words WHERE x.id = d.id;
    END IF;
  END LOOP;
  INSERT INTO line.account_notice (account, kind, what)
    SELECT DISTINCT m.account, 'restriction',
      format('A row of %s was withdrawn as unlawfully obtained; take what rests on it out of %s (%s).',
      r.source, k.number, r.number)
    FROM cases.item i JOIN cases.case_file k ON k.id = i.case_id CROSS JOIN LATERAL line.case_answers(k.id) m (account)
    WHERE (i.object = ANY (held) OR i.object = ANY (rows)) AND i.removed IS NULL;
  GET DIAGNOSTICS cases_told = ROW_COUNT;
  INSERT INTO line.account_notice (account, kind, what)
    SELECT DISTINCT e.account, 'restriction',
      format('An export of %s holds a row that was obtained unlawfully; destroy it (%s).',
      line.stamp(e.ended), r.number)
    FROM warehouse.export e JOIN warehouse.export_record x ON x.export = e.id WHERE e.state = 'ready'
      AND (x.record = ANY (rows) OR x.entity = ANY (held));
  GET DIAGNOSTICS exports = ROW_COUNT;
  RETURN jsonb_build_object('recalled', recalled, 'cases_told', cases_told, 'exports_told', exports);
END $$;

-- Whoever answers for a case that holds it, and its keepers, hear that something of theirs went out of sight, and under
-- which number to ask an approver about it: no more, since what it is and why may be what has to stay hidden. Overseers
-- have it on their list.
CREATE OR REPLACE FUNCTION line.restrictions_tell(ctx line.context, r restrictions.restriction) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE rows uuid[] := ARRAY(SELECT c.id FROM content.record c WHERE c.source = r.source AND c.source_key = r.source_key
  UNION SELECT a.record FROM content.aspect a WHERE a.entity = r.entity);
  held uuid[]; k record;
BEGIN
  held := r.entity || ARRAY(SELECT DISTINCT a.entity FROM content.aspect a WHERE r.entity IS NULL
    AND a.record = ANY (rows) AND a.schema <> 'Value');
  FOR k IN SELECT DISTINCT f.id, f.number FROM cases.item i JOIN cases.case_file f ON f.id = i.case_id
      WHERE i.removed IS NULL AND (i.object = ANY (held) OR r.entity IS NULL AND i.object = ANY (rows)) LOOP
    PERFORM line.tell(ctx, ARRAY(SELECT line.case_answers(k.id)), 'restriction',
      format('Something that %s holds was restricted (%s): an approver decides.', k.number, r.number));
  END LOOP;
  PERFORM line.tell(ctx, ARRAY(SELECT line.register_keepers(s.custodian_unit) FROM content.record c JOIN line.source s
    ON s.name = c.source WHERE c.id = ANY (rows)),
    'restriction', format('Something that your unit keeps was restricted (%s): an approver decides.', r.number));
END $$;

-- What nobody decided in time is seen again: an accusation alone hides nothing for good. The worker asks for it.
-- callers: worker
CREATE OR REPLACE FUNCTION line.lapse_restrictions() RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r restrictions.restriction; ctx line.context; n integer := 0;
BEGIN
  FOR r IN SELECT * FROM restrictions.restriction x WHERE x.state = 'asked'
    AND line.restrictions_lapses(x) <= clock_timestamp() ORDER BY x.asked FOR UPDATE SKIP LOCKED LOOP
    UPDATE restrictions.restriction x SET state = 'lifted', lapsed = clock_timestamp(), decision_reason =
      'Nobody decided in time.' WHERE x.id = r.id;
    PERFORM line.restrictions_restore(r);
    ctx.act := 'change'; ctx.name := 'lapse_restrictions'; ctx.params := jsonb_build_object('restriction', r.number);
    PERFORM line.emit(gen_random_uuid(), line.head(ctx, 'ok', jsonb_build_object('restriction', r.number)),
      line.body(ctx, '{}'), true, false);
    PERFORM line.tell(ctx, r.asked_by || ARRAY(SELECT line.holders('approver', NULL) UNION
      SELECT line.holders('overseer', NULL)), 'restriction',
      format('%s lapsed: nobody decided in time.', r.number));
    n := n + 1;
  END LOOP;
  RETURN n;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.restrictions_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r restrictions.restriction; wanted text := upper(line.need(p, 'restriction', 40));
BEGIN
  SELECT * INTO r FROM restrictions.restriction x WHERE x.number = wanted FOR UPDATE;
  RETURN CASE WHEN line.restrictions_told(ctx, r) THEN line.restrictions_doc(r) END;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.restrictions_decide(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r restrictions.restriction; wanted text := upper(line.need(p, 'restriction', 40));
says text := lower(line.need(p, 'decision', 20));
  why text := COALESCE(line.text(p, 'reason', 4000), ''); after text;
BEGIN
  SELECT * INTO r FROM restrictions.restriction x WHERE x.number = wanted FOR UPDATE;
  IF r.id IS NULL OR NOT line.restrictions_told(ctx, r) THEN PERFORM line.missing(ctx); END IF;
  IF NOT says = ANY (ARRAY['confirm', 'lift']) THEN PERFORM line.bad('decision', 'must be confirm or lift', ''); END IF;
  IF r.asked_by = ctx.account THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'Who asked for a restriction doesn''t decide on it.',
      'Another approver has to.'); END IF;
  PERFORM line.decider(ctx, ARRAY[r.asked_by]);
  SELECT t.becomes INTO after FROM restrictions.transition t WHERE t.state = r.state AND t.act = says;
  IF after IS NULL THEN PERFORM line.conflict(ctx, 'state', format('The restriction is %s.', r.state),
    'Ask for another.'); END IF;
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'has fewer than 20 characters', 'Say why, in a sentence.'); END IF;
  UPDATE restrictions.restriction x SET state = after, decided_by = ctx.account, decided = ctx.at, decision_reason = why
    WHERE x.id = r.id RETURNING * INTO r;
  IF after = 'lifted' THEN PERFORM line.restrictions_restore(r); END IF;
  INSERT INTO line.account_notice (account, kind, what)
    VALUES (r.asked_by, 'restriction', format('%s was %s.', r.number, after));
  RETURN line.restrictions_json(ctx, r);
END $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.restrictions_list(ctx line.context) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('items', COALESCE(jsonb_agg(line.restrictions_json(ctx, r)
  ORDER BY r.asked DESC, r.id), '[]'))
  FROM restrictions.restriction r WHERE line.restrictions_told(ctx, r));
