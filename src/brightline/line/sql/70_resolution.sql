-- Judgements: two entities are the same, different, or nobody can tell yet. Each is a row of its own that is never
-- overwritten; of one pair the newest that a viewer may see counts.

-- What a judgement rests on is what its author saw, so it carries the join of those rows' markings: whoever may not see
-- one of them doesn't see the judgement either, and rightly meets two entities where its author meets one.
CREATE OR REPLACE FUNCTION line.resolution_ground(ctx line.context, one uuid, other uuid, OUT marking integer, OUT compartment uuid)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE seen integer[]; rooms uuid[];
BEGIN
  SELECT array_agg(DISTINCT a.marking), array_agg(DISTINCT a.compartment) FILTER (WHERE a.compartment IS NOT NULL)
    INTO seen, rooms FROM content.aspect a
    WHERE a.entity IN (one, other) AND a.marking IN (SELECT line.visible())
      AND (a.compartment IS NULL OR a.compartment IN (SELECT line.compartments()));
  IF cardinality(rooms) > 1 THEN
    PERFORM line.refuse(ctx, 'compartments', 'The two rest on different compartments, which no judgement may join.',
      'Judge on what lies outside them, or ask for a crossing.'); END IF;
  marking := line.join_markings(seen);
  compartment := rooms[1];
END $$;
ALTER FUNCTION line.resolution_ground(line.context, uuid, uuid) OWNER TO brightline_line;

-- The component over all judgements, visible or not: it says where to look and is told to nobody. At most 2,000 members.
CREATE OR REPLACE FUNCTION line.resolution_component(start uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE members uuid[] := ARRAY[start]; fresh uuid[] := ARRAY[start];
BEGIN
  WHILE cardinality(fresh) > 0 AND cardinality(members) < 2000 LOOP
    -- A pair holds together while any marking's newest word on it is 'same': the cluster must never be smaller than
    -- what some viewer may join.
    fresh := ARRAY(SELECT DISTINCT n.far FROM (
        SELECT DISTINCT ON (far, j.marking, j.compartment) far, j.verdict
        FROM (SELECT x.*, CASE WHEN x."left" = ANY (fresh) THEN x."right" ELSE x."left" END AS far FROM content.judgement x
          WHERE x."left" = ANY (fresh) OR x."right" = ANY (fresh)) j
        ORDER BY far, j.marking, j.compartment, j.at DESC, j.id) n
      WHERE n.verdict = 'same' AND n.far <> ALL (members));
    members := members || fresh;
  END LOOP;
  RETURN members;
END $$;
ALTER FUNCTION line.resolution_component(uuid) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.resolution_recluster(ends uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE e uuid; members uuid[]; least_id uuid; done uuid[] := '{}'; touched uuid[];
BEGIN
  -- Whoever stood in a cluster with one of the ends is looked at again, since a judgement may have cut it off.
  touched := ARRAY(SELECT DISTINCT a.entity FROM content.aspect a WHERE a.entity = ANY (ends)
      OR (a.cluster <> a.entity AND a.cluster IN (SELECT x.cluster FROM content.aspect x WHERE x.entity = ANY (ends)))
    UNION SELECT DISTINCT x.cluster FROM content.aspect x WHERE x.entity = ANY (ends));
  FOREACH e IN ARRAY touched LOOP
    CONTINUE WHEN e = ANY (done);
    members := line.resolution_component(e);
    SELECT m INTO least_id FROM unnest(members) m ORDER BY m LIMIT 1;
    UPDATE content.aspect a SET cluster = least_id WHERE a.entity = ANY (members) AND a.cluster <> least_id;
    done := done || members;
  END LOOP;
END $$;
ALTER FUNCTION line.resolution_recluster(uuid[]) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.resolution_judge(ctx line.context, one uuid, other uuid, says text, why text, score real, parts jsonb)
RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ground record; made uuid;
BEGIN
  SELECT * INTO ground FROM line.resolution_ground(ctx, one, other);
  INSERT INTO content.judgement ("left", "right", verdict, evidence, score, account, account_name, marking, compartment, parts, entry)
    VALUES (least(one, other), greatest(one, other), says, why, resolution_judge.score, ctx.account, ctx.account_name, ground.marking,
      ground.compartment, COALESCE(resolution_judge.parts, '[]'), ctx.entry) RETURNING id INTO made;
  PERFORM line.resolution_recluster(ARRAY[one, other]);
  PERFORM line.event(ctx, 'judgement', made, ctx.case_id, 'judged ' || says, NULL,
    jsonb_build_object('left', least(one, other), 'right', greatest(one, other),
      'reason', CASE WHEN NOT EXISTS (SELECT FROM line.crossing c WHERE c.id = ground.compartment) THEN why END));
  RETURN made;
END $$;
ALTER FUNCTION line.resolution_judge(line.context, uuid, uuid, text, text, real, jsonb) OWNER TO brightline_line;
