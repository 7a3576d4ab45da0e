INSERT INTO jobs.procrastinate_workers DEFAULT VALUES;
INSERT INTO jobs.procrastinate_jobs (queue_name, task_name) VALUES ('feeds', 'refresh');
INSERT INTO jobs.procrastinate_periodic_defers (task_name, defer_timestamp) VALUES ('sweep', 1);
