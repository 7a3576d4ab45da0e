INSERT INTO line.demo (since, until) VALUES ('2025-06-02 07:00Z', '2026-11-27 17:00Z');
