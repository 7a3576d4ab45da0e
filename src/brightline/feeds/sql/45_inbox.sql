-- A file that came with a request and that a run has taken whole may leave the inbox. Asked by the worker, file by
-- file.

-- Whether this file may go: a published run took it at least so many hours ago, no run waits for it, and none of its
-- rows lies in quarantine, for which it would be the only place where they can be read. A failed or withdrawn run has
-- taken nothing. Answered with true once it is entered that the file goes; if removing it fails, it is entered again at
-- the next try.
-- callers: feed
CREATE OR REPLACE FUNCTION feed.inbox_leaves(file text, hours integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r feed.run;
BEGIN
  SELECT * INTO r FROM feed.run x WHERE x.input = file AND x.state = 'published' ORDER BY x.ended DESC LIMIT 1;
  IF r.id IS NULL OR r.ended > clock_timestamp() - make_interval(hours => greatest(hours, 0))
     OR EXISTS (SELECT FROM feed.run x WHERE x.input = file AND x.state IN ('queued', 'running'))
     OR EXISTS (SELECT FROM feed.run x JOIN feed.quarantine q ON q.run = x.id WHERE x.input = file
       AND x.state = 'published'
       AND q.state = 'open' AND q.reason = ANY (feed.row_reasons())) THEN
    RETURN false; END IF;
  PERFORM feed.enter(r, 'feed_input_remove', 'ok', jsonb_build_object('files', 1));
  RETURN true;
END $$;
