-- Words that the room's functions share. All run as their caller (reader or writer), under row-level security.
-- callers: reader, writer
-- owner: owner

-- The case that a call means: `case` by number, else the purpose's own. Another's number and no number at all are one.
CREATE OR REPLACE FUNCTION cases.find(ctx line.context, p jsonb) RETURNS cases.case_file
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE f cases.case_file; wanted text := upper(split_part(COALESCE(line.text(p, 'case', 100), ''), '@', 1));
BEGIN
  IF wanted = '' AND ctx.case_id IS NULL THEN
    PERFORM line.bad('case', 'is missing', 'Name the case, or work under its purpose.'); END IF;
  SELECT * INTO f FROM cases.case_file c WHERE CASE WHEN wanted = '' THEN c.id = ctx.case_id ELSE c.number = wanted END;
  IF f.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN f;
END $$;

-- The same for a change: the row is held, so that of two decisions at once the second sees the first.
CREATE OR REPLACE FUNCTION cases.hold(ctx line.context, p jsonb) RETURNS cases.case_file
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE f cases.case_file := cases.find(ctx, p);
BEGIN
  SELECT * INTO f FROM cases.case_file c WHERE c.id = f.id FOR UPDATE;
  RETURN f;
END $$;

-- As it was read: notes and items that came since change nothing of what is decided.
CREATE OR REPLACE FUNCTION cases.case_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN to_jsonb(cases.hold(ctx, p)) - 'updated';
END $$;

CREATE OR REPLACE FUNCTION cases.step(ctx line.context, f cases.case_file, act text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE after text; ways text;
BEGIN
  SELECT t.becomes INTO after FROM cases.transition t WHERE t.state = f.state AND t.act = step.act;
  IF after IS NULL THEN
    SELECT string_agg(t.act, ', ' ORDER BY t.act) INTO ways FROM cases.transition t WHERE t.state = f.state;
    PERFORM line.conflict(ctx, 'state', format('A case that is %s can''t be changed by %s.',
      replace(f.state, '_', ' '), act),
      format('Possible now: %s.', ways));
  END IF;
  RETURN after;
END $$;

-- Only members put things into a case, and only while it is open.
CREATE OR REPLACE FUNCTION cases.working(ctx line.context, f cases.case_file) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF f.state <> 'open' THEN
    PERFORM line.conflict(ctx, 'state', format('The case is %s; it can only be read.', replace(f.state, '_', ' ')),
      'Things are put into open cases only.');
  END IF;
END $$;

CREATE OR REPLACE FUNCTION cases.leading(ctx line.context, f cases.case_file) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT COALESCE(line.cases_capacity(ctx.account, f.id) IN ('lead', 'supervisor'), false)
     AND NOT line.accounts_holds(ctx.account, f.unit, 'supervisor') THEN
    PERFORM line.refuse(ctx, 'capacity',
      'Only the case''s lead or a supervisor of its unit does this.', 'Ask them to.');
  END IF;
END $$;

CREATE OR REPLACE FUNCTION cases.belonging(ctx line.context, f cases.case_file) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF line.cases_capacity(ctx.account, f.id) IS NULL THEN
    PERFORM line.refuse(ctx, 'capacity', 'Only members of the case do this.', 'Ask its lead to add you.');
  END IF;
END $$;

CREATE OR REPLACE FUNCTION cases.head(f cases.case_file) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('case', f.number, 'id', f.id, 'title', f.title, 'regime', f.regime,
  'authority', f.authorities[1], 'authorities', f.authorities, 'category', f.category, 'priority', f.priority,
  'unit', f.unit, 'unit_title', line.accounts_unit_title(f.unit), 'lead', line.accounts_name(f.lead),
  'lead_title', line.accounts_title(f.lead), 'supervisor', line.accounts_name(f.supervisor),
  'supervisor_title', line.accounts_title(f.supervisor), 'state', f.state, 'restricted', f.restricted,
  'made', line.stamp(f.made), 'opened', line.stamp(f.opened), 'review_by', f.review_by,
  'closed', line.stamp(f.closed), 'outcome', f.outcome, 'updated', line.stamp(f.updated),
  'pending', CASE WHEN f.asked_act IS NOT NULL THEN jsonb_build_object('act', f.asked_act,
    'by', line.accounts_name(f.asked_by), 'by_title', line.accounts_title(f.asked_by), 'at',
      line.stamp(f.asked_at)) END,
  'purposes', line.cases_purposes(f.id), 'revision', line.revision(to_jsonb(f) - 'updated'),
  'people', (SELECT count(*) FROM cases.person_role r WHERE r.case_id = f.id AND r.to_time IS NULL),
  'items', (SELECT count(*) FROM cases.item i WHERE i.case_id = f.id AND i.removed IS NULL));

-- What the caller could do now: the acts of the state that their role and capacity allow.
-- Whoever asked takes back what still waits.
INSERT INTO cases.transition (state, act, becomes) VALUES ('submitted', 'withdraw', 'draft'),
  ('closure_requested', 'withdraw', 'open'),
  ('reopen_requested', 'withdraw', 'closed') ON CONFLICT DO NOTHING;
INSERT INTO cases.report_transition (state, act, becomes) VALUES ('in_review', 'withdraw', 'draft')
  ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION cases.may(ctx line.context, f cases.case_file) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  capacity text := line.cases_capacity(ctx.account, f.id);
  boss boolean := line.accounts_holds(ctx.account, f.unit, 'supervisor');
  acts text[] := '{}';
BEGIN
  acts := ARRAY(SELECT t.act FROM cases.transition t WHERE t.state = f.state AND CASE
    WHEN t.act IN ('approve', 'return') THEN boss AND NOT cases.asked(f, ctx.account)
    WHEN t.act = 'withdraw' THEN f.asked_by = ctx.account
    WHEN t.act IN ('suspend', 'resume') THEN boss OR capacity IN ('lead', 'supervisor')
    ELSE capacity IS NOT NULL END ORDER BY t.act);
  IF f.state IN ('draft', 'returned') AND capacity IS NOT NULL THEN acts := acts || ARRAY['edit', 'document']; END IF;
  IF f.state = 'open' AND capacity IS NOT NULL
    THEN acts := acts || ARRAY['add', 'note', 'document', 'crossing']; END IF;
  IF f.state = 'open' AND (boss OR capacity IN ('lead', 'supervisor')) THEN acts := acts || ARRAY['member']; END IF;
  RETURN to_jsonb(acts);
END $$;

-- Four eyes: whoever asked, made or leads the case doesn't decide about it.
CREATE OR REPLACE FUNCTION cases.asked(f cases.case_file, who uuid) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN who = f.asked_by OR who = f.lead OR (f.opened IS NULL AND who = f.made_by);

CREATE OR REPLACE FUNCTION cases.deciding(ctx line.context, f cases.case_file) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT line.accounts_holds(ctx.account, f.unit, 'supervisor') THEN
    PERFORM line.refuse(ctx, 'capacity', 'Only a supervisor of the case''s unit decides.', 'Ask one.'); END IF;
  IF cases.asked(f, ctx.account) THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'Who asked for this, or leads the case, can''t decide it.',
      'Another supervisor of the unit has to decide.'); END IF;
  PERFORM line.decider(ctx, ARRAY[f.asked_by, f.lead, CASE WHEN f.opened IS NULL THEN f.made_by END]);
END $$;

-- Rule 1 and the authority in force: refuses with what is missing.
CREATE OR REPLACE FUNCTION cases.openable(ctx line.context, f cases.case_file) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF length(btrim(f.predicate)) < 40 THEN
    PERFORM line.refuse(ctx, 'predicate', 'The predicate states no facts: it has fewer than 40 characters.',
      'Write the facts that justify the case: who, what, when, from which source.'); END IF;
  IF EXISTS (SELECT FROM jsonb_array_elements(line.cases_authorities(f.authorities)) a
    WHERE NOT (a ->> 'in_force')::boolean) THEN
    PERFORM line.refuse(ctx, 'authority', 'An authority of the case isn''t in force.',
      'Name a statute section that is in force today.'); END IF;
  IF f.regime = 'criminal' AND btrim(f.category) = '' THEN
    PERFORM line.refuse(ctx, 'category', 'The criminal activity isn''t named.',
      'Fill in the category, for instance procurement fraud.'); END IF;
  IF f.regime = 'criminal' AND NOT EXISTS (SELECT FROM cases.document d WHERE d.case_id = f.id
    AND d.purpose = 'predicate') THEN
    PERFORM line.refuse(ctx, 'document', 'A criminal case needs a document that supports its predicate.',
      'Add the complaint, referral or report it rests on, then submit again.'); END IF;
END $$;

-- An entity or a record that can be seen from here, by printed id, bare uuid or `source:key`: {id, kind, printed,
-- schemata}.
CREATE OR REPLACE FUNCTION cases.seen(text_id text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE hex text := right(replace(lower(btrim(text_id)), '-', ''), 32); wanted uuid; found jsonb;
BEGIN
  IF hex ~ '^[0-9a-f]{32}$' THEN
    wanted := hex::uuid;
    SELECT jsonb_build_object('id', wanted, 'kind', 'entity', 'printed', cases.printed(min(a.source), wanted,
      bool_or(a.schema = 'Value')),
        'schemata', jsonb_agg(DISTINCT a.schema))
      INTO found FROM content.aspect a WHERE a.entity = wanted HAVING count(*) > 0;
  END IF;
  IF found IS NULL THEN
    SELECT jsonb_build_object('id', r.id, 'kind', 'record', 'printed', r.source || ':' || r.source_key,
      'schemata', '[]'::jsonb)
      INTO found FROM content.record r
      WHERE r.id = wanted OR (r.source = split_part(btrim(text_id), ':', 1)
        AND r.source_key = substr(btrim(text_id), length(split_part(btrim(text_id), ':', 1)) + 2))
      -- The present version of those that can be seen from here, whether or not a hidden one came later.
      ORDER BY r.current DESC, r.version DESC LIMIT 1;
  END IF;
  RETURN found;
END $$;

CREATE OR REPLACE FUNCTION cases.printed(source text, entity uuid, value_node boolean) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN value_node THEN 'value' ELSE source END || '-' || replace(entity::text, '-', '');

-- A live item of the case by its id.
CREATE OR REPLACE FUNCTION cases.held_item(ctx line.context, f cases.case_file, p jsonb) RETURNS cases.item
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE i cases.item; wanted text := line.need(p, 'id', 600); hex text;
BEGIN
  hex := right(replace(lower(wanted), '-', ''), 32);
  SELECT * INTO i FROM cases.item x WHERE x.case_id = f.id AND x.removed IS NULL
    AND (x.printed = wanted OR replace(x.object::text, '-', '') = hex);
  IF i.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN i;
END $$;

-- With the role that it has in the case, which is a row of its own.
CREATE OR REPLACE FUNCTION cases.item_doc(i cases.item) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN to_jsonb(i) || jsonb_build_object('role', (SELECT r.id FROM cases.person_role r WHERE r.case_id = i.case_id
  AND r.entity = i.object AND r.to_time IS NULL));

CREATE OR REPLACE FUNCTION cases.item_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN cases.item_doc(cases.held_item(ctx, cases.hold(ctx, p), p));
END $$;

-- How an item looks from here now: its caption and sources, or that it can't be seen under this purpose.
CREATE OR REPLACE FUNCTION cases.look(object uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT CASE WHEN count(*) > 0 THEN jsonb_build_object('visible', true,
    'caption', (array_agg(a.caption ORDER BY length(a.caption) DESC, a.id))[1],
    'schema', (array_agg(a.schema ORDER BY (a.schema IN ('Thing', 'LegalEntity')), a.id))[1],
    'sources', to_jsonb(array_agg(DISTINCT a.source))) END
  FROM content.aspect a WHERE a.entity = look.object);

-- A source's row stays the version that it was added from: that is what the case relied on. Where the source has
-- changed it since, `newer` says so, and `entity` is what the present version is about, people and bodies first. A
-- version that can't be seen from here is no version: the answer is what it would be without it, numbers included.
CREATE OR REPLACE FUNCTION cases.look_record(object uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('visible', true, 'caption', r.source || ':' || r.source_key, 'schema', 'record',
    'sources', jsonb_build_array(r.source), 'version', content.version_told(r.source, r.source_key, r.version),
      'version_at', line.stamp(r.at),
    'newer', CASE WHEN n.version > r.version
      THEN jsonb_build_object('version', content.version_told(r.source, r.source_key, n.version), 'at',
        line.stamp(n.at), 'gone', n.gone) END,
    'entity', (SELECT cases.printed(a.source, a.entity, a.schema = 'Value') FROM content.aspect a
      WHERE a.record = n.id
        ORDER BY a.schema IN ('Person', 'Company', 'Organization', 'PublicBody', 'LegalEntity') DESC,
        a.schema = 'Value', a.id LIMIT 1))
  FROM content.record r
  CROSS JOIN LATERAL (SELECT v.id, v.version, v.at, v.gone FROM content.record v WHERE v.source = r.source
    AND v.source_key = r.source_key
    ORDER BY v.current DESC, v.version DESC LIMIT 1) n
  WHERE r.id = look_record.object);

CREATE OR REPLACE FUNCTION cases.unseen() RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('visible', false, 'caption', NULL, 'schema', NULL, 'sources', '[]'::jsonb);
