DROP TABLE oversight.published CASCADE;
DROP TABLE oversight.marked CASCADE;
