"""What a password costs in the tests: the least that the database takes, but for the tests of the cost itself.

A hash at the shipped cost takes a tenth of a second and 64 MiB; the suite makes thousands. What is started as a process
of its own (`brightline demo`, `brightline up`) pays the shipped cost, as it does at a site.
"""

from __future__ import annotations

from brightline.accounts import passwords

SHIPPED = {"time": passwords.TIME, "memory": passwords.MEMORY_KIB, "lanes": passwords.LANES}


def cheapen() -> None:
    """From here on new passwords of this process cost the least."""
    least = passwords.LEAST
    passwords.TIME, passwords.MEMORY_KIB, passwords.LANES = least["time"], least["memory"], least["lanes"]
