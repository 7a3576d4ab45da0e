-- What the line knows of an operation: its unit and regime. The records are the room's (schema operations).

-- A desk sees the operations of its unit and regime, a case those planned under it, an approver's desk what waits for
-- legal review or was judged there, oversight all. No other desk learns that an operation exists.
CREATE OR REPLACE FUNCTION line.operations() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass(); p line.purpose;
BEGIN
  IF parts IS NULL OR parts[2] = '' THEN RETURN; END IF;
  SELECT * INTO p FROM line.purpose x WHERE x.id = parts[2]::uuid;
  IF p.kind = 'desk' AND p.role = 'approver' THEN
    RETURN QUERY SELECT o.id FROM operations.operation o WHERE o.state = 'legal_review' OR o.legal_by = parts[3]::uuid;
  ELSE
    RETURN QUERY SELECT line.operations_people();
  END IF;
END $$;
ALTER FUNCTION line.operations() OWNER TO brightline_line;

-- The same without the approver: legal review judges the plan and meets nobody.
CREATE OR REPLACE FUNCTION line.operations_people() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass(); p line.purpose;
BEGIN
  IF parts IS NULL OR parts[2] = '' THEN RETURN; END IF;
  SELECT * INTO p FROM line.purpose x WHERE x.id = parts[2]::uuid;
  IF p.kind = 'desk' AND p.role IN ('agent', 'analyst', 'supervisor') THEN
    RETURN QUERY SELECT r.operation FROM line.operation_ref r JOIN line.authority a ON a.code = p.authority
      WHERE r.unit = p.unit AND r.regime = a.regime;
  ELSIF p.kind = 'case' THEN
    RETURN QUERY SELECT o.id FROM operations.operation o WHERE o.case_id = p.case_id;
  ELSIF p.kind = 'oversight' THEN
    RETURN QUERY SELECT r.operation FROM line.operation_ref r;
  END IF;
END $$;
ALTER FUNCTION line.operations_people() OWNER TO brightline_line;

-- Published extracts hold figures without people: the unit and regime that loaded one, and oversight.
CREATE OR REPLACE FUNCTION line.operations_extract(in_unit text, of_regime text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass(); p line.purpose;
BEGIN
  IF parts IS NULL OR parts[2] = '' THEN RETURN false; END IF;
  SELECT * INTO p FROM line.purpose x WHERE x.id = parts[2]::uuid;
  RETURN p.kind = 'oversight' OR (p.kind = 'desk' AND p.unit = in_unit
    AND EXISTS (SELECT FROM line.authority a WHERE a.code = p.authority AND a.regime = of_regime));
END $$;
ALTER FUNCTION line.operations_extract(text, text) OWNER TO brightline_line;

-- A number that tells nothing, as with cases.
CREATE OR REPLACE FUNCTION line.operations_create(ctx line.context, id uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n text; width integer := 4;
BEGIN
  INSERT INTO line.operation_ref (operation, unit, regime) VALUES (id, ctx.unit, ctx.regime);
  FOR i IN 1 .. 60 LOOP
    IF i > 20 THEN width := 6; END IF;
    n := 'O-' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY') || '-'
      || lpad(floor(random() * power(10, width))::bigint::text, width, '0');
    IF NOT EXISTS (SELECT FROM operations.operation o WHERE o.number = n) THEN RETURN n; END IF;
  END LOOP;
  RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'numbers', DETAIL =
    '{"code": "numbers", "detail": "No free operation number was found.", "hint": "Try again."}';
END $$;
ALTER FUNCTION line.operations_create(line.context, uuid) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.operations_authority(wanted text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('code', a.code, 'title', a.title, 'regime', a.regime, 'processes', a.processes)
  FROM line.authority a WHERE a.code = lower(btrim(wanted)) AND line.accounts_in_force(a));
ALTER FUNCTION line.operations_authority(text) OWNER TO brightline_line;

-- A case that the caller may see from here, by number; its id or nothing.
CREATE OR REPLACE FUNCTION line.operations_case(number text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT p.case_id FROM line.purpose p WHERE p.key = number AND p.kind = 'case' AND p.case_id IN (SELECT line.cases()));
ALTER FUNCTION line.operations_case(text) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.operations_case_number(of_case uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT min(p.key) FROM line.purpose p WHERE p.kind = 'case' AND p.case_id = of_case AND of_case IN (SELECT line.cases()));
ALTER FUNCTION line.operations_case_number(uuid) OWNER TO brightline_line;
