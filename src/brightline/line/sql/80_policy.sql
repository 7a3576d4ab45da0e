-- The compiler's two doors (role brightline_policy): the facts of one purpose out, its visible set in.
-- callers: policy

-- json, not jsonb: the facts are read once, outside the database; jsonb would be built only to be written out as text.
-- Its earlier name, which answered jsonb: an older release that is put back makes that again, and this one stays out of
-- its way.
DROP FUNCTION IF EXISTS line.policy_facts(uuid);
CREATE OR REPLACE FUNCTION line.policy_read(wanted uuid) RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN json_build_object(
  'today', CURRENT_DATE,
  'epoch', (SELECT s.epoch FROM line.state s),
  'rulebook', (SELECT s.rulebook FROM line.state s),
  'purpose', (SELECT json_build_object('id', p.id, 'kind', p.kind, 'unit', p.unit, 'role', p.role,
      'authority', p.authority, 'regime', a.regime, 'expires', p.expires,
      'clearances', p.clearances || ARRAY(SELECT DISTINCT c.caveat FROM line.clearance c
        WHERE c.case_id = p.case_id AND c.state = 'approved' AND c.expires >= CURRENT_DATE),
      'clearance_ends', (SELECT COALESCE(json_object_agg(e.caveat, e.last), '{}')
        FROM (SELECT c.caveat, max(c.expires) AS last
        FROM line.clearance c WHERE c.case_id = p.case_id AND c.state = 'approved' AND NOT c.caveat = ANY (p.clearances)
        GROUP BY c.caveat) e),
      -- What a crossing's court order or statutory form opens, for its copies alone, until its last day.
      'instruments', (SELECT COALESCE(json_object_agg(e.caveat, e.last), '{}') FROM (SELECT v AS caveat,
          max((x.expires AT TIME ZONE 'UTC')::date - 1) AS last
        FROM line.crossing x, unnest(x.covers) v WHERE x.beneficiary = p.id AND x.state = 'approved'
          AND x.expires > clock_timestamp()
        GROUP BY v) e))
    FROM line.purpose p JOIN line.authority a ON a.code = p.authority WHERE p.id = wanted),
  'sources', (SELECT COALESCE(json_object_agg(s.name, json_build_object('state', s.state, 'custodian', s.custodian_unit,
      'authority', s.authority,
      'agreements', (SELECT COALESCE(json_agg(json_build_object('id', g.id, 'regimes', g.regimes, 'units', g.units,
          'pointer_tier', g.pointer_tier, 'valid_from', g.valid_from, 'expires', g.expires) ORDER BY g.id), '[]')
        FROM line.agreement g WHERE g.source = s.name AND g.state = 'active'),
      'assessments', (SELECT COALESCE(json_agg(json_build_object('id', x.id, 'approved', x.approved,
        'expires', x.expires)), '[]')
        FROM line.assessment x WHERE x.source = s.name))), '{}') FROM line.source s),
  'authorities', (SELECT json_object_agg(a.code, a.regime) FROM line.authority a),
  'markings', (SELECT COALESCE(json_agg(json_build_object('id', m.id, 'origins', m.origins, 'category', m.category,
      'caveats', m.caveats) ORDER BY m.id), '[]') FROM line.marking m));

-- rows: [{marking, rule, why}]; pointers: [{marking, tier, regime, custodian}]. False when the epoch moved meanwhile.
-- The line judges for itself which markings are open (79_visible.sql): a set that says otherwise, by one more or one
-- fewer, isn't stored, and the attempt is an entry that nothing takes back. A set that is stored is an entry with its
-- hash and the rulebook's.
CREATE OR REPLACE FUNCTION line.policy_store(wanted uuid, of_epoch bigint, until timestamptz,
  rows jsonb, pointers jsonb)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET "TimeZone" = 'UTC' AS $$
DECLARE ctx line.context; d record; named text; book bytea; hash bytea := line.visible_hash(rows, pointers);
id uuid := gen_random_uuid();
BEGIN
  SELECT p.key INTO named FROM line.purpose p WHERE p.id = wanted FOR UPDATE;
  -- A transaction that began yesterday would be judged by yesterday's agreements.
  IF NOT FOUND OR CURRENT_DATE <> clock_timestamp()::date THEN RETURN false; END IF;
  SELECT * INTO d FROM line.visible_differs(wanted, rows, pointers);
  IF of_epoch IS DISTINCT FROM d.epoch THEN RETURN false; END IF;
  book := (SELECT s.rulebook_hash FROM line.state s);
  ctx.act := 'change'; ctx.name := 'policy_store'; ctx.params := jsonb_build_object('purpose', named, 'epoch', of_epoch,
    'sees', jsonb_array_length(rows), 'tells', jsonb_array_length(pointers));
  IF d.more || d.fewer || d.told <> '{}' THEN
    PERFORM line.emit(id, line.head(ctx, 'refused', jsonb_build_object('set', encode(hash, 'hex'), 'rulebook',
      encode(book, 'hex'), 'epoch', of_epoch,
        'more', cardinality(d.more), 'fewer', cardinality(d.fewer), 'told', cardinality(d.told))),
      line.body(ctx, jsonb_build_object('more', d.more[1:50], 'fewer', d.fewer[1:50], 'told',
        d.told[1:50])), false, true);
    RETURN false;
  END IF;
  DELETE FROM line.visible_set v WHERE v.purpose = wanted;
  INSERT INTO line.visible_set (purpose, epoch, valid_until, hash, rulebook, entry)
    VALUES (wanted, of_epoch, LEAST(until, d.ends), hash, book, id);
  INSERT INTO line.visible_marking (purpose, marking, rule, why)
    SELECT wanted, (r ->> 'marking')::integer, r ->> 'rule', r ->> 'why' FROM jsonb_array_elements(rows) r;
  INSERT INTO line.pointer_marking (purpose, marking, tier, regime, custodian)
    SELECT wanted, (r ->> 'marking')::integer, (r ->> 'tier')::integer, r ->> 'regime', COALESCE(r ->> 'custodian', '')
    FROM jsonb_array_elements(pointers) r;
  PERFORM line.emit(id, line.head(ctx, 'ok', jsonb_build_object('set', encode(hash, 'hex'), 'rulebook',
    encode(book, 'hex'), 'epoch', of_epoch)),
    line.body(ctx, '{}'), true, false);
  RETURN true;
END $$;

-- ----------------------------------------------------------------------- looked at again by pure code (gate/again.py)

-- Sets in force that nobody has looked at since they were stored.
CREATE OR REPLACE FUNCTION line.policy_unchecked(most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT v.purpose FROM line.visible_set v, line.state s WHERE v.epoch = s.epoch AND v.checked IS NULL
    AND (v.valid_until IS NULL OR v.valid_until > clock_timestamp()) ORDER BY v.compiled LIMIT LEAST(most, 500)
$$;

-- One of them as it lies there now: {epoch, hash, rows, pointers}; the hash is the stored one.
CREATE OR REPLACE FUNCTION line.policy_stored(wanted uuid) RETURNS json
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT json_build_object('epoch', v.epoch, 'hash', encode(v.hash, 'hex'), 'rows', t.rows, 'pointers', t.pointers)
  FROM line.visible_set v CROSS JOIN LATERAL line.visible_stored(v.purpose) t WHERE v.purpose = wanted
$$;

-- What the look found. A set that isn't what rulebook and facts give is an entry and an exception for overseers, and
-- goes: the purpose's next call has it compiled anew.
CREATE OR REPLACE FUNCTION line.policy_checked(wanted uuid, of_epoch bigint, gives text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ctx line.context; v line.visible_set; named text; lies text; id uuid := gen_random_uuid();
BEGIN
  SELECT * INTO v FROM line.visible_set x WHERE x.purpose = wanted AND x.epoch = of_epoch FOR UPDATE;
  IF v.purpose IS NULL THEN RETURN false; END IF;
  lies := encode((SELECT line.visible_hash(t.rows, t.pointers) FROM line.visible_stored(wanted) t), 'hex');
  IF lies = encode(v.hash, 'hex') AND lies = gives THEN
    UPDATE line.visible_set x SET checked = clock_timestamp() WHERE x.purpose = wanted;
    RETURN true;
  END IF;
  named := (SELECT p.key FROM line.purpose p WHERE p.id = wanted);
  ctx.act := 'change'; ctx.name := 'policy_checked';
  ctx.params := jsonb_build_object('purpose', named, 'epoch', of_epoch, 'found', left(gives, 64), 'lies', lies);
  PERFORM line.emit(id, line.head(ctx, 'refused', jsonb_build_object('set', encode(v.hash, 'hex'), 'epoch', of_epoch)),
    line.body(ctx, '{}'), true, false);
  INSERT INTO line.visible_doubt (purpose, epoch, stored, lies, found, entry)
    VALUES (wanted, of_epoch, encode(v.hash, 'hex'), lies, left(gives, 64), id);
  DELETE FROM line.visible_set x WHERE x.purpose = wanted;
  RETURN false;
END $$;
