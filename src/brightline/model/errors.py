"""Every error a person or a program may meet, as one small tree.

    BrightlineError
    ├── Refused              the line says no; exit 1, HTTP 403
    │   └── Unauthenticated  no live session; exit 1, HTTP 401
    │       └── Locked       too many wrong passwords or codes; exit 1, HTTP 429
    ├── Missing              absent or hidden, told alike; exit 1, HTTP 404
    ├── Conflict             the object is in another state; exit 1, HTTP 409
    ├── BadInput             a field is wrong; exit 2, HTTP 422
    ├── InputFaults          data had faults and went to quarantine; exit 3, HTTP 422
    ├── NotRunning           a part is down or out of reach; exit 4, HTTP 503
    ├── Busy                 all places are taken just now; exit 4, HTTP 503
    │   └── TooOften         by this address; exit 4, HTTP 429
    └── VerificationFailed   a log or a receipt doesn't hold; exit 5, HTTP 422

Each states the fact (`detail`) and the way out (`hint`).
"""

from __future__ import annotations

from typing import ClassVar


class BrightlineError(Exception):
    """Base of the tree. `code` is for machines, `detail` says what is so, `hint` says what to do."""

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500
    default_code: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str, *, hint: str = "", code: str = "", entry: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.code = code or self.default_code
        self.entry = entry

    def __str__(self) -> str:
        return f"{self.detail} {self.hint}".strip()


class Refused(BrightlineError):
    """The line refuses. For whoever asks, the text is one and the same; the ledger knows the reason."""

    http_status = 403
    default_code = "refused"
    title = "Refused by the line"


class Unauthenticated(Refused):
    """No live session stands behind the call."""

    http_status = 401
    default_code = "unauthenticated"
    title = "Sign in first"


class Locked(Unauthenticated):
    """Too many wrong passwords or codes from here; `retry_after` are the seconds until the next may be tried."""

    http_status = 429
    default_code = "locked"
    title = "Too many wrong attempts"

    def __init__(
        self, detail: str, *, hint: str = "", code: str = "", entry: str | None = None, retry_after: int = 900
    ) -> None:
        super().__init__(detail, hint=hint, code=code, entry=entry)
        self.retry_after = retry_after


class Missing(BrightlineError):
    """Absent, or not to be seen from here: the two are never told apart."""

    http_status = 404
    default_code = "not_found"
    title = "Not found from here"


class Conflict(BrightlineError):
    """The object isn't in a state that allows this, or somebody was faster."""

    http_status = 409
    default_code = "conflict"
    title = "Not in this state"


class BadInput(BrightlineError):
    """One field can't be taken as it is."""

    exit_code = 2
    http_status = 422
    default_code = "bad_input"
    title = "Check the input"

    def __init__(self, field: str, problem: str, hint: str = "", *, code: str = "") -> None:
        super().__init__(f"{field}: {problem}", hint=hint, code=code)
        self.field = field


class InputFaults(BrightlineError):
    """Data had faults; what could not be taken is counted, named and kept in quarantine."""

    exit_code = 3
    http_status = 422
    default_code = "input_faults"
    title = "The data had faults"


class NotRunning(BrightlineError):
    """A server, a database or a worker is down or out of reach."""

    exit_code = 4
    http_status = 503
    default_code = "not_running"
    title = "Not running"


class Busy(BrightlineError):
    """All places are taken. `retry_after` says in how many seconds to come again."""

    exit_code = 4
    http_status = 503
    default_code = "busy"
    title = "Too many at once"

    def __init__(
        self, detail: str, *, hint: str = "", code: str = "", entry: str | None = None, retry_after: int = 5
    ) -> None:
        super().__init__(detail, hint=hint, code=code, entry=entry)
        self.retry_after = retry_after


class TooOften(Busy):
    """This address asks more than its share."""

    http_status = 429
    default_code = "too_often"


class VerificationFailed(BrightlineError):
    """A ledger, a proof or a receipt doesn't hold."""

    exit_code = 5
    http_status = 422
    default_code = "verification_failed"
    title = "Verification failed"
