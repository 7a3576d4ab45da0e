-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?}
-- result: head with predicate, summary, authorities, members, people, items (lists), notes, documents, pointers, may
DECLARE
  f cases.case_file := cases.find(ctx, p);
  persons jsonb;
  things jsonb;
  written jsonb;
  papers jsonb;
BEGIN
  SELECT COALESCE(jsonb_agg(COALESCE(cases.look(r.entity), cases.unseen()) || jsonb_build_object('id', i.printed,
    'left', feed.left_behind(i.object), 'category', r.category, 'basis', r.basis,
      'document', r.document, 'from', line.stamp(r.from_time), 'by', line.accounts_name(r.account),
      'by_title', line.accounts_title(r.account)) ORDER BY r.from_time, r.id), '[]') INTO persons
    FROM cases.person_role r JOIN cases.item i ON i.case_id = r.case_id AND i.object = r.entity AND i.removed IS NULL
    WHERE r.case_id = f.id AND r.to_time IS NULL;
  SELECT COALESCE(jsonb_agg(COALESCE(CASE i.kind WHEN 'entity' THEN cases.look(i.object)
    ELSE cases.look_record(i.object) END, cases.unseen())
      || jsonb_build_object('id', i.printed, 'kind', i.kind, 'note', i.note, 'added', line.stamp(i.added), 'left',
        feed.left_behind(i.object), 'revision', line.revision(cases.item_doc(i)),
      'by', line.accounts_name(i.account), 'by_title', line.accounts_title(i.account))
        ORDER BY i.added, i.id), '[]') INTO things
    FROM cases.item i WHERE i.case_id = f.id AND i.removed IS NULL;
  SELECT COALESCE(jsonb_agg(jsonb_build_object('id', 'case-' || replace(n.id::text, '-', ''), 'kind', n.kind,
      'basis', CASE WHEN n.compartment IS NULL OR n.compartment IN (SELECT line.compartments())
        THEN n.basis ELSE '' END,
      'crossing', line.cases_crossing_name(n.compartment), 'crossed', n.compartment IS NOT NULL,
      'reliability', n.reliability, 'credibility', n.credibility,
      'grade', NULLIF(concat(n.reliability, n.credibility), ''), 'labels', cases.labels(f),
      'text', COALESCE((SELECT a.properties -> 'description' ->> 0 FROM content.aspect a
        WHERE a.entity = n.id LIMIT 1), ''),
      'visible', EXISTS (SELECT FROM content.aspect a WHERE a.entity = n.id),
      'about', (SELECT COALESCE(jsonb_agg(i.printed), '[]') FROM cases.item i WHERE i.case_id = f.id
        AND i.object = ANY (n.about) AND i.removed IS NULL),
      'corrects', 'case-' || replace(n.corrects::text, '-', ''), 'by', line.accounts_name(n.account),
      'by_title', line.accounts_title(n.account), 'at', line.stamp(n.at)) ORDER BY n.at, n.id), '[]') INTO written
    FROM cases.note n WHERE n.case_id = f.id;
  SELECT COALESCE(jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name, 'media_type', d.media_type, 'size', d.size,
      'sha256', encode(d.sha256, 'hex'), 'purpose', d.purpose, 'by', line.accounts_name(d.account),
      'by_title', line.accounts_title(d.account), 'at', line.stamp(d.at),
      'also', COALESCE(also.names, '[]')) ORDER BY d.at, d.id), '[]') INTO papers
    FROM cases.document d LEFT JOIN (SELECT e.object_id, jsonb_agg(DISTINCT e.new ->> 'name') AS names
      FROM content.event e WHERE e.case_id = f.id
      AND e.object_kind = 'document' AND e.what = 'added the same document again' GROUP BY 1) also
        ON also.object_id = d.id
    WHERE d.case_id = f.id;
  RETURN cases.head(f) || jsonb_build_object('predicate', f.predicate, 'summary', f.summary,
    'authorities', (SELECT jsonb_agg(a || jsonb_build_object('purpose', k ->> 0))
      FROM jsonb_array_elements(line.cases_authorities(f.authorities)) a
      LEFT JOIN LATERAL (SELECT jsonb_agg(x) AS k FROM jsonb_array_elements_text(line.cases_purposes(f.id)) x
        WHERE x = f.number || CASE WHEN a ->> 'code' = f.authorities[1] THEN '' ELSE '@' || (a ->> 'code') END) q
          ON true), 'members', line.cases_members(f.id),
    'people', persons, 'items', things, 'notes', written, 'documents', papers,
    'pointers', CASE WHEN ctx.kind = 'case' THEN line.cases_pointers(ctx, f.id,
      ARRAY(SELECT i.object FROM cases.item i WHERE i.case_id = f.id AND i.removed IS NULL)) ELSE '[]' END,
    'may', cases.may(ctx, f),
    '_shown', (SELECT COALESCE(jsonb_agg(i.object), '[]') FROM cases.item i WHERE i.case_id = f.id
      AND i.removed IS NULL),
    '_count', jsonb_array_length(things));
END
