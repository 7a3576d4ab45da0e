"""`brightline`: one program for people and scripts."""

from __future__ import annotations

import sys

from brightline.cli.app import perform


def main() -> None:
    """The console script."""
    sys.exit(perform(sys.argv[1:]))


if __name__ == "__main__":
    main()
