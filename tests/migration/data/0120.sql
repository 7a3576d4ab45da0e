INSERT INTO feed.mending (feed, source_key, column_name, wrong, value, reason, account, account_name)
  SELECT f.name, 'K-1', 'born', '31.02.1980', '1980-03-02', 'The paper file says the second of March.', gen_random_uuid(), 'stu'
  FROM feed.feed f LIMIT 1;
UPDATE feed.feed SET code = 'aa';
