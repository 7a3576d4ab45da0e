-- How long the log's own bodies are kept, and their end: by class of act, oldest first, under a certificate. An
-- approver sets a term, never below the law's; another one erases, so that nobody shortens and erases alone.
-- callers: none

-- Bodies of a class whose time is over, oldest first, so many at most. Holds keep the words about what they name; what
-- states no time that can be read is kept.
CREATE OR REPLACE FUNCTION line.retention_log_due(c ledger.class, most integer) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT e.entry FROM ledger.entry e
  WHERE e.act = ANY (c.acts) AND e.body IS NOT NULL AND e.at > '1971-01-01'
    AND e.at <= clock_timestamp() - make_interval(years => c.years)
    AND NOT EXISTS (SELECT FROM retention.hold h WHERE h.lifted IS NULL AND (h.object = ANY (e.shown)
      OR h.object IN (SELECT p.case_id FROM line.purpose p WHERE p.id = e.purpose)
      OR EXISTS (SELECT FROM content.aspect a WHERE a.entity = ANY (e.shown)
        AND (a.record = h.object OR a.source = h.source))))
  ORDER BY e.index LIMIT most);

CREATE OR REPLACE FUNCTION line.retention_log_class_json(c ledger.class) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('class', c.class, 'acts', to_jsonb(c.acts), 'years', c.years, 'least',
  c.least, 'source', c.source,
  'due', cardinality(line.retention_log_due(c, 5001)), 'set_by', line.accounts_name(c.set_by), 'set_at',
    line.stamp(c.set_at), 'reason', c.reason,
  'revision', line.revision(to_jsonb(c)));

-- callers: reader
CREATE OR REPLACE FUNCTION line.retention_log_classes() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('items', jsonb_agg(line.retention_log_class_json(c) ORDER BY c.class), '_count',
  count(*)) FROM ledger.class c);

CREATE OR REPLACE FUNCTION line.retention_log_class(ctx line.context, p jsonb) RETURNS ledger.class
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c ledger.class;
BEGIN
  SELECT * INTO c FROM ledger.class x WHERE x.class = line.text(p, 'class', 100) FOR UPDATE;
  IF c.class IS NULL THEN
    PERFORM line.bad('class', 'is no class of the log', 'Use one of: ' || (SELECT string_agg(x.class, ', '
      ORDER BY x.class) FROM ledger.class x) || '.');
  END IF;
  RETURN c;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.retention_log_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT to_jsonb(line.retention_log_class(ctx, p)) $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.retention_log_term(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c ledger.class := line.retention_log_class(ctx, p); wanted integer := line.int(p, 'years', 0);
why text := line.retention_reason(ctx, p);
BEGIN
  IF wanted < c.least OR wanted > 100 THEN
    PERFORM line.bad('years', format('must be %s to 100', c.least), format('%s asks for no less.', c.source));
  END IF;
  UPDATE ledger.class x SET years = wanted, set_by = ctx.account, set_at = ctx.at, reason = why
    WHERE x.class = c.class RETURNING * INTO c;
  RETURN line.retention_log_class_json(c);
END $$;

-- The certificate names each entry; the sequencer destroys the bodies when it comes to it. The log still verifies.
-- callers: writer
CREATE OR REPLACE FUNCTION line.retention_log_erase(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c ledger.class := line.retention_log_class(ctx, p); why text := line.retention_reason(ctx, p);
  cert uuid := gen_random_uuid(); own line.context := ctx; found uuid[];
BEGIN
  IF c.set_by = ctx.account THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'Who set the term can''t erase by it.', 'Another approver has to.');
  END IF;
  PERFORM line.decider(ctx, ARRAY[c.set_by]);
  found := line.retention_log_due(c, 5001);
  IF cardinality(found) = 0 THEN
    PERFORM line.conflict(ctx, 'nothing_due', 'Nothing of this class is past its term.', ''); END IF;
  own.act := 'purge'; own.name := 'log_certificate';
  own.params := jsonb_build_object('class', c.class, 'years', c.years);
  PERFORM line.emit(cert,
    line.head(own, 'ok', jsonb_build_object('counts', jsonb_build_object('bodies', LEAST(cardinality(found), 5000)))),
    line.body(own, jsonb_build_object('entries', to_jsonb(found[1:5000]), 'reach', 'log', 'reason', why)), true, false);
  RETURN jsonb_build_object('class', c.class, 'years', c.years, 'certificate', cert, 'bodies',
    LEAST(cardinality(found), 5000),
    'more', cardinality(found) > 5000, '_count', LEAST(cardinality(found), 5000));
END $$;
