"""What crosses rooms: one function, one story."""
