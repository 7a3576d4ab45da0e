-- Acts that wait for a locked inquiry.
INSERT INTO line.uncounted (inquiry, acts) SELECT id, 3 FROM line.inquiry LIMIT 1;
