"""The web process: `brightline up` starts it and hands it its credentials through standard input."""

from __future__ import annotations

import argparse
import logging
import sys

import uvicorn

from brightline.api.app import create_app
from brightline.api.guard import Limits
from brightline.wiring.objects import Credentials, House


def main() -> None:
    """Serve until told to stop. Loopback only by default; nothing of a request's address goes to the log."""
    parser = argparse.ArgumentParser(prog="brightline-api")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    wanted = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    house = House(Credentials.from_json(sys.stdin.readline()))
    uvicorn.run(
        create_app(house, limits=Limits(table=house.largest_file)),
        host=wanted.host,
        port=wanted.port,
        access_log=False,
        server_header=False,
        date_header=True,
        log_config=None,
        timeout_graceful_shutdown=10,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main()
