-- What the database's own catalogue must say for the line to hold. Each query answers the offences, one text a row;
-- a rule that finds nothing is kept. They read the catalogue only, never content, and need a superuser's eyes.
-- Parameters: %(functions)s, %(views)s, %(hidden)s, %(leakproof)s, %(cost)s, %(forbidden)s, %(needed)s,
-- %(fixed)s, %(logins)s.

-- rule: rights.app-tables
-- why: the application and the sign-in hold no right on any table: there is nothing to explain or join
SELECT format('%%s may %%s %%s', r.rolname, a.privilege_type, c.oid::regclass) FROM pg_roles r
CROSS JOIN pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES','TRIGGER']) a(privilege_type)
WHERE r.rolname IN ('brightline_app', 'brightline_login') AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
AND n.nspname NOT LIKE 'pg\_%%' AND n.nspname <> 'information_schema'
AND CASE WHEN c.relkind = 'S' THEN a.privilege_type = 'SELECT'
  AND has_sequence_privilege(r.oid, c.oid, 'USAGE, SELECT, UPDATE')
  ELSE has_table_privilege(r.oid, c.oid, a.privilege_type)
    OR (a.privilege_type IN ('SELECT','INSERT','UPDATE','REFERENCES')
      AND has_any_column_privilege(r.oid, c.oid, a.privilege_type)) END;

-- rule: rights.worker-content
-- why: the worker and the feeds reach content through functions only
SELECT format('%%s may %%s %%s', r.rolname, a.privilege_type, c.oid::regclass) FROM pg_roles r
CROSS JOIN pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES','TRIGGER']) a(privilege_type)
WHERE r.rolname = ANY ('{brightline_worker,brightline_feed,brightline_policy,brightline_overseer}'::text[])
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
AND n.nspname = ANY ('{content,cases,line}'::text[]) AND (has_table_privilege(r.oid, c.oid, a.privilege_type)
  OR (a.privilege_type IN ('SELECT','INSERT','UPDATE','REFERENCES')
      AND has_any_column_privilege(r.oid, c.oid, a.privilege_type)));

-- rule: rights.public-functions
-- why: a function that PUBLIC may execute is a door without a lock
SELECT format('PUBLIC may execute %%s', p.oid::regprocedure) FROM pg_proc p JOIN pg_namespace n
  ON n.oid = p.pronamespace
CROSS JOIN LATERAL aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a
WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE' AND n.nspname NOT LIKE 'pg\_%%'
  AND n.nspname NOT IN ('information_schema', 'ext')
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e');

-- rule: rights.app-functions
-- why: the application executes the functions of schema app and nothing else of ours
SELECT format('%%s may execute %%s', r.rolname, p.oid::regprocedure)
FROM pg_roles r CROSS JOIN pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE r.rolname = 'brightline_app' AND n.nspname NOT LIKE 'pg\_%%' AND n.nspname NOT IN ('information_schema', 'ext')
AND n.nspname <> 'app' AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e');

-- rule: rights.inner-functions
-- why: inner functions trust their context: their owners call them, and commands those that show what they changed
SELECT format('%%s may execute %%s', a.grantee::regrole, p.oid::regprocedure) FROM pg_proc p
CROSS JOIN LATERAL aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a
WHERE p.pronamespace = to_regnamespace('"inner"') AND a.grantee <> p.proowner
AND NOT (a.grantee = 'brightline_writer'::regrole AND p.proowner = 'brightline_reader'::regrole
  AND COALESCE(obj_description(p.oid, 'pg_proc') = 'Commands show by it what they have changed.', false));

-- rule: rights.emit
-- why: whoever may write log messages could forge entries
SELECT format('%%s may execute %%s', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
  p.oid::regprocedure) FROM pg_proc p CROSS JOIN LATERAL aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a
WHERE p.proname = 'pg_logical_emit_message' AND a.grantee <> p.proowner AND a.grantee <> 'brightline_line'::regrole;

-- rule: rights.catalogue-functions
-- why: statistics, sizes, locks, large objects and snapshots tell about hidden rows or serve as channels
SELECT format('PUBLIC may execute %%s', p.oid::regprocedure) FROM pg_proc p
CROSS JOIN LATERAL aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a
WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND p.proname ~ %(functions)s AND a.grantee = 0;

-- rule: rights.catalogue-views
-- why: these views show other sessions' work or how much is hidden
SELECT format('PUBLIC may read %%s', c.oid::regclass) FROM pg_class c
CROSS JOIN LATERAL aclexplode(COALESCE(c.relacl, acldefault('r', c.relowner))) a
WHERE c.relnamespace = 'pg_catalog'::regnamespace AND a.grantee = 0 AND a.privilege_type = 'SELECT'
AND ((c.relkind = 'v' AND c.relname ~ %(views)s) OR c.oid = 'pg_class'::regclass)
UNION ALL SELECT format('PUBLIC may read pg_class.%%s', t.attname) FROM pg_attribute t
CROSS JOIN LATERAL aclexplode(t.attacl) a
WHERE t.attrelid = 'pg_class'::regclass AND t.attname = ANY (%(hidden)s) AND a.grantee = 0;

-- rule: rights.languages
-- why: who may use a language may run DO blocks and make functions
SELECT format('%%s may use %%s', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, l.lanname)
FROM pg_language l CROSS JOIN LATERAL aclexplode(COALESCE(l.lanacl, acldefault('l', l.lanowner))) a
WHERE l.lanname IN ('sql', 'plpgsql') AND a.grantee <> l.lanowner
AND (a.grantee = 0 OR a.grantee::regrole::text NOT IN ('brightline_owner', 'brightline_line'))
UNION ALL SELECT format('the language %%s is installed', lanname) FROM pg_language
WHERE lanname NOT IN ('internal', 'c', 'sql', 'plpgsql');

-- rule: rights.database
-- why: temporary tables and functions shadow names and outlive a call
SELECT format('%%s has %%s on the database', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
  a.privilege_type) FROM pg_database d CROSS JOIN LATERAL aclexplode(COALESCE(d.datacl, acldefault('d', d.datdba))) a
WHERE d.datname = current_database() AND a.grantee <> d.datdba AND (a.grantee = 0 OR a.privilege_type <> 'CONNECT');

-- rule: rights.schemas
-- why: nobody who signs in may make objects of their own
SELECT format('%%s may create in schema %%s', CASE a.grantee WHEN 0 THEN 'PUBLIC'
  ELSE a.grantee::regrole::text END, n.nspname)
FROM pg_namespace n CROSS JOIN LATERAL aclexplode(COALESCE(n.nspacl, acldefault('n', n.nspowner))) a
LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner AND n.nspname NOT LIKE 'pg\_temp%%'
AND (a.grantee = 0 OR (r.rolcanlogin AND NOT r.rolsuper AND r.rolname <> 'brightline_owner'));

-- rule: functions.search-path
-- why: a definer function that looks names up elsewhere can be given false tables
SELECT format('%%s has %%s', p.oid::regprocedure, COALESCE(array_to_string(p.proconfig, '; '), 'no search_path'))
FROM pg_proc p WHERE p.prosecdef AND NOT COALESCE('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)
-- The queue's own functions name each other without their schema; nobody who signs in may create anything in it.
AND NOT (p.pronamespace = to_regnamespace('jobs') AND 'search_path=jobs, pg_catalog, pg_temp' = ANY (p.proconfig));

-- rule: functions.settings
-- why: a caller could have the plans of the statements inside printed, or shift the day
SELECT format('%%s runs with settings of %%s', p.oid::regprocedure, string_agg(DISTINCT r.rolname, ', ')) FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles r ON r.rolname = ANY (%(logins)s)
  AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
WHERE p.prosecdef AND n.nspname NOT LIKE 'pg\_%%' AND NOT COALESCE(p.proconfig @> %(fixed)s, false) GROUP BY p.oid;

-- rule: functions.owner
-- why: a definer function that a superuser owns is above the line
SELECT format('%%s is owned by %%s', p.oid::regprocedure, p.proowner::regrole) FROM pg_proc p
JOIN pg_roles r ON r.oid = p.proowner JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prosecdef AND r.rolsuper AND n.nspname NOT LIKE 'pg\_%%' AND n.nspname NOT IN ('information_schema', 'ext')
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e');

-- rule: functions.leakproof
-- why: without these marks no index is used under row-level security; with a lower cost they run before the policy
SELECT format('%%s: LEAKPROOF %%s, COST %%s', p.oid::regprocedure, p.proleakproof, p.procost) FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.proname = ANY (%(leakproof)s)
AND n.nspname IN ('pg_catalog', 'ext', 'public') AND (NOT p.proleakproof OR p.procost < %(cost)s)
UNION ALL SELECT format('%%s is marked LEAKPROOF', p.oid::regprocedure) FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.proleakproof AND n.nspname <> 'pg_catalog' AND p.proname <> ALL (%(leakproof)s)
UNION ALL SELECT format('%%s is missing', name) FROM unnest(%(leakproof)s::text[]) name
WHERE NOT EXISTS (SELECT FROM pg_proc WHERE proname = name);

-- rule: tables.row-security
-- why: content without row-level security is content for all
SELECT format('%%s has no row-level security%%s', c.oid::regclass, CASE WHEN c.relrowsecurity THEN ' for its owner' END)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')
AND n.nspname = 'content' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
UNION ALL SELECT format('%%s has no policy', c.oid::regclass) FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname = 'content'
AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid);

-- rule: tables.policies
-- why: two permissive policies are joined by OR, which the planner may run after a leaky operator
SELECT format('%%s has %%s permissive policies for %%s', p.polrelid::regclass, count(*), role::regrole)
FROM pg_policy p CROSS JOIN unnest(p.polroles) role CROSS JOIN unnest(ARRAY['r', 'a', 'w', 'd']) cmd
JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE p.polpermissive AND n.nspname = 'content' AND p.polcmd::text IN (cmd, '*')
GROUP BY p.polrelid, role, cmd HAVING count(*) > 1;

-- rule: tables.no-materialised-views
-- why: a materialised view holds rows without their policies
SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'm';

-- rule: tables.views
-- why: a view reads with its owner's rights unless it is security_invoker
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'v' AND n.nspname NOT LIKE 'pg\_%%' AND n.nspname NOT IN ('information_schema', 'ext')
  AND NOT COALESCE(c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on'], false)
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e');

-- rule: tables.foreign-keys
-- why: a foreign key to a protected table tells whether a hidden row exists
SELECT format('%%s on %%s', conname, conrelid::regclass) FROM pg_constraint k
JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
WHERE k.contype = 'f' AND fn.nspname = 'content' AND cn.nspname <> 'content';

-- rule: tables.marking-index
-- why: the planner joins an index on marking alone with others and loses ten times
SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
WHERE n.nspname = 'content' AND i.indnkeyatts = 1 AND a.attname = 'marking';

-- rule: tables.partitions
-- why: the size of a partition by marking tells how much is hidden
SELECT p.partrelid::regclass::text FROM pg_partitioned_table p
JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = ANY (p.partattrs::smallint[])
  WHERE a.attname = 'marking';

-- rule: extensions
-- why: some ways out of the database may not be there, and some words are needed
SELECT format('the extension %%s is installed', extname) FROM pg_extension WHERE extname = ANY (%(forbidden)s)
UNION ALL SELECT format('the extension %%s is missing', name) FROM unnest(%(needed)s::text[]) name
WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = name);
