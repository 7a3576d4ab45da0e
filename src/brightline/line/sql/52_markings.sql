-- Markings are interned: a new combination makes a new integer and moves the epoch, so that every purpose's visible
-- set is compiled again before it is next used.
-- callers: none

CREATE OR REPLACE FUNCTION line.move_epoch() RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE line.state SET epoch = epoch + 1 RETURNING epoch
$$;

-- origins: [[source, authority], …]; stored sorted and distinct, caveats likewise.
CREATE OR REPLACE FUNCTION line.intern_marking(origins jsonb, category text, caveats text[], retention text)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  o jsonb := (SELECT jsonb_agg(x ORDER BY x ->> 0, x ->> 1) FROM (SELECT DISTINCT e AS x
    FROM jsonb_array_elements(origins) e) d);
  c text[] := COALESCE((SELECT array_agg(DISTINCT x ORDER BY x) FROM unnest(caveats) x), '{}');
  cat text := COALESCE(NULLIF(category, ''), 'other');
  ret text := COALESCE(retention, '');
  found integer;
BEGIN
  SELECT m.id INTO found FROM line.marking m
    WHERE m.origins = o AND m.category = cat AND m.caveats = c AND m.retention = ret;
  IF found IS NOT NULL THEN RETURN found; END IF;
  INSERT INTO line.marking (origins, category, caveats, retention) VALUES (o, cat, c, ret)
    ON CONFLICT DO NOTHING RETURNING id INTO found;
  IF found IS NULL THEN
    SELECT m.id INTO found FROM line.marking m
      WHERE m.origins = o AND m.category = cat AND m.caveats = c AND m.retention = ret;
  ELSE
    PERFORM line.move_epoch();
  END IF;
  RETURN found;
END $$;

-- The join of markings: all origins, all caveats, the most guarded category, the shortest retention.
CREATE OR REPLACE FUNCTION line.join_markings(ids integer[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.intern_marking(
  (SELECT jsonb_agg(DISTINCT e) FROM line.marking m, jsonb_array_elements(m.origins) e WHERE m.id = ANY (ids)),
  (SELECT m.category FROM line.marking m WHERE m.id = ANY (ids)
    ORDER BY array_position(line.rule_texts('category_order'), m.category) LIMIT 1),
  ARRAY(SELECT DISTINCT c FROM line.marking m, unnest(m.caveats) c WHERE m.id = ANY (ids)),
  (SELECT m.retention FROM line.marking m WHERE m.id = ANY (ids)
    ORDER BY NULLIF(substring(m.retention FROM ':(\d+)$'), '')::integer NULLS LAST, m.retention LIMIT 1));

-- What is born in a case (notes, documents, findings) has the source `case` and the case's authority. Interned when a
-- case is opened, so that later inserts meet a visible set that already holds it.
-- callers: writer
CREATE OR REPLACE FUNCTION line.case_marking(authority text) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.intern_marking(jsonb_build_array(jsonb_build_array('case', authority)), 'other', '{}', '');

-- The original marking with the caveat `crossed`, and each origin named as crossed: only a crossing's compartment ever
-- holds rows of it. An origin knows for itself that it crossed, so that what is made of a copy and of a row of one's
-- own asks each by its own rule.
CREATE OR REPLACE FUNCTION line.crossed_marking(of integer) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT line.intern_marking((SELECT jsonb_agg(jsonb_build_array(o ->> 0, o ->> 1, 'crossed'))
  FROM jsonb_array_elements(m.origins) o),
    m.category, m.caveats || 'crossed'::text, m.retention)
  FROM line.marking m WHERE m.id = of);

-- Markings in words, for hits and pages: only ids that the caller already holds rows of.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.marking_words(ids integer[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  IF cardinality(ids) = 0 THEN RETURN '[]'; END IF;
  -- Planned once for a connection: a function of one statement would be planned for each call.
  RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', m.id, 'category', m.category, 'caveats', m.caveats,
    'origins', (SELECT jsonb_agg(jsonb_build_object('source', o ->> 0, 'source_title', s.title, 'authority', o ->> 1,
        'regime', a.regime, 'reliability', s.reliability, 'sole_basis', g.sole_basis))
      FROM jsonb_array_elements(m.origins) o
      LEFT JOIN line.source s ON s.name = o ->> 0
      LEFT JOIN line.authority a ON a.code = o ->> 1
      LEFT JOIN LATERAL (SELECT x.sole_basis FROM line.agreement x WHERE x.source = s.name AND x.state = 'active'
        ORDER BY x.expires DESC LIMIT 1) g ON true)) ORDER BY m.id), '[]')
  FROM line.marking m WHERE m.id = ANY (ids) AND m.id IN (SELECT line.visible()));
END $$;

-- Visible markings whose search keys carry the marking as a prefix (`15:t:smith`).
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.scoped_markings() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.id FROM line.marking m WHERE m.scoped AND m.id IN (SELECT line.visible())
$$;

-- Which rule shows a marking to the pass in force: [{marking, rule, why}].
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.rules_for(ids integer[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass();
BEGIN
  RETURN COALESCE((SELECT jsonb_agg(jsonb_build_object('marking', v.marking, 'rule', v.rule, 'why',
    v.why) ORDER BY v.marking)
    FROM line.visible_marking v WHERE v.purpose = parts[2]::uuid AND v.marking = ANY (ids)), '[]');
END $$;
