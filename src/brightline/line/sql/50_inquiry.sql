-- Rule 40: a reason is a sentence, one's own, and not the same one again.

CREATE OR REPLACE FUNCTION line.fold_reason(t text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN btrim(regexp_replace(lower(t), '[^[:alnum:]]+', ' ', 'g'));

-- What is wrong with this reason; NULL when nothing is. [code, detail, hint]
CREATE OR REPLACE FUNCTION line.reason_fault(who uuid, reason text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine text := line.fold_reason(reason);
  stock text[] := line.rule_texts('reason.stock');
  shortest integer := line.rule_int('inquiry.shortest_reason');
  words text[] := string_to_array(mine, ' ');
  own integer;
BEGIN
  IF length(btrim(reason)) < shortest THEN
    RETURN ARRAY['reason_short', format('The reason has %s characters; a sentence of at least %s is needed.', length(btrim(reason)), shortest),
      'Say what you expect to learn about whom or what, and which fact leads you to it.'];
  END IF;
  SELECT count(DISTINCT w) INTO own FROM unnest(words) w WHERE NOT w = ANY (stock) AND length(w) > 1;
  IF own < line.rule_int('reason.own_words') THEN
    RETURN ARRAY['reason_stock', 'The reason is made of stock words and says nothing of this inquiry.',
      'Name the fact, the person or the transaction that leads you to it.'];
  END IF;
  IF EXISTS (SELECT FROM (SELECT i.folded FROM line.inquiry i WHERE i.account = who ORDER BY i.opened DESC LIMIT line.rule_int('reason.remembered')) l
      WHERE ext.similarity(l.folded, mine) * 100 > line.rule_int('reason.most_alike')) THEN
    RETURN ARRAY['reason_repeated', format('The reason repeats one of your last %s.', line.rule_int('reason.remembered')),
      'Go on under the inquiry that is open (its id: --inquiry, BRIGHTLINE_INQUIRY or X-Inquiry), or say what is new.'];
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION line.reason_fault(uuid, text) OWNER TO brightline_line;

-- Opens an inquiry under the context's purpose; any other open one of this person there ends.
CREATE OR REPLACE FUNCTION line.inquiry_open(ctx line.context, reason text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fault text[] := line.reason_fault(ctx.account, reason);
  made line.inquiry;
BEGIN
  IF fault IS NOT NULL THEN PERFORM line.refuse(ctx, fault[1], fault[2], fault[3]); END IF;
  UPDATE line.inquiry i SET ended = clock_timestamp()
    WHERE i.account = ctx.account AND i.purpose = ctx.purpose AND i.ended IS NULL;
  INSERT INTO line.inquiry (account, purpose, reason, folded)
    VALUES (ctx.account, ctx.purpose, btrim(inquiry_open.reason), line.fold_reason(inquiry_open.reason)) RETURNING * INTO made;
  RETURN jsonb_build_object('id', made.id, 'purpose', ctx.purpose_key, 'reason', made.reason,
    'opened', line.stamp(made.opened), 'expires', line.stamp(made.opened + make_interval(hours => line.rule_int('inquiry.hours'))),
    'acts_left', line.rule_int('inquiry.acts'));
END $$;
ALTER FUNCTION line.inquiry_open(line.context, text) OWNER TO brightline_line;

-- The sequencer counts acts as it integrates entries: [{"inquiry", "n"}]. A read needn't write a row for it.
-- An inquiry that somebody holds locked in an open transaction isn't waited for: one caller who never commits would else
-- keep the whole log from growing. Its acts lie in line.uncounted, where the limit sees them, until the row is free.
CREATE OR REPLACE FUNCTION line.count_acts(counts jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE free uuid[];
BEGIN
  INSERT INTO line.uncounted AS u (inquiry, acts)
    SELECT i.id, sum((c ->> 'n')::integer) FROM jsonb_array_elements(counts) c JOIN line.inquiry i ON i.id = (c ->> 'inquiry')::uuid
    GROUP BY i.id
    ON CONFLICT (inquiry) DO UPDATE SET acts = u.acts + excluded.acts;
  free := ARRAY(SELECT i.id FROM line.inquiry i JOIN line.uncounted u ON u.inquiry = i.id FOR UPDATE OF i SKIP LOCKED);
  UPDATE line.inquiry i SET acts = i.acts + u.acts FROM line.uncounted u WHERE u.inquiry = i.id AND i.id = ANY (free);
  DELETE FROM line.uncounted u WHERE u.inquiry = ANY (free);
END $$;
ALTER FUNCTION line.count_acts(jsonb) OWNER TO brightline_line;
