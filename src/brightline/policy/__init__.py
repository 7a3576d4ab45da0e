"""The rulebook as versions: proposed, proved, approved, in force (see README.md)."""
