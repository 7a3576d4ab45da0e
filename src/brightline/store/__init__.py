"""PostgreSQL: starting it, its roles, migrations, installing sql/ as functions, sessions, checks."""
