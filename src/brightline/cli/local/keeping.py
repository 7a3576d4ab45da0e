"""The process that keeps a home running: `python -m brightline.cli.local.keeping`, started by `brightline up`."""

from __future__ import annotations

import logging
import signal
import sys
import threading

from brightline.cli.local import house, processes, supervisor
from brightline.store import embedded
from brightline.wiring.settings import Settings, load


def parts_of(settings: Settings) -> dict[str, supervisor.Kept]:
    """The database, where it is ours; the worker; the web process on the port that it has had."""
    home = settings.find_home()
    ports: list[int] = []

    def api_lives() -> bool:
        found = processes.find(home, "api")
        ports[:] = [found.port] if found and found.port else ports
        return found is not None

    found = {
        supervisor.FIRST: supervisor.Kept(
            name=supervisor.FIRST,
            lives=lambda: embedded.status(home).running,
            start=lambda: _quietly(embedded.start(home, max_connections=settings.max_connections)),
        ),
        "worker": supervisor.Kept(
            name="worker",
            lives=lambda: processes.find(home, "worker") is not None,
            start=lambda: house.start_worker(settings),
        ),
        "api": supervisor.Kept(
            name="api", lives=api_lives, start=lambda: house.start_api(settings, ports[0] if ports else settings.port)
        ),
    }
    if settings.server_url() is not None:
        del found[supervisor.FIRST]
    return found


def _quietly(_: object) -> None:
    return None


def main() -> int:
    """Until SIGTERM."""
    settings = load()
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
    ended = threading.Event()
    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, lambda *_: ended.set())
    home = settings.find_home()
    sys.stdin.close()
    supervisor.Supervisor(home, parts_of(settings)).run(ended)
    return 0


if __name__ == "__main__":
    sys.exit(main())
