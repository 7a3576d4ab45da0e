-- Flags of the misuse detectors as overseers see and judge them, and the lists that detectors compare with.
-- callers: writer

-- With how often it was judged: two inquiries one after the other leave the same state.
-- callers: none
CREATE OR REPLACE FUNCTION line.oversight_flag_doc(f oversight.flag) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN to_jsonb(f) || jsonb_build_object('verdicts', (SELECT count(*)
  FROM oversight.flag_verdict v WHERE v.flag = f.id));

CREATE OR REPLACE FUNCTION line.oversight_flag_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE f oversight.flag; wanted uuid := line.uuid(p, 'flag');
BEGIN
  SELECT * INTO f FROM oversight.flag x WHERE x.id = wanted FOR UPDATE;
  RETURN CASE WHEN f.id IS NOT NULL THEN line.oversight_flag_doc(f) END;
END $$;

-- callers: none
CREATE OR REPLACE FUNCTION line.oversight_flag_json(f oversight.flag) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('flag', f.id, 'kind', f.kind, 'state', f.state, 'account', line.accounts_name(f.account),
  'account_title', line.accounts_title(f.account),
  'purpose', (SELECT p.key FROM line.purpose p WHERE p.id = f.purpose), 'whom', line.accounts_name(f.whom),
    'whom_title', line.accounts_title(f.whom), 'list', f.of_list,
  'at', line.stamp(f.at), 'found', line.stamp(f.found), 'entries', cardinality(f.evidence), 'figures',
    f.figures, 'version', f.version,
  'remarks', (SELECT v.remarks FROM oversight.flag_verdict v WHERE v.flag = f.id ORDER BY v.at DESC LIMIT 1),
  'revision', line.revision(line.oversight_flag_doc(f)));

-- callers: reader
CREATE OR REPLACE FUNCTION line.oversight_flags(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  in_state text := line.text(p, 'state', 20); of_kind text := line.text(p, 'kind', 20);
  named text := line.text(p, 'account', 200); who uuid; since timestamptz := line.time(p, 'from');
  until timestamptz := line.time(p, 'to'); most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := LEAST(GREATEST(line.int(p, 'offset', 0), 0), 10000);
BEGIN
  IF NOT in_state = ANY (ARRAY['open', 'inquiry', 'founded', 'unfounded']) THEN
    PERFORM line.bad('state', 'is unknown', 'open, inquiry, founded or unfounded.'); END IF;
  IF named IS NOT NULL THEN
    who := line.ledger_account(named);
    IF who IS NULL THEN PERFORM line.bad('account', 'is unknown', 'Name an account, its id or its pseudonym.'); END IF;
  END IF;
  RETURN (WITH fit AS (SELECT * FROM oversight.flag f WHERE (in_state IS NULL OR f.state = in_state)
    AND (of_kind IS NULL OR f.kind = of_kind) AND (who IS NULL OR f.account = who)
      AND (since IS NULL OR f.at >= since) AND (until IS NULL OR f.at < until))
    SELECT jsonb_build_object('items', (SELECT COALESCE(jsonb_agg(line.oversight_flag_json(x)
      ORDER BY x.state = 'open' DESC, x.state = 'inquiry' DESC, x.at DESC, x.id), '[]')
        FROM (SELECT * FROM fit y ORDER BY y.state = 'open' DESC, y.state = 'inquiry' DESC, y.at DESC, y.id
          LIMIT most OFFSET skip) x),
      'total', (SELECT count(*) FROM fit), 'open', (SELECT count(*) FROM oversight.flag f WHERE f.state = 'open'),
      'read_to', (SELECT s.position FROM oversight.misuse_state s), 'behind', (SELECT l.size - s.position
        FROM ledger.state l, oversight.misuse_state s), '_count', (SELECT count(*) FROM fit)));
END $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.oversight_flag(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE f oversight.flag; wanted uuid := line.uuid(p, 'flag');
BEGIN
  SELECT * INTO f FROM oversight.flag x WHERE x.id = wanted;
  IF f.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN line.oversight_flag_json(f) || jsonb_build_object(
    'evidence', (SELECT COALESCE(jsonb_agg(jsonb_build_object('entry', e.entry, 'index', e.index, 'at',
      line.stamp(e.at), 'act', e.act, 'name', e.name, 'outcome', e.outcome,
        'unit', e.unit, 'regime', e.regime, 'account', line.accounts_name(e.account), 'purpose', (SELECT u.key
          FROM line.purpose u WHERE u.id = e.purpose),
        'reason', (SELECT i.reason FROM line.inquiry i WHERE i.id = e.inquiry)) ORDER BY e.index), '[]')
          FROM ledger.entry e WHERE e.entry = ANY (f.evidence)),
    'verdicts', (SELECT COALESCE(jsonb_agg(jsonb_build_object('verdict', v.verdict, 'remarks', v.remarks, 'by',
      line.accounts_title(v.account), 'at', line.stamp(v.at)) ORDER BY v.at), '[]')
      FROM oversight.flag_verdict v WHERE v.flag = f.id), '_count', cardinality(f.evidence));
END $$;

-- An overseer's verdict. `inquiry` leaves it open for another; founded and unfounded stay. Nobody judges a flag on
-- himself.
CREATE OR REPLACE FUNCTION line.oversight_flag_judge(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE f oversight.flag; wanted uuid := line.uuid(p, 'flag'); said text := lower(line.need(p, 'verdict', 20));
words text := COALESCE(line.text(p, 'remarks', 4000), '');
BEGIN
  SELECT * INTO f FROM oversight.flag x WHERE x.id = wanted FOR UPDATE;
  IF f.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF NOT said = ANY (ARRAY['founded', 'unfounded', 'inquiry']) THEN
    PERFORM line.bad('verdict', 'is unknown', 'founded, unfounded or inquiry.'); END IF;
  IF length(words) < 20 THEN
    PERFORM line.bad('remarks', 'have fewer than 20 characters', 'Say what you looked at and what you found.'); END IF;
  IF f.account = ctx.account THEN PERFORM line.refuse(ctx, 'own', 'Nobody judges a flag on himself.',
    'Another overseer has to.'); END IF;
  IF f.state IN ('founded', 'unfounded') THEN
    PERFORM line.conflict(ctx, 'state', format('This flag was judged %s.', f.state),
    'A verdict stays; what is found later is a flag of its own.'); END IF;
  INSERT INTO oversight.flag_verdict (flag, verdict, remarks, account, entry)
    VALUES (f.id, said, words, ctx.account, ctx.entry);
  UPDATE oversight.flag x SET state = said WHERE x.id = f.id;
  RETURN line.oversight_flag(ctx, p) || jsonb_build_object('_count', jsonb_build_object('verdict',
    said, 'kind', f.kind));
END $$;

-- What the detectors compare with: how many, never whom.
-- callers: reader
CREATE OR REPLACE FUNCTION line.oversight_lists() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('list', g.list, 'account', line.accounts_name(g.account), 'title',
  g.title, 'people', g.n, 'by', line.accounts_title(g.by),
    'at', line.stamp(g.made)) ORDER BY g.list, g.title, g.account), '[]')
  FROM (SELECT w.list, CASE WHEN w.list <> 'account' THEN w.account
    END AS account, w.title, count(*) AS n, max(w.made) AS made,
      (array_agg(w.by ORDER BY w.made DESC))[1] AS by FROM oversight.watched w GROUP BY 1, 2, 3) g);

-- Puts one list in the place of the former of its kind, account and title. The words come packed, so that the log keeps
-- their hash alone, and are kept as keyed hashes.
CREATE OR REPLACE FUNCTION line.oversight_list_put(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_list text := lower(line.need(p, 'list', 20)); called text := COALESCE(line.text(p, 'title', 200), '');
  named text := line.text(p, 'account', 200); who uuid;
  given jsonb; one jsonb;
BEGIN
  IF NOT of_list = ANY (ARRAY['own', 'household', 'press', 'officials']) THEN
    PERFORM line.bad('list', 'is unknown', 'own, household, press or officials.'); END IF;
  IF of_list IN ('own', 'household') THEN
    who := line.ledger_account(COALESCE(named, ''));
    IF who IS NULL THEN PERFORM line.bad('account', 'is missing or unknown',
      'Say whose names or household these are.'); END IF;
  ELSIF named IS NOT NULL THEN PERFORM line.bad('account', 'belongs to own and household alone', 'Leave it out.');
  ELSIF called = '' THEN PERFORM line.bad('title', 'is missing',
    'Name the list, such as Accredited press 2026.'); END IF;
  BEGIN
    given := convert_from(decode(line.need(p, 'content_base64', 4000000), 'base64'), 'UTF8')::jsonb;
  EXCEPTION WHEN data_exception OR invalid_text_representation THEN given := NULL;
  END;
  IF jsonb_typeof(given) IS DISTINCT FROM 'array' OR jsonb_array_length(given) > 5000
    OR EXISTS (SELECT FROM jsonb_array_elements(given) g
      WHERE jsonb_typeof(g -> 'parts') IS DISTINCT FROM 'array'
        OR jsonb_typeof(g -> 'identifiers') IS DISTINCT FROM 'array') THEN
    PERFORM line.bad('content_base64', 'holds no list of at most 5,000 people',
      'Send it through the API or brightline review list.'); END IF;
  DELETE FROM oversight.watched w WHERE w.list = of_list AND w.account IS NOT DISTINCT FROM who AND w.title = called;
  FOR one IN SELECT g FROM jsonb_array_elements(given) g LOOP
    PERFORM line.misuse_watch(of_list, who, one -> 'parts', one -> 'identifiers', called, NULL, ctx.account, ctx.entry);
  END LOOP;
  RETURN jsonb_build_object('list', of_list, 'account', line.accounts_name(who), 'title', called, 'people',
    jsonb_array_length(given), '_count', jsonb_array_length(given));
END $$;
