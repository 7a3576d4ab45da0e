-- The compiler's two doors (role brightline_policy): the facts of one purpose out, its visible set in.

-- json, not jsonb: the facts are read once, outside the database; jsonb would be built only to be written out as text.
-- Its earlier name, which answered jsonb: an older release that is put back makes that again, and this one stays out of its way.
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
      'clearance_ends', (SELECT COALESCE(json_object_agg(e.caveat, e.last), '{}') FROM (SELECT c.caveat, max(c.expires) AS last
        FROM line.clearance c WHERE c.case_id = p.case_id AND c.state = 'approved' AND NOT c.caveat = ANY (p.clearances)
        GROUP BY c.caveat) e),
      -- What a crossing's court order or statutory form opens, for its copies alone, until its last day.
      'instruments', (SELECT COALESCE(json_object_agg(e.caveat, e.last), '{}') FROM (SELECT v AS caveat,
          max((x.expires AT TIME ZONE 'UTC')::date - 1) AS last
        FROM line.crossing x, unnest(x.covers) v WHERE x.beneficiary = p.id AND x.state = 'approved' AND x.expires > clock_timestamp()
        GROUP BY v) e))
    FROM line.purpose p JOIN line.authority a ON a.code = p.authority WHERE p.id = wanted),
  'sources', (SELECT COALESCE(json_object_agg(s.name, json_build_object('state', s.state, 'custodian', s.custodian_unit,
      'authority', s.authority,
      'agreements', (SELECT COALESCE(json_agg(json_build_object('id', g.id, 'regimes', g.regimes, 'units', g.units,
          'pointer_tier', g.pointer_tier, 'valid_from', g.valid_from, 'expires', g.expires) ORDER BY g.id), '[]')
        FROM line.agreement g WHERE g.source = s.name AND g.state = 'active'),
      'assessments', (SELECT COALESCE(json_agg(json_build_object('id', x.id, 'approved', x.approved, 'expires', x.expires)), '[]')
        FROM line.assessment x WHERE x.source = s.name))), '{}') FROM line.source s),
  'authorities', (SELECT json_object_agg(a.code, a.regime) FROM line.authority a),
  'markings', (SELECT COALESCE(json_agg(json_build_object('id', m.id, 'origins', m.origins, 'category', m.category,
      'caveats', m.caveats) ORDER BY m.id), '[]') FROM line.marking m));
ALTER FUNCTION line.policy_read(uuid) OWNER TO brightline_line;

-- rows: [{marking, rule, why}]; pointers: [{marking, tier, regime, custodian}]. Refused when the epoch moved meanwhile.
CREATE OR REPLACE FUNCTION line.policy_store(wanted uuid, of_epoch bigint, until timestamptz, rows jsonb, pointers jsonb)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM line.purpose p WHERE p.id = wanted FOR UPDATE;
  IF NOT FOUND OR of_epoch <> (SELECT s.epoch FROM line.state s) THEN RETURN false; END IF;
  DELETE FROM line.visible_set v WHERE v.purpose = wanted;
  INSERT INTO line.visible_set (purpose, epoch, valid_until) VALUES (wanted, of_epoch, until);
  INSERT INTO line.visible_marking (purpose, marking, rule, why)
    SELECT wanted, (r ->> 'marking')::integer, r ->> 'rule', r ->> 'why' FROM jsonb_array_elements(rows) r;
  INSERT INTO line.pointer_marking (purpose, marking, tier, regime, custodian)
    SELECT wanted, (r ->> 'marking')::integer, (r ->> 'tier')::integer, r ->> 'regime', COALESCE(r ->> 'custodian', '')
    FROM jsonb_array_elements(pointers) r;
  RETURN true;
END $$;
ALTER FUNCTION line.policy_store(uuid, bigint, timestamptz, jsonb, jsonb) OWNER TO brightline_line;
