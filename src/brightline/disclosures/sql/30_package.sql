-- The package: a zip of README.txt, entities.ftm.json (FollowTheMoney, one a line) and manifest.json with each file's
-- SHA-256. Made here and not by whoever calls, so that the bytes are of the values that were approved and of nothing
-- else. Stored, not compressed, with fixed times: the same content gives the same bytes on every machine.
-- callers: reader, writer
-- owner: owner

-- A changed source means a new approval: what waits or is approved can be submitted again.
INSERT INTO disclosures.transition (state, act, becomes) VALUES ('submitted', 'submit', 'submitted'),
  ('approved', 'submit', 'submitted')
  ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION disclosures.crc32(data bytea) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE steps bigint[] := '{}'; c bigint;
BEGIN
  FOR n IN 0 .. 255 LOOP
    c := n;
    FOR k IN 1 .. 8 LOOP c := CASE WHEN c & 1 = 1 THEN 3988292384 # (c >> 1) ELSE c >> 1 END; END LOOP;
    steps[n] := c;
  END LOOP;
  c := 4294967295;
  FOR i IN 0 .. length(data) - 1 LOOP c := steps[(c # get_byte(data, i)) & 255] # (c >> 8); END LOOP;
  RETURN c # 4294967295;
END $$;

-- A number in so many bytes, the lowest first.
CREATE OR REPLACE FUNCTION disclosures.low(n bigint, width integer) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT string_agg(substr(int8send(n), 9 - i, 1), ''::bytea ORDER BY i) FROM generate_series(1, width) i);

CREATE OR REPLACE FUNCTION disclosures.zip(names text[], datas bytea[]) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE body bytea := ''; listing bytea := ''; name bytea; fixed bytea; at bigint;
BEGIN
  FOR i IN 1 .. cardinality(names) LOOP
    name := convert_to(names[i], 'UTF8'); at := length(body);
    -- Version 2.0, names in UTF-8, stored, 1 January 1980.
    fixed := '\x14000008000000002100'::bytea || disclosures.low(disclosures.crc32(datas[i]), 4) ||
      disclosures.low(length(datas[i]), 4)
      || disclosures.low(length(datas[i]), 4) || disclosures.low(length(name), 2) || '\x0000'::bytea;
    body := body || '\x504b0304'::bytea || fixed || name || datas[i];
    listing := listing || '\x504b01021400'::bytea || fixed || '\x00000000000000000000'::bytea ||
      disclosures.low(at, 4) || name;
  END LOOP;
  RETURN body || listing || '\x504b050600000000'::bytea || disclosures.low(cardinality(names), 2) ||
    disclosures.low(cardinality(names), 2)
    || disclosures.low(length(listing), 4) || disclosures.low(length(body), 4) || '\x0000'::bytea;
END $$;

-- Makes the package of what this purpose sees of the items now, and keeps it. Called at submission, by whoever may see
-- them.
CREATE OR REPLACE FUNCTION disclosures.fix(d disclosures.disclosure) RETURNS bytea
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE seen jsonb := disclosures.values(d); entities bytea; words bytea; cover jsonb; zip bytea; hash bytea;
BEGIN
  entities := convert_to((SELECT COALESCE(string_agg(jsonb_build_object('id', v -> 'id', 'schema', v -> 'schema',
    'properties', v -> 'properties',
    'quality', jsonb_build_object('reliability', v -> 'reliability', 'category', v -> 'category'))::text ||
      E'\n', '' ORDER BY n), '')
    FROM jsonb_array_elements(seen) WITH ORDINALITY x (v, n)), 'UTF8');
  words := convert_to(format(E'Disclosure %s to %s\n\nPurpose: %s\nLegal basis: %s\nCaveats: %s\n\n'
    'entities.ftm.json holds FollowTheMoney entities, one JSON document a line. manifest.json names each file''s\n'
    'SHA-256. This package may be recalled or corrected; whoever received it is told.\n',
    d.number, d.recipient, d.purpose, d.authority, COALESCE(NULLIF(d.caveats, ''), 'none')), 'UTF8');
  cover := jsonb_build_object('number', d.number, 'recipient', d.recipient, 'address', d.address, 'nature',
    d.nature, 'purpose', d.purpose,
    'authority', d.authority, 'caveats', d.caveats, 'case', (SELECT c.number FROM cases.case_file c
      WHERE c.id = d.case_id), 'regime', d.regime,
    'fields', d.fields, 'people', d.people, 'entities', jsonb_array_length(seen), 'files', jsonb_build_object(
      'README.txt', jsonb_build_object('sha256', encode(sha256(words), 'hex'), 'bytes', length(words)),
      'entities.ftm.json', jsonb_build_object('sha256', encode(sha256(entities), 'hex'), 'bytes', length(entities))));
  zip := disclosures.zip(ARRAY['README.txt', 'entities.ftm.json', 'manifest.json'],
    ARRAY[words, entities, convert_to(jsonb_pretty(cover) || E'\n', 'UTF8')]);
  hash := sha256(zip);
  INSERT INTO disclosures.package (disclosure, sha256, content, lines, manifest) VALUES (d.id, hash, zip, seen, cover)
    ON CONFLICT DO NOTHING;
  RETURN hash;
END $$;

-- The kept package of a disclosure, for whoever sends or fetches it.
CREATE OR REPLACE FUNCTION disclosures.kept_package(ctx line.context, d disclosures.disclosure)
  RETURNS disclosures.package
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE k disclosures.package;
BEGIN
  SELECT * INTO k FROM disclosures.package x WHERE x.disclosure = d.id AND x.sha256 = d.package;
  IF k.content IS NULL THEN
    PERFORM line.conflict(ctx, 'package', 'No package of this disclosure is kept.',
      CASE WHEN d.state IN ('submitted', 'approved') THEN 'Submit it again: approvers then see what will leave.'
        ELSE 'Prepare a new disclosure.' END); END IF;
  RETURN k;
END $$;

CREATE OR REPLACE FUNCTION disclosures.account_for(ctx line.context, d disclosures.disclosure, nature text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO disclosures.accounting (disclosure, entity, nature, purpose, recipient, address,
    authority, fields, keep_until)
    SELECT d.number, i.entity, nature, d.purpose, d.recipient, d.address, d.authority, d.fields,
      (CURRENT_DATE + interval '6 years')::date
    FROM disclosures.item i WHERE i.disclosure = d.id
$$;
