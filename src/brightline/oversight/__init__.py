"""The overseers' room (see README.md)."""
