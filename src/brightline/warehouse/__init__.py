"""The warehouse: every version of every record in Delta tables, and what is done by the clock."""
