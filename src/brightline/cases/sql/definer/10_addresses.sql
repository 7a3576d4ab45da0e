-- Addresses compared as addresses: number, street, town. Plain rules of no one country, and no word search. A number
-- stands before or after its street; the town is the first part behind it that isn't a flat, a floor or a postal code.
-- What isn't parsed so is no address, and matches nothing. (libpostal would parse more: it brings 2 GB of data, which
-- no installation here wants.)
-- callers: none

-- Words that name a kind of street, with their common short forms.
CREATE OR REPLACE FUNCTION line.street_word(word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN CASE word WHEN 'st' THEN 'street' WHEN 'str' THEN 'strasse' WHEN 'rd' THEN 'road' WHEN 'ave' THEN 'avenue'
  WHEN 'av' THEN 'avenue' WHEN 'ln' THEN 'lane'
  WHEN 'dr' THEN 'drive' WHEN 'ct' THEN 'court' WHEN 'pl' THEN 'place' WHEN 'sq' THEN 'square'
    WHEN 'blvd' THEN 'boulevard'
  WHEN 'bd' THEN 'boulevard' WHEN 'hwy' THEN 'highway' WHEN 'pkwy' THEN 'parkway' WHEN 'ter'
    THEN 'terrace' WHEN 'cl' THEN 'close'
  WHEN 'cres' THEN 'crescent' WHEN 'gdns' THEN 'gardens' WHEN 'pk' THEN 'park' WHEN 'ul' THEN 'ulica'
  ELSE CASE WHEN word = ANY
    ('{street,strasse,road,avenue,lane,drive,court,place,square,boulevard,highway,parkway,terrace,close,crescent,
      gardens,park,loop,
    row,way,walk,quay,wharf,hill,mews,grove,circle,alley,bridge,pier,rise,green,yard,weg,gasse,platz,allee,ufer,damm,
      ring,rue,chemin,impasse,cours,via,viale,
    piazza,corso,vicolo,calle,avenida,paseo,plaza,carrer,rua,travessa,praca,ulica,ulitsa,prospekt,utca,straat,laan,
      plein,gracht,gata,gatan,vej,gade,vegen,katu,tie}'::text[])
    THEN word END END;

-- Does a word end with such a word, as Turmstrasse does?
CREATE OR REPLACE FUNCTION line.street_ending(word text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN length(word) > 5 AND word ~
  '(strasse|str|weg|gasse|platz|allee|ufer|damm|straat|laan|plein|gracht|gatan|gata|vagen|vegen|gade|katu)$';

CREATE OR REPLACE FUNCTION line.street_first(word text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN word = ANY
  ('{rue,chemin,impasse,cours,via,viale,piazza,corso,vicolo,calle,avenida,paseo,plaza,carrer,rua,travessa,praca,ulica,'
    'ul,ulitsa,prospekt}'::text[]);

-- Lower case, without accents and punctuation but the commas between parts; flats and floors taken out; 12-14 and 12/a
-- as 12 and 12a.
CREATE OR REPLACE FUNCTION line.address_plain(t text, units boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  t := lower(regexp_replace(normalize(left(t, 300), NFKD), '[\u0300-\u036F]', '', 'g'));
  t := replace(replace(replace(replace(t, 'ß', 'ss'), 'ø', 'o'), 'ł', 'l'), 'æ', 'ae');
  t := regexp_replace(t, '[\n\r\t;|]+', ',', 'g');
  t := regexp_replace(t, '[''’`]', '', 'g');
  t := regexp_replace(t, '(\d)\s*/\s*([a-z])\M', '\1\2', 'g');
  t := regexp_replace(t, '(\d+[a-z]?)\s*[-–/]\s*\d+[a-z]?\M', '\1', 'g');
  t := regexp_replace(t, '\m(no|nr|num|numero|number|n°|№)\.?\s*(?=\d)', '', 'g');
  IF units THEN
    t := regexp_replace(t, '\m\d+(st|nd|rd|th)?\.?\s*(floor|fl|etage|stock|og|piso)\M', '', 'g');
    t := regexp_replace(t,
      '\m(flat|apt|apartment|unit|suite|ste|room|rm|floor|building|bldg|block|app|appt|piso|int|box|'
      'c/o)\.?\s*#?\s*[0-9]*[a-z]?\M', '', 'g');
    t := regexp_replace(t, '#\s*\d+[a-z]?', '', 'g');
  ELSE
    t := regexp_replace(t, '\m(flat|apt|apartment|unit|suite|ste)\.?\s*#?\s*(?=\d+[a-z]?\s*,)', '', 'g');
  END IF;
  RETURN btrim(regexp_replace(regexp_replace(t, '[^[:alnum:],]+', ' ', 'g'), '\s*,[\s,]*', ',', 'g'), ' ,');
END $$;

-- The words of a town: no postal code, no letters that stand alone, no code of a state behind them.
CREATE OR REPLACE FUNCTION line.town_words(words text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN cardinality(w) > 1 AND length(w[cardinality(w)]) = 2 THEN w[1:cardinality(w) - 1] ELSE w END
  FROM (SELECT ARRAY(SELECT CASE WHEN x = 'st' THEN 'saint' ELSE x END FROM unnest(words) WITH ORDINALITY u(x, n)
    WHERE x !~ '\d' AND length(x) > 1 ORDER BY n) AS w) t
$$;

CREATE OR REPLACE FUNCTION line.street_key(words text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg(CASE WHEN n = 1 AND x = 'st' AND cardinality(words) > 1 THEN 'saint'
      WHEN n > 1 AND n >= cardinality(words) - 1 OR cardinality(words) = 1 OR line.street_first(x)
        THEN COALESCE(line.street_word(x), x) ELSE x END, '' ORDER BY n)
  FROM (SELECT CASE WHEN y ~ '^.{3,}str$' THEN y || 'asse' ELSE y END AS x, n
    FROM unnest(words) WITH ORDINALITY u(y, n)) z
$$;

-- One part of an address: {number, street: [words], rest: [words]}; NULL where it holds no number with a street.
CREATE OR REPLACE FUNCTION line.address_part(w text[], no text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer := cardinality(w); at integer; cut integer; street text[]; rest text[] := '{}';
BEGIN
  IF no IS NULL THEN at := (SELECT min(i) FROM generate_series(1, n) i WHERE w[i] ~ '^\d{1,6}[a-z]?$'); END IF;
  IF no IS NULL AND at IS NULL THEN RETURN NULL; END IF;
  IF at > 1 THEN
    street := w[1:at - 1]; rest := w[at + 1:n]; no := w[at];
  ELSE
    street := CASE WHEN at = 1 THEN w[2:n] ELSE w END; no := COALESCE(no, w[at]); n := cardinality(street);
    -- Where no comma says so, the street ends with the word that names its kind.
    IF NOT COALESCE(line.street_first(street[1]), false) THEN
      cut := (SELECT min(i) FROM generate_series(1, n) i WHERE i > 1 AND line.street_word(street[i]) IS NOT NULL
        OR line.street_ending(street[i]));
      IF cut < n AND street[cut + 1] ~ '^(n|s|e|w|ne|nw|se|sw|north|south|east|west)$' THEN cut := cut + 1; END IF;
      IF cut IS NOT NULL THEN rest := street[cut + 1:n]; street := street[1:cut]; END IF;
    END IF;
  END IF;
  IF array_to_string(street, '') !~ '[[:alpha:]]{2}' THEN RETURN NULL; END IF;
  RETURN jsonb_build_object('number', COALESCE(NULLIF(ltrim(no, '0'), ''), no), 'street', street, 'rest', rest,
    'named', EXISTS (SELECT FROM unnest(street) s WHERE line.street_word(s) IS NOT NULL OR line.street_ending(s)));
END $$;

-- {number, street, town} as they are compared, `tail` being the words in which a town may begin; NULL for what is no
-- address.
CREATE OR REPLACE FUNCTION line.address_parts(t text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[]; words text[]; found jsonb; one jsonb; at integer; i integer; town text[] := '{}'; named text;
BEGIN
  FOR round IN 1 .. 2 LOOP
    parts := ARRAY(SELECT x FROM unnest(string_to_array(line.address_plain(t, round = 1), ',')) WITH ORDINALITY u(x, n)
      WHERE btrim(x) <> '' ORDER BY n LIMIT 12);
    FOR i IN 1 .. COALESCE(cardinality(parts), 0) LOOP
      words := string_to_array(parts[i], ' ');
      one := line.address_part(words, NULL);
      -- The number in a part of its own: Calle Mayor, 12; Unit 7, Quarry Road.
      IF one IS NULL AND EXISTS (SELECT FROM unnest(words) s WHERE line.street_word(s) IS NOT NULL
        OR line.street_ending(s)) THEN
        IF parts[i + 1] ~ '^\d{1,4}[a-z]?$' THEN one := line.address_part(words, parts[i + 1]) ||
          '{"next": true}'::jsonb;
        ELSIF parts[i - 1] ~ '^\d{1,4}[a-z]?$' THEN one := line.address_part(words, parts[i - 1]); END IF;
      END IF;
      CONTINUE WHEN one IS NULL;
      IF found IS NULL OR (one ->> 'named')::boolean AND NOT (found ->> 'named')::boolean THEN found := one;
      at := i + CASE WHEN one ? 'next' THEN 1 ELSE 0 END; END IF;
    END LOOP;
    EXIT WHEN found IS NOT NULL;
  END LOOP;
  IF found IS NULL THEN RETURN NULL; END IF;
  town := line.town_words(ARRAY(SELECT jsonb_array_elements_text(found -> 'rest')));
  FOR i IN at + 1 .. cardinality(parts) LOOP
    EXIT WHEN cardinality(town) > 0;
    town := line.town_words(string_to_array(parts[i], ' '));
  END LOOP;
  -- Berlin 10559, Turmstraße 72: the town in front.
  IF cardinality(town) = 0 AND at > 1 AND parts[at - 1] ~ '\d{4,6}'
    THEN town := line.town_words(string_to_array(parts[at - 1], ' ')); END IF;
  named := line.street_key(ARRAY(SELECT jsonb_array_elements_text(found -> 'street')));
  RETURN jsonb_build_object('number', found ->> 'number', 'street', named, 'town', array_to_string(town, ''),
    'tail', to_jsonb(town),
    'named', found -> 'named');
END $$;

-- As it is compared: with its town, or, where none is stated, without. An address of no stated town is compared with
-- each that is the same but for it, an address of a stated town with those of the same town and those of none.
CREATE OR REPLACE FUNCTION line.address_keys(a jsonb, asked boolean) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN a IS NULL THEN '{}'::text[] WHEN a ->> 'town' = ''
  THEN ARRAY[concat_ws('|', a ->> 'number', a ->> 'street', '')]
  ELSE ARRAY[concat_ws('|', a ->> 'number', a ->> 'street', a ->> 'town')]
    || CASE WHEN asked THEN ARRAY[concat_ws('|', a ->> 'number', a ->> 'street', '')] ELSE '{}'::text[] END END;

-- Addresses in running text: a number beside a word that names a kind of street. Where the town ends nobody says there,
-- so each beginning of what follows stands for one.
CREATE OR REPLACE FUNCTION line.addresses_in(t text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE found text; a jsonb; keys text[] := '{}'; n integer;
BEGIN
  FOR found IN
    SELECT m[1] FROM regexp_matches(t,
      '(\m\d{1,5}[A-Za-z]?(?:[-/]\d+)?,? (?:[^\s,;.:]+ ){0,4}?(?:[^\s,;.:]*(?:stra(?:ß|ss)e|weg|gasse|platz|allee|'
      'straat|laan)|street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|place|square|boulevard|blvd|highway|parkway|'
      'terrace|close|crescent|gardens|loop|row|way|walk|quay|wharf|hill|mews|grove|circle|pier)\M\.?(?:[, ]+[^\s,'
      ';.:\n]+){0,5})', 'gi') m
    UNION ALL SELECT m[1]
      FROM regexp_matches(t, '(\m\d{1,5}[A-Za-z]?,? (?:rue|avenue|boulevard|place|chemin) [^\n;.:]{3,60})', 'gi') m
    UNION ALL SELECT m[1]
      FROM regexp_matches(t,
      '([^\s,;.:]*(?:stra(?:ß|ss)e|str\.|weg|gasse|platz|allee|straat|laan|gatan|gata|utca) \d{1,5}[A-Za-z]?\M(?:[, '
      ']+[^\s,;.:\n]+){0,5})', 'gi') m
    UNION ALL SELECT m[1]
      FROM regexp_matches(t,
      '(\m(?:via|viale|piazza|calle|avenida|rua|ulica|ul\.) [^\n;:.,]{2,40},? \d{1,5}[A-Za-z]?\M(?:[, ]+[^\s,'
      ';.:\n]+){0,5})', 'gi') m
    LIMIT 500
  LOOP
    a := line.address_parts(found);
    CONTINUE WHEN a IS NULL OR NOT (a ->> 'named')::boolean;
    IF a ->> 'town' = '' THEN keys := keys || line.address_keys(a, false); END IF;
    FOR n IN 1 .. LEAST(jsonb_array_length(a -> 'tail'), 4) LOOP
      keys := keys || concat_ws('|', a ->> 'number', a ->> 'street', (SELECT string_agg(w, '' ORDER BY o)
        FROM jsonb_array_elements_text(a -> 'tail') WITH ORDINALITY u(w, o) WHERE o <= n));
    END LOOP;
  END LOOP;
  RETURN ARRAY(SELECT DISTINCT k FROM unnest(keys) k);
END $$;

-- ------------------------------------------------------------------------------------------- numbers in text

-- What in running text may be a number that somebody is asked for: e-mail addresses, and every run with four digits or
-- letters of which one is a digit at least. As `model/keys.py` writes it, so that both are compared: `i:any:` and, for
-- telephones, `i:tel:`.
CREATE OR REPLACE FUNCTION line.numbers_in(t text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  WITH run AS (
    SELECT m[1] AS r, 'number' AS sort
      FROM regexp_matches(t, '(?<![\w-])((?:\+|00)?\(?\d[\d().\-/ \u00a0]{5,24}\d)(?![\w-])', 'g') m
    UNION ALL SELECT m[1], 'word'
      FROM regexp_matches(t, '(\m[A-Za-z]{2}\d{2}(?: ?[0-9A-Za-z]{4}){2,7}(?: ?[0-9A-Za-z]{1,4})?\M)', 'g') m
    UNION ALL SELECT m[1], 'word' FROM regexp_matches(t, '(\m[A-Z]{1,4}[ -]\d{2,5}(?:[ -][A-Z]{1,4})?\M)', 'g') m
    UNION ALL SELECT m[1], 'word' FROM regexp_matches(t, '(\m(?=[\w\-/.]*\d)\w+(?:[\-/.]\w+)*\M)', 'g') m
    UNION ALL SELECT lower(m[1]), 'email'
      FROM regexp_matches(t, '([^\s@<>,;:()]+@[^\s@<>,;:()]+\.[A-Za-z]{2,24})', 'g') m),
  bare AS (SELECT sort, r, upper(regexp_replace(r, '[\W_]+', '', 'g')) AS b FROM run WHERE r !~ '^\d{4}-\d{2}-\d{2}$'),
  told AS (
    SELECT 'i:any:' || r AS k FROM bare WHERE sort = 'email' UNION SELECT 'i:email:' || r FROM bare WHERE sort = 'email'
    UNION SELECT 'i:any:' || b FROM bare WHERE sort <> 'email' AND length(b) BETWEEN 4 AND 40
    -- A telephone's number at home, whatever its country's prefix takes of it.
    UNION SELECT 'i:any:' || ltrim(b, '0') FROM bare WHERE sort = 'number' AND b ~ '^00\d{7,}$'
    UNION SELECT 'i:tel:' || ltrim(b, '0') FROM bare WHERE sort = 'number' AND b ~ '^\d{7,15}$'
    UNION SELECT 'i:tel:' || substr(ltrim(b, '0'), 1 + c) FROM bare, generate_series(1, 3) c
      WHERE sort = 'number' AND r ~ '^(\+|00)' AND b ~ '^\d{9,17}$' AND length(substr(ltrim(b, '0'), 1 + c)) > 6)
  SELECT ARRAY(SELECT k FROM told ORDER BY k LIMIT 20000)
$$;
