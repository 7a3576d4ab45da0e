-- Errands: what a command would have to do about rows that its caller doesn't see. How much a statement writes can be measured
-- by whoever runs it (EXPLAIN (ANALYZE, WAL) can't be taken away), so a command that looks at hidden rows writes the same
-- whatever it finds: one row of one size. The worker looks, and tells whom it concerns. Each errand makes one entry, with or
-- without somebody told, since the size of the log is published.

CREATE OR REPLACE FUNCTION line.errand_put(ctx line.context, sort text, said jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE body text := ((to_jsonb(ctx) - ARRAY['params', 'leaf', 'roles', 'at']) || jsonb_build_object('said', said))::text;
BEGIN
  -- Spaces to a whole number of half kilobytes: what is asked may be long, and its length is the asker's own.
  INSERT INTO line.errand (kind, body) VALUES (sort, body || repeat(' ', 511 - (length(body) + 511) % 512));
END $$;
ALTER FUNCTION line.errand_put(line.context, text, jsonb) OWNER TO brightline_line;

-- The worker's turn: the oldest errand that is due, in a transaction of its own. False: nothing is due. One that fails stays
-- and is tried again, each time after a longer pause; an error of one holds up no other.
CREATE OR REPLACE FUNCTION line.errand_turn() RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE e line.errand; ctx line.context; said jsonb; counts jsonb;
BEGIN
  -- What is compared is indexed first: what was taken in before a check is there when it is answered.
  IF line.match_turn() THEN RETURN true; END IF;
  SELECT * INTO e FROM line.errand x WHERE x.due <= clock_timestamp() ORDER BY x.due, x.id LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF e.id IS NULL THEN RETURN false; END IF;
  ctx := jsonb_populate_record(NULL::line.context, e.body::jsonb); said := e.body::jsonb -> 'said'; ctx.at := e.at;
  BEGIN
    counts := line.errand_run(ctx, btrim(e.kind), said);
    DELETE FROM line.errand x WHERE x.id = e.id;
  EXCEPTION WHEN OTHERS THEN
    UPDATE line.errand x SET tried = x.tried + 1, due = clock_timestamp() + make_interval(secs => LEAST(power(2, x.tried), 3600)) WHERE x.id = e.id;
    RETURN true;
  END;
  ctx.name := 'errand_' || btrim(e.kind); ctx.params := '{}';
  PERFORM line.emit(gen_random_uuid(), line.head(ctx, 'ok', jsonb_build_object('of', ctx.entry, 'counts', counts)), line.body(ctx, '{}'), true, false);
  RETURN true;
END $$;
ALTER FUNCTION line.errand_turn() OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.errand_run(ctx line.context, sort text, said jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE sort WHEN 'deconflict' THEN line.errand_deconflict(ctx, said) WHEN 'items' THEN line.errand_items(ctx, said)
    WHEN 'glass' THEN line.errand_glass(ctx, said) WHEN 'crossing' THEN line.errand_crossing(ctx, said)
    WHEN 'restrict' THEN line.errand_restrict(ctx, said) WHEN 'cluster' THEN line.errand_cluster(said) END;
END $$;
ALTER FUNCTION line.errand_run(line.context, text, jsonb) OWNER TO brightline_line;

-- ------------------------------------------------------------------------------ deconfliction (rule 34)

-- Both sides hear, each what line.cases_told lets it hear of the other; the asker not again of what the check itself has answered.
CREATE OR REPLACE FUNCTION line.errand_deconflict(ctx line.context, said jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  own cases.case_file; sort text := said ->> 'kind'; f cases.case_file; n integer := 0; heard jsonb := '[]'; side jsonb;
  first_day date := (said ->> 'from')::date; last_day date := (said ->> 'to')::date;
BEGIN
  SELECT * INTO own FROM cases.case_file x WHERE x.id = (said ->> 'case')::uuid;
  FOR f IN SELECT * FROM line.deconflict_matches(own, said -> 'wanted', first_day, last_day) LOOP
    IF NOT own.restricted AND line.cases_told(f.regime, own.regime) THEN
      PERFORM line.event(ctx, 'deconfliction', f.id, f.id, 'another unit asked about the same ' || sort, NULL, line.cases_side(own, sort));
      PERFORM line.cases_tell_side(ctx, f.id, own, sort);
      n := n + 1;
    END IF;
    IF line.cases_told(own.regime, f.regime) THEN heard := heard || jsonb_build_array(line.cases_side(f, sort)); END IF;
  END LOOP;
  IF sort = 'event' THEN
    FOR side IN SELECT * FROM line.deconflict_operations(own, said ->> 'place', first_day, last_day) LOOP
      IF NOT own.restricted AND line.cases_told(side ->> 'regime', own.regime) THEN
        PERFORM line.notice_fold((side ->> 'who')::uuid, 'deconfliction', 'another unit plans something at a place and time of your operation',
          COALESCE((side ->> 'of_case')::uuid, own.id), line.cases_side(own, sort));
        n := n + 1;
      END IF;
      IF line.cases_told(own.regime, side ->> 'regime') THEN heard := heard || jsonb_build_array(side - 'regime' - 'who' - 'of_case'); END IF;
    END LOOP;
    -- From now on whoever plans something there then hears of this one.
    DELETE FROM cases.match_key k WHERE k.case_id = own.id AND k.part = 'event' AND k.starts = first_day AND k.ends = last_day
      AND k.hash IN (SELECT line.match_hash('event', x) FROM unnest(line.place_keys(said ->> 'place', false)) x);
    INSERT INTO cases.match_key (case_id, part, kind, hash, entity, starts, ends)
      SELECT own.id, 'event', 'event', line.match_hash('event', x), own.id, first_day, last_day FROM unnest(line.place_keys(said ->> 'place', false)) x;
  END IF;
  FOR side IN SELECT DISTINCT x FROM jsonb_array_elements(heard) x WHERE NOT COALESCE(said -> 'told', '[]') @> jsonb_build_array(x) LOOP
    PERFORM line.event(ctx, 'deconfliction', own.id, own.id, 'heard of the same ' || sort, NULL, side);
    PERFORM line.notice_fold(ctx.account, 'deconfliction', format('your check of %s %s: %s, ask %s', CASE WHEN sort ~ '^[aeiou]' THEN 'an' ELSE 'a' END, sort,
      COALESCE(side ->> 'unit_title', side ->> 'unit'), side ->> 'contact'), own.id, side);
  END LOOP;
  RETURN jsonb_build_object('told', n, 'heard', jsonb_array_length(heard));
END $$;
ALTER FUNCTION line.errand_deconflict(line.context, jsonb) OWNER TO brightline_line;

-- Another case holds what this one has just taken in: it hears, as an event of its own and by a notice.
CREATE OR REPLACE FUNCTION line.errand_items(ctx line.context, said jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own cases.case_file; objects uuid[] := ARRAY(SELECT x::uuid FROM jsonb_array_elements_text(said -> 'objects') x); h record; n integer := 0;
BEGIN
  SELECT * INTO own FROM cases.case_file x WHERE x.id = (said ->> 'case')::uuid;
  IF own.restricted THEN RETURN jsonb_build_object('told', 0); END IF;
  FOR h IN SELECT DISTINCT ON (f.id, i.object) f.id, i.object, i.kind, i.printed FROM cases.item i JOIN cases.case_file f ON f.id = i.case_id
      WHERE i.object = ANY (objects) AND i.case_id <> own.id AND i.removed IS NULL
        AND f.state IN ('open', 'suspended', 'closure_requested') AND line.cases_told(f.regime, own.regime) LOOP
    PERFORM line.event(ctx, 'deconfliction', h.object, h.id, 'another unit holds the same ' || h.kind, NULL, jsonb_build_object('id', h.printed,
      'unit', own.unit, 'unit_title', line.accounts_unit_title(own.unit), 'contact', line.accounts_title(own.lead)));
    n := n + 1;
  END LOOP;
  PERFORM line.cases_tell_side(ctx, d.id, own, d.kind) FROM (SELECT DISTINCT f.id, i.kind FROM cases.item i JOIN cases.case_file f ON f.id = i.case_id
    WHERE i.object = ANY (objects) AND i.case_id <> own.id AND i.removed IS NULL
      AND f.state IN ('open', 'suspended', 'closure_requested') AND line.cases_told(f.regime, own.regime)) d;
  RETURN jsonb_build_object('told', n);
END $$;
ALTER FUNCTION line.errand_items(line.context, jsonb) OWNER TO brightline_line;

-- --------------------------------------------------------------------------------------- glass, crossings

-- Which case it is, if there is one, and who decides about it: an absent one and another regime's wait for nobody.
CREATE OR REPLACE FUNCTION line.errand_glass(ctx line.context, said jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE b line.glass; of_case uuid; n integer := 0;
BEGIN
  SELECT * INTO b FROM line.glass x WHERE x.id = (said ->> 'glass')::uuid FOR UPDATE;
  of_case := line.accounts_glass_case(ctx, b.asked_for);
  IF of_case IS NULL OR b.case_id IS NOT NULL OR line.accounts_glass_state(b) <> 'asked' THEN RETURN jsonb_build_object('told', 0); END IF;
  UPDATE line.glass x SET case_id = of_case WHERE x.id = b.id;
  PERFORM line.account_tell(w.account, 'glass', format('%s asks to break the glass of %s', ctx.account_name, b.asked_for))
    FROM (SELECT DISTINCT g.account FROM line.role_grant g JOIN line.case_ref r ON r.case_id = of_case
      WHERE line.accounts_live(g) AND g.account <> ctx.account
        AND (g.role = 'approver' OR g.role = 'supervisor' AND g.unit = r.unit AND (NOT r.restricted OR r.supervisor = g.account))) w;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN jsonb_build_object('told', n);
END $$;
ALTER FUNCTION line.errand_glass(line.context, jsonb) OWNER TO brightline_line;

-- Which rows a pointer stood for, and whom the custodians of the rows bring into the two sides, as it was at the request (rule 35).
CREATE OR REPLACE FUNCTION line.errand_crossing(ctx line.context, said jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer; asked line.crossing; mute text[];
BEGIN
  SELECT * INTO asked FROM line.crossing x WHERE x.id = (said ->> 'crossing')::uuid FOR UPDATE;
  PERFORM line.crossing_resolve(asked);
  mute := line.crossing_mute(asked);
  -- Told to those who can give somebody the role, and not to whoever asked: it would say whose rows these are.
  IF mute <> '{}' THEN PERFORM line.account_tell(h, 'nobody', format('%s waits for %s, where nobody could speak for it: give somebody the role of supervisor or steward there', asked.number, array_to_string(mute, ', ')))
    FROM (SELECT line.holders('admin', NULL) AS h UNION SELECT line.holders('overseer', NULL)) x WHERE h <> asked.requester; END IF;
  INSERT INTO line.crossing_party (crossing, account) SELECT c.id, u FROM line.crossing c, unnest(line.crossing_chain(c.id, c.beneficiary, c.requester)) u
    WHERE c.id = (said ->> 'crossing')::uuid ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN line.crossing_counts((said ->> 'crossing')::uuid) || jsonb_build_object('parties', n);
END $$;
ALTER FUNCTION line.errand_crossing(line.context, jsonb) OWNER TO brightline_line;
