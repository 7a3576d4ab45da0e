"""Who works here: accounts, units, roles, authorities, sources and their agreements."""
