INSERT INTO warehouse.dataset (source) VALUES ('harbour');
INSERT INTO warehouse.commit (source, version, kind, origin) VALUES ('harbour', 1, 'run', '00000000-0000-4000-8000-000000000101');
INSERT INTO warehouse.outbox (kind, object, case_id) VALUES
  ('note', '00000000-0000-4000-8000-000000000209', '00000000-0000-4000-8000-0000000000c1');
INSERT INTO warehouse.schedule (name, kind, target, cron, standing_order, purpose, purpose_key, unit, account, account_name)
  SELECT 'feed:harbour', 'feed', 'harbour', '15 2 * * *', o.id, o.purpose, 'k', 'u', o.account, 'dana'
  FROM line.standing_order o LIMIT 1;
INSERT INTO warehouse.schedule_run (schedule, due) VALUES ('feed:harbour', '2026-01-01T02:15:00Z');
INSERT INTO warehouse.export (id, purpose, purpose_key, case_id, account, account_name, format, standing_order, entry)
  SELECT '00000000-0000-4000-8000-000000000301', o.purpose, 'k', '00000000-0000-4000-8000-0000000000c1', o.account, 'dana', 'csv',
    o.id, '00000000-0000-4000-8000-000000000302' FROM line.standing_order o LIMIT 1;
INSERT INTO warehouse.export_record (export, entity, record) VALUES ('00000000-0000-4000-8000-000000000301',
  '00000000-0000-4000-8000-0000000000e3', '00000000-0000-4000-8000-0000000000e4');
INSERT INTO warehouse.look (account, source) VALUES ('00000000-0000-4000-8000-0000000000a1', 'harbour');
