-- The former version gives the right again with its next start.
SELECT 1;
