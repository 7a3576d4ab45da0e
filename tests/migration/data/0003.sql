INSERT INTO feed.feed (name, title, source, manifest, digest, folder, format, mode)
  VALUES ('harbour', 'Harbour', 'harbour', '{}', 'd', 'f', 'csv', 'snapshot');
INSERT INTO feed.run (id, feed, mode, account, account_name) VALUES
  ('00000000-0000-4000-8000-000000000101', 'harbour', 'snapshot', '00000000-0000-4000-8000-0000000000a1', 'dana');
INSERT INTO feed.quarantine (feed, run, reason, detail)
  VALUES ('harbour', '00000000-0000-4000-8000-000000000101', 'trait', 'religion');
INSERT INTO feed.retired_aspect SELECT *, '00000000-0000-4000-8000-000000000101' FROM content.aspect;
INSERT INTO feed.retired_link SELECT *, '00000000-0000-4000-8000-000000000101' FROM content.link;
INSERT INTO feed.dangling SELECT *, '00000000-0000-4000-8000-0000000000e5', 'harbour', NULL FROM content.link;
INSERT INTO stage.key (run, key) VALUES ('00000000-0000-4000-8000-000000000101', 'K1');
