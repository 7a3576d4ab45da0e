DROP TABLE oversight.published;
DROP TABLE oversight.marked;
