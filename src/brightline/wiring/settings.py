"""Every setting, from the environment. docs/reference/settings.md explains them; a test compares the two.

Settings say where things are and how large; none of them loosens a rule of the line.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from brightline.model.errors import BadInput
from brightline.store.home import Home

PREFIX = "BRIGHTLINE_"


class Settings(BaseSettings):
    """The settings of this process. Unset ones have the defaults below."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    home: Path | None = Field(
        default=None,
        description="Folder of the installation: database, secrets, ledger, files. Default: `/var/lib/brightline` "
        "for root, else `brightline` in the user's data folder.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="A PostgreSQL ≥ 17 to use instead of the embedded one, as a superuser of it: "
        "`postgresql://user:password@host:5432/brightline`. Only `up`, `doctor` and restores use this account.",
    )
    url: str | None = Field(
        default=None,
        description="Where the command line finds the API. Default: where this home's API runs, "
        "else `http://HOST:PORT` of this machine.",
    )
    token: SecretStr | None = Field(
        default=None, description="Session token for scripts, instead of the file that `brightline login` writes."
    )
    purpose: str | None = Field(default=None, description="Purpose of commands that don't name one with `--purpose`.")
    inquiry: str | None = Field(default=None, description="Id of the open inquiry that commands belong to.")
    host: str = Field(
        default="127.0.0.1", description="Address the API listens on. Anything but loopback needs TLS in front."
    )
    port: int = Field(default=8177, ge=1, le=65535, description="Port the API listens on.")
    public_url: str | None = Field(
        default=None,
        description="Address under which people reach the web application, where a proxy stands before it: "
        "`https://brightline.example`. Cookies are then closed to plain connections; providers send browsers there.",
    )
    pool_size: int = Field(
        default=8, ge=1, le=200, description="Largest number of database connections of the web process, per role."
    )
    max_connections: int = Field(
        default=100, ge=20, le=10000, description="Largest number of connections the embedded PostgreSQL takes."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much the processes write to their logs. Search words never go there."
    )
    origin: str | None = Field(
        default=None,
        description="Name of this installation's log in its checkpoints. Fixed by the first start. "
        "Default: `brightline.local/` and a random id.",
    )

    witnesses: str | None = Field(
        default=None,
        description="Outside witnesses that cosign checkpoints: `KEY URL, KEY URL`, each key as its witness prints it.",
    )
    witness_quorum: int | None = Field(
        default=None, ge=1, le=100, description="How many witnesses must agree. Default: all that are named."
    )
    tsa_url: str | None = Field(
        default=None, description="Address of a time-stamping authority (RFC 3161) that stamps checkpoints."
    )
    tsa_certificates: Path | None = Field(
        default=None, description="File with that authority's certificates (PEM), its root among them."
    )
    tsa_minutes: int = Field(
        default=60,
        ge=1,
        le=100_000,
        description="Minutes between two time-stamps.",
    )
    log_stop_minutes: int = Field(
        default=10,
        ge=1,
        le=1440,
        description="Minutes after which a log that stands still (worker dead, slot lost, table set back) takes no "
        "more acts, so that nothing is answered that nobody can look at. A change is an entry of the log.",
    )
    inbox_hours: int = Field(
        default=24,
        ge=0,
        le=100_000,
        description="Hours after which a file that was sent along, and that a published run has taken whole, is "
        "removed from the inbox.",
    )
    intake_mb: int = Field(
        default=2_000,
        ge=1,
        le=1_000_000,
        description="Megabytes that a file of leads or a published table may have. It is read in pieces: what a large "
        "one needs is room on the disk.",
    )
    intake_rows: int = Field(
        default=2_000_000,
        ge=1,
        le=20_000_000,
        description="Rows that a file of leads or a published table may have. The worker takes it in piece by piece.",
    )

    box: Literal["whole", "partial"] = Field(
        default="whole",
        description="What happens where the kernel can't close the box in which documents are read and `crawl` runs: "
        "`whole` reads nothing there, `partial` reads with whatever walls there are. `brightline doctor` names them.",
    )

    @field_validator("url", "public_url")
    @classmethod
    def _no_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else None

    @property
    def base_url(self) -> str:
        """The API's address for clients of this machine."""
        return self.url or f"http://{self.host}:{self.port}"

    def find_home(self) -> Home:
        """The installation's folder."""
        return Home.find(self.home)

    def server_url(self) -> str | None:
        """The installer's database address in clear, or None for the embedded server."""
        return self.database_url.get_secret_value() if self.database_url else None


def load() -> Settings:
    """Read the environment; a value that can't be used is named with its variable, never shown."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise BadInput(name, f"{first['msg']}.", "See docs/reference/settings.md.") from error


def unknown() -> tuple[str, ...]:
    """Variables with our prefix that aren't settings: most likely a slip of the pen."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | OTHERS
    return tuple(sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known))


# Read by `up` and the worker (FEEDS, TEST_DATA) and by the tests.
OTHERS = frozenset(f"BRIGHTLINE_{name}" for name in ("FEEDS", "TEST_DATA", "TEST_PLACE", "REQUIRE", "CHROMIUM"))
