-- The line's functions read these tables in their bodies; the next installation writes them anew.
DROP TABLE oversight.flag_verdict, oversight.flag, oversight.lookup_day, oversight.lookup, oversight.misuse_state,
  oversight.watched_key, oversight.watched CASCADE;
