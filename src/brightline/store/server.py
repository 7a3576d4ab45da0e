"""Where PostgreSQL answers, and the connection string of each role."""

from __future__ import annotations

import secrets as random
from dataclasses import dataclass, field, replace
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from brightline.model.errors import BadInput
from brightline.store.home import secret_in

DATABASE = "brightline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running PostgreSQL and the folder that holds the passwords of its roles.

    `place` are connection parameters without user, password and database; `superuser` is the installer's
    account, whose password lies beside the others (embedded) or came in the URL.
    """

    place: dict[str, str]
    superuser: str
    secrets: Path
    dbname: str = DATABASE
    embedded: bool = True
    password: str | None = field(default=None, repr=False)

    def dsn(self, role: str, dbname: str | None = None) -> str:
        """The connection string of one role. The password is read, or made, at this moment."""
        return make_conninfo(
            **self.place,
            user=role,
            password=role_password(self.secrets, role),
            dbname=dbname or self.dbname,
            application_name=role,
        )

    def admin_dsn(self, dbname: str | None = None) -> str:
        """The installer's connection string."""
        return make_conninfo(**self.admin_parameters(dbname), application_name="brightline_installer")

    def admin_parameters(self, dbname: str | None = None) -> dict[str, str]:
        """The installer's connection parameters, its password among them where there is one."""
        password = self.password
        if password is None and self.embedded:
            password = role_password(self.secrets, self.superuser)
        known = {"password": password} if password else {}
        return {**self.place, **known, "user": self.superuser, "dbname": dbname or self.dbname}

    def named(self, dbname: str) -> Server:
        """The same server, another database."""
        return replace(self, dbname=dbname)


def role_password(secrets: Path, role: str) -> str:
    """The role's password from its file, made at random the first time."""
    return secret_in(secrets, f"db-{role}", _password)


def _password() -> str:
    return random.token_urlsafe(32)


def from_url(url: str, secrets: Path) -> Server:
    """The server that BRIGHTLINE_DATABASE_URL names. Nothing is connected to yet."""
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    except Exception as error:
        raise BadInput(
            "BRIGHTLINE_DATABASE_URL",
            "it is no PostgreSQL address.",
            "Write postgresql://user:password@host:5432/brightline.",
        ) from error
    user = parts.pop("user", "")
    if not user:
        raise BadInput("BRIGHTLINE_DATABASE_URL", "it names no user.", "Name a superuser of that server.")
    password = parts.pop("password", None)
    dbname = parts.pop("dbname", DATABASE)
    parts.pop("application_name", None)
    return Server(place=parts, superuser=user, secrets=secrets, dbname=dbname, embedded=False, password=password)
