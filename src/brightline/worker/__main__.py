"""`python -m brightline.worker`: what `brightline up` starts beside the web process."""

from __future__ import annotations

from brightline.worker.main import main

if __name__ == "__main__":
    main()
