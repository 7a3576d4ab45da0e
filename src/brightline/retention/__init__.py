"""Time limits and purges (see README.md)."""
