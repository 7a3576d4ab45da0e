-- The errands of deconfliction (rule 34; the turn: line/sql/56_errands.sql).
-- callers: none

-- Both sides hear, each what line.cases_told lets it hear of the other; the asker not again of what the check itself
-- has answered.
CREATE OR REPLACE FUNCTION line.errand_deconflict(ctx line.context, said jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  own cases.case_file; sort text := said ->> 'kind'; f cases.case_file; n integer := 0; heard jsonb := '[]'; side jsonb;
  first_day date := (said ->> 'from')::date; last_day date := (said ->> 'to')::date;
BEGIN
  SELECT * INTO own FROM cases.case_file x WHERE x.id = (said ->> 'case')::uuid;
  FOR f IN SELECT * FROM line.deconflict_matches(own, said -> 'wanted', first_day, last_day) LOOP
    IF NOT own.restricted AND line.cases_told(f.regime, own.regime) THEN
      PERFORM line.event(ctx, 'deconfliction', f.id, f.id, 'another unit asked about the same ' || sort, NULL,
        line.cases_side(own, sort));
      PERFORM line.cases_tell_side(ctx, f.id, own, sort);
      n := n + 1;
    END IF;
    IF line.cases_told(own.regime, f.regime) THEN heard := heard || jsonb_build_array(line.cases_side(f, sort)); END IF;
  END LOOP;
  IF sort = 'event' THEN
    FOR side IN SELECT * FROM line.deconflict_operations(own, said ->> 'place', first_day, last_day) LOOP
      IF NOT own.restricted AND line.cases_told(side ->> 'regime', own.regime) THEN
        PERFORM line.notice_fold((side ->> 'who')::uuid, 'deconfliction',
          'another unit plans something at a place and time of your operation',
          COALESCE((side ->> 'of_case')::uuid, own.id), line.cases_side(own, sort));
        n := n + 1;
      END IF;
      IF line.cases_told(own.regime, side ->> 'regime')
        THEN heard := heard || jsonb_build_array(side - 'regime' - 'who' - 'of_case'); END IF;
    END LOOP;
    -- From now on whoever plans something there then hears of this one.
    DELETE FROM cases.match_key k WHERE k.case_id = own.id AND k.part = 'event'
      AND k.starts = first_day AND k.ends = last_day
      AND k.hash IN (SELECT line.match_hash('event', x) FROM unnest(line.place_keys(said ->> 'place', false)) x);
    INSERT INTO cases.match_key (case_id, part, kind, hash, entity, starts, ends)
      SELECT own.id, 'event', 'event', line.match_hash('event', x), own.id, first_day, last_day
        FROM unnest(line.place_keys(said ->> 'place', false)) x;
  END IF;
  FOR side IN SELECT DISTINCT x FROM jsonb_array_elements(heard) x
    WHERE NOT COALESCE(said -> 'told', '[]') @> jsonb_build_array(x) LOOP
    PERFORM line.event(ctx, 'deconfliction', own.id, own.id, 'heard of the same ' || sort, NULL, side);
    PERFORM line.notice_fold(ctx.account, 'deconfliction', format('your check of %s %s: %s, ask %s', CASE
      WHEN sort ~ '^[aeiou]' THEN 'an' ELSE 'a' END, sort,
      COALESCE(side ->> 'unit_title', side ->> 'unit'), side ->> 'contact'), own.id, side);
  END LOOP;
  RETURN jsonb_build_object('told', n, 'heard', jsonb_array_length(heard));
END $$;

-- Another case holds what this one has just taken in: it hears, as an event of its own and by a notice.
CREATE OR REPLACE FUNCTION line.errand_items(ctx line.context, said jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own cases.case_file; objects uuid[] := ARRAY(SELECT x::uuid FROM jsonb_array_elements_text(said -> 'objects')
  x); h record; n integer := 0;
BEGIN
  SELECT * INTO own FROM cases.case_file x WHERE x.id = (said ->> 'case')::uuid;
  IF own.restricted THEN RETURN jsonb_build_object('told', 0); END IF;
  FOR h IN SELECT DISTINCT ON (f.id, i.object) f.id, i.object, i.kind, i.printed FROM cases.item i
    JOIN cases.case_file f ON f.id = i.case_id
      WHERE i.object = ANY (objects) AND i.case_id <> own.id AND i.removed IS NULL
        AND f.state IN ('open', 'suspended', 'closure_requested') AND line.cases_told(f.regime, own.regime) LOOP
    PERFORM line.event(ctx, 'deconfliction', h.object, h.id, 'another unit holds the same ' || h.kind, NULL,
      jsonb_build_object('id', h.printed,
      'unit', own.unit, 'unit_title', line.accounts_unit_title(own.unit), 'contact', line.accounts_title(own.lead)));
    n := n + 1;
  END LOOP;
  PERFORM line.cases_tell_side(ctx, d.id, own, d.kind) FROM (SELECT DISTINCT f.id, i.kind FROM cases.item i
    JOIN cases.case_file f ON f.id = i.case_id
    WHERE i.object = ANY (objects) AND i.case_id <> own.id AND i.removed IS NULL
      AND f.state IN ('open', 'suspended', 'closure_requested') AND line.cases_told(f.regime, own.regime)) d;
  RETURN jsonb_build_object('told', n);
END $$;
