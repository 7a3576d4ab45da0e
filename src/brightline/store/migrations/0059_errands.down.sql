UPDATE line.crossing c SET chain = ARRAY(SELECT DISTINCT u FROM (SELECT unnest(c.chain) AS u
  UNION SELECT p.account FROM line.crossing_party p WHERE p.crossing = c.id) x ORDER BY 1)
  WHERE EXISTS (SELECT FROM line.crossing_party p WHERE p.crossing = c.id);
DROP TABLE line.crossing_party;
DROP TABLE line.errand;
