-- Judgements: two entities are the same, different, or nobody can tell yet. Each is a row of its own that is never
-- overwritten; of one pair the newest that a viewer may see counts.
-- callers: none

-- What a judgement rests on is what its author saw, so it carries the join of those rows' markings: whoever may not see
-- one of them doesn't see the judgement either, and rightly meets two entities where its author meets one. Its words
-- count too. `said` is the reason with the compared values: what it repeats of a member that either is joined with
-- (`members`, as the author sees them) and neither has itself adds that member's marking; what it repeats of a
-- crossing's values lies in the crossing and ends with it.
DROP FUNCTION IF EXISTS line.resolution_judge(line.context, uuid, uuid, text, text, real, jsonb);
DROP FUNCTION IF EXISTS line.resolution_ground(line.context, uuid, uuid);
CREATE OR REPLACE FUNCTION line.resolution_ground(ctx line.context, one uuid, other uuid, said text, members uuid[],
  OUT marking integer, OUT compartment uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE seen integer[]; rooms uuid[]; crossings uuid[] := line.derived_of(ctx.purpose, said, ARRAY[one, other]);
  words text := line.fold_reason(said);
BEGIN
  WITH shown AS MATERIALIZED (
      SELECT a.marking, a.compartment, a.entity IN (one, other) AS own, line.fold_reason(v) AS folded
      FROM content.aspect a LEFT JOIN LATERAL (SELECT x AS v FROM jsonb_each(a.properties) e,
          jsonb_array_elements_text(CASE WHEN jsonb_typeof(e.value) = 'array' THEN e.value ELSE '[]' END) x) y ON true
      WHERE (a.entity IN (one, other) OR a.entity = ANY (members)) AND a.marking IN (SELECT line.visible())
        AND (a.compartment IS NULL OR a.compartment IN (SELECT line.compartments())))
    SELECT array_agg(DISTINCT s.marking), array_agg(DISTINCT s.compartment) FILTER (WHERE s.compartment IS NOT NULL)
      INTO seen, rooms FROM shown s
      WHERE s.own OR line.carried(words, s.folded)
        AND NOT EXISTS (SELECT FROM shown o WHERE o.own AND o.folded = s.folded);
  rooms := ARRAY(SELECT DISTINCT u FROM unnest(rooms || crossings) u);
  IF cardinality(rooms) > 1 THEN
    PERFORM line.refuse(ctx, 'compartments',
      'The two, or the words on them, rest on different compartments, which no judgement may join.',
      'Judge on what lies outside them and leave their values out of the reason, or ask for a crossing.'); END IF;
  marking := line.join_markings(seen || ARRAY(SELECT c.derived FROM line.crossing c WHERE c.id = ANY (crossings)
    AND c.derived IS NOT NULL));
  compartment := rooms[1];
END $$;

-- The component over all judgements, visible or not: it says where to look and is told to nobody. At most 2,000
-- members.
CREATE OR REPLACE FUNCTION line.resolution_component(start uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE members uuid[] := ARRAY[start]; fresh uuid[] := ARRAY[start];
BEGIN
  WHILE cardinality(fresh) > 0 AND cardinality(members) < 2000 LOOP
    -- A pair holds together while any marking's newest word on it is 'same': the cluster must never be smaller than
    -- what some viewer may join.
    fresh := ARRAY(SELECT DISTINCT n.far FROM (
        SELECT DISTINCT ON (far, j.marking, j.compartment) far, j.verdict
        FROM (SELECT x.*, CASE WHEN x."left" = ANY (fresh) THEN x."right" ELSE x."left" END AS far
          FROM content.judgement x
          WHERE x."left" = ANY (fresh) OR x."right" = ANY (fresh)) j
        ORDER BY far, j.marking, j.compartment, j.at DESC, j.id) n
      WHERE n.verdict = 'same' AND n.far <> ALL (members));
    members := members || fresh;
  END LOOP;
  RETURN members;
END $$;

-- Works out again where the components of these entities lie. Kept in line.entity_cluster, which publishing asks: a
-- source's new version of a row says nothing about whom people judged it to be.
CREATE OR REPLACE FUNCTION line.resolution_recluster(ends uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE e uuid; members uuid[]; least_id uuid; done uuid[] := '{}'; touched uuid[];
BEGIN
  -- Whoever stood in a cluster with one of the ends is looked at again, since a judgement may have cut it off.
  touched := ends || ARRAY(SELECT c.entity FROM line.entity_cluster c
    WHERE c.cluster IN (SELECT x.cluster FROM line.entity_cluster x WHERE x.entity = ANY (ends)));
  FOREACH e IN ARRAY ARRAY(SELECT DISTINCT t FROM unnest(touched) t) LOOP
    CONTINUE WHEN e = ANY (done);
    members := line.resolution_component(e);
    SELECT m INTO least_id FROM unnest(members) m ORDER BY m LIMIT 1;
    DELETE FROM line.entity_cluster c WHERE c.entity = ANY (members) AND (cardinality(members) = 1
      OR c.cluster <> least_id);
    IF cardinality(members) > 1 THEN
      INSERT INTO line.entity_cluster (entity, cluster) SELECT m, least_id FROM unnest(members) m
        ON CONFLICT DO NOTHING;
    END IF;
    UPDATE content.aspect a SET cluster = least_id WHERE a.entity = ANY (members) AND a.cluster <> least_id;
    done := done || members;
  END LOOP;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.resolution_judge(ctx line.context, one uuid, other uuid, says text, why text,
  score real, parts jsonb,
  members uuid[]) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ground record; made uuid; said text;
BEGIN
  said := concat_ws(' . ', why, (SELECT string_agg(x #>> '{}', ' . ')
    FROM jsonb_path_query(resolution_judge.parts, 'strict $.**') x WHERE jsonb_typeof(x) = 'string'));
  SELECT * INTO ground FROM line.resolution_ground(ctx, one, other, said, members);
  INSERT INTO content.judgement ("left", "right", verdict, evidence, score, account, account_name, marking,
    compartment, parts, entry)
    VALUES (least(one, other), greatest(one, other), says, why, resolution_judge.score, ctx.account,
      ctx.account_name, ground.marking,
      ground.compartment, COALESCE(resolution_judge.parts, '[]'), ctx.entry) RETURNING id INTO made;
  -- Where the component lies, and which of its rows its author doesn't see, is the worker's to look at.
  PERFORM line.errand_put(ctx, 'cluster', jsonb_build_object('ends', jsonb_build_array(one, other)));
  PERFORM line.event(ctx, 'judgement', made, ctx.case_id, 'judged ' || says, NULL,
    jsonb_build_object('left', least(one, other), 'right', greatest(one, other),
      'reason', CASE WHEN NOT EXISTS (SELECT FROM line.crossing c WHERE c.id = ground.compartment) THEN why END));
  RETURN made;
END $$;

-- The errand of a judgement (the turn: line/sql/56_errands.sql), and its former shape.
DROP FUNCTION IF EXISTS line.errand_cluster(jsonb);
CREATE OR REPLACE FUNCTION line.errand_cluster(ctx line.context, said jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.resolution_recluster(ARRAY(SELECT x::uuid FROM jsonb_array_elements_text(said -> 'ends') x));
  RETURN '{"told": 0}';
END $$;

-- A source gave the key of these entities to somebody else, so what people judged of them was judged of another: every
-- judgement that joins one of them rests until somebody looks again, and its author and the cases that hold one of them
-- hear of it. Nothing of the row is told here; whoever may see it finds it under the same id.
CREATE OR REPLACE FUNCTION line.resolution_rest(given uuid[], feed_name text, who uuid, of_entry uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE j content.judgement; n integer := 0; of_case uuid; ends uuid[] := given;
BEGIN
  FOR j IN SELECT x.* FROM (SELECT DISTINCT ON (y."left", y."right", y.marking, y.compartment) y.*
    FROM content.judgement y
      WHERE y."left" = ANY (given) OR y."right" = ANY (given)
      ORDER BY y."left", y."right", y.marking, y.compartment, y.at DESC, y.id) x WHERE x.verdict = 'same' LOOP
    INSERT INTO content.judgement ("left", "right", verdict, evidence, account, account_name,
      marking, compartment, entry)
      VALUES (j."left", j."right", 'unsure',
        format('The source behind the feed %s has given the key of one of the two to somebody else,'
        ' so this was judged of another. It counts again when somebody has looked and judged.', feed_name),
        who, 'feed ' || feed_name, j.marking, j.compartment, of_entry);
    SELECT e.case_id INTO of_case FROM content.event e WHERE e.object_kind = 'judgement' AND e.object_id = j.id
      AND e.case_id IS NOT NULL LIMIT 1;
    IF of_case IS NOT NULL THEN
      INSERT INTO cases.notice (account, kind, what, case_id, object, detail) VALUES (j.account, 'source',
        format('the feed %s gave a key to somebody else: look again at what you judged', feed_name), of_case, j.id,
          jsonb_build_object('feed', feed_name));
    END IF;
    ends := ends || ARRAY[j."left", j."right"];
    n := n + 1;
  END LOOP;
  PERFORM line.resolution_recluster(ends);
  INSERT INTO cases.notice (account, kind, what, case_id, object, detail)
    SELECT DISTINCT m.account, 'source', format('the feed %s gave the key of a record in this case to somebody else',
      feed_name), i.case_id, i.object,
      jsonb_build_object('feed', feed_name, 'item', i.printed)
    FROM cases.item i JOIN cases.case_file f ON f.id = i.case_id JOIN line.case_member m
      ON m.case_id = i.case_id AND m.valid_to IS NULL
    WHERE i.object = ANY (given) AND i.removed IS NULL AND (m.capacity = 'lead' OR m.account = f.supervisor);
  RETURN n;
END $$;
