"""The log: knows bytes only, and can be shipped alone to an inspector (see README.md)."""
