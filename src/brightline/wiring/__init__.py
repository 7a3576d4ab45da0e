"""Settings, and the building of objects: the one place where parts are put together."""
