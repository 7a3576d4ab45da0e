-- Which installed functions a service token may call: those whose file says so (`token: yes`), written by the installer.
CREATE TABLE line.token_act (name text PRIMARY KEY);
ALTER TABLE line.token_act OWNER TO brightline_line;
REVOKE ALL ON line.token_act FROM PUBLIC;
