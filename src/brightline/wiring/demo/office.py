"""The invented authority that works in the demo: units, accounts, statutes, and the cases it has open."""

from __future__ import annotations

from dataclasses import dataclass

# One password for all, known to everybody who reads this: the demo holds nothing real. A real installation begins
# with `brightline init`, which knows no password at all.
PASSWORD = "harbour-lights-demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    name: str
    title: str
    regime: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody of the demo. `supervisor` is who stands above them in their unit."""

    name: str
    title: str
    unit: str
    role: str
    supervisor: str | None = None

    @property
    def desk(self) -> str:
        return f"{self.unit}/{self.role}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    code: str
    title: str
    statute: str
    regime: str
    processes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlan:
    """A case to open: by whom, under which authorities, on which facts, with which document."""

    key: str
    title: str
    lead: str
    members: tuple[str, ...]
    supervisor: str
    authorities: tuple[str, ...]
    category: str
    predicate: str
    document: str


ADMIN = Account(name="admin", title="Ivo Brandt", unit="operations", role="admin")
ADMIN_UNIT_TITLE = "Operations"

UNITS = (
    Unit(name="fraud", title="Fraud and Serious Crime", regime="criminal"),
    Unit(name="labour", title="Labour Standards Enforcement", regime="civil"),
    Unit(name="intake", title="Public Reports Desk", regime="regulatory"),
    Unit(name="records", title="Records Stewardship", regime=None),
    Unit(name="tips", title="Criminal Intake", regime="criminal"),
    Unit(name="status", title="Status Review", regime="civil"),
    Unit(name="legal", title="Legal Review", regime=None),
    Unit(name="inspectorate", title="Inspector General", regime="oversight"),
)

# supervisors first: an agent's grant names them
ACCOUNTS = (
    Account(name="owen.hale", title="Owen Hale", unit="fraud", role="supervisor"),
    Account(name="dana.whitlock", title="Dana Whitlock", unit="fraud", role="agent", supervisor="owen.hale"),
    Account(name="lee.fenn", title="Lee Fenn", unit="fraud", role="analyst", supervisor="owen.hale"),
    Account(name="paula.renner", title="Paula Renner", unit="labour", role="supervisor"),
    Account(name="rosa.vance", title="Rosa Vance", unit="labour", role="agent", supervisor="paula.renner"),
    Account(name="ines.pell", title="Ines Pell", unit="labour", role="analyst", supervisor="paula.renner"),
    Account(name="june.sorrel", title="June Sorrel", unit="intake", role="supervisor"),
    Account(name="theo.marsh", title="Theo Marsh", unit="intake", role="agent", supervisor="june.sorrel"),
    Account(name="gwen.arlo", title="Gwen Arlo", unit="tips", role="supervisor"),
    Account(name="mara.holt", title="Mara Holt", unit="tips", role="vetter", supervisor="gwen.arlo"),
    Account(name="piet.sand", title="Piet Sand", unit="tips", role="vetter", supervisor="gwen.arlo"),
    Account(name="hedda.crane", title="Hedda Crane", unit="status", role="supervisor"),
    Account(name="nils.ode", title="Nils Ode", unit="status", role="vetter", supervisor="hedda.crane"),
    Account(name="tova.lind", title="Tova Lind", unit="status", role="vetter", supervisor="hedda.crane"),
    # Two administrators: neither confirms a role of their own.
    Account(name="edda.voss", title="Edda Voss", unit="operations", role="admin"),
    Account(name="sam.orrin", title="Sam Orrin", unit="records", role="steward"),
    Account(name="vera.moss", title="Vera Moss", unit="legal", role="approver"),
    Account(name="kim.thorne", title="Kim Thorne", unit="legal", role="approver"),
    Account(name="ada.quist", title="Ada Quist", unit="inspectorate", role="overseer"),
)

AUTHORITIES = (
    Authority(
        code="smr-pen-241",
        title="Laundering of monetary instruments",
        statute="Saltmere Penal Code s. 241",
        regime="criminal",
        processes=("warrant", "subpoena"),
    ),
    Authority(
        code="smr-pen-118",
        title="Fraud in public procurement",
        statute="Saltmere Penal Code s. 118",
        regime="criminal",
        processes=("warrant", "subpoena", "court-order"),
    ),
    Authority(
        code="smr-pen-203",
        title="Smuggling by sea",
        statute="Saltmere Penal Code s. 203",
        regime="criminal",
        processes=("warrant", "court-order"),
    ),
    Authority(
        code="smr-pro-12",
        title="Production orders for bank and telephone records",
        statute="Saltmere Criminal Procedure Code s. 12",
        regime="criminal",
        processes=("subpoena", "court-order"),
    ),
    Authority(
        code="smr-lab-31",
        title="Unlawful deductions from wages",
        statute="Saltmere Labour Standards Act s. 31",
        regime="civil",
        processes=("summons", "inspection-notice"),
    ),
    Authority(
        code="smr-lab-11",
        title="Wage and hour investigations",
        statute="Saltmere Labour Standards Act s. 11",
        regime="civil",
        processes=("summons",),
    ),
    Authority(
        code="smr-com-7", title="Register of companies", statute="Saltmere Companies Act s. 7", regime="regulatory"
    ),
    Authority(
        code="smr-har-19", title="Reporting of movements", statute="Saltmere Harbours Act s. 19", regime="regulatory"
    ),
    Authority(
        code="smr-har-31",
        title="Manifests of vessels and vehicles",
        statute="Saltmere Harbours Act s. 31",
        regime="regulatory",
    ),
    Authority(
        code="smr-rep-9", title="Reports by the public", statute="Saltmere Public Reports Act s. 9", regime="regulatory"
    ),
    Authority(
        code="smr-pen-125",
        title="Major fraud against the state",
        statute="Saltmere Penal Code s. 125",
        regime="criminal",
        processes=("warrant", "subpoena"),
    ),
    Authority(code="smr-res-22", title="Permission to stay", statute="Saltmere Residence Act s. 22", regime="civil"),
    Authority(
        code="smr-ins-4",
        title="Inspection of records and logs",
        statute="Saltmere Inspector General Act s. 4",
        regime="oversight",
    ),
)

CASES = (
    CasePlan(
        key="works",
        title="Harbour Works",
        lead="dana.whitlock",
        members=("lee.fenn",),
        supervisor="owen.hale",
        authorities=("smr-pen-118", "smr-pen-241"),
        category="procurement fraud",
        predicate=(
            "Four contractors won eight harbour contracts in strict turn between January 2025 and July 2026; after"
            " each award the winner paid a consultancy without staff, and the losers were paid out of that account."
        ),
        document="Memorandum of the court of audit on contracts HW-2101 to HW-2108 (invented).",
    ),
    CasePlan(
        key="pier",
        title="Pier 9",
        lead="rosa.vance",
        members=("ines.pell",),
        supervisor="paula.renner",
        authorities=("smr-lab-31",),
        category="unlawful deductions",
        predicate=(
            "Wage lines of Brightwater Staffing show a housing recharge of four fifths of the legal minimum for each of"
            " 38 workers in nine months, and one account for the pay of all of them."
        ),
        document="Inspection notice and extract of the wage lines of September 2026 (invented).",
    ),
    CasePlan(
        key="ferry",
        title="Night Ferry",
        lead="lee.fenn",
        members=("dana.whitlock",),
        supervisor="owen.hale",
        authorities=("smr-pen-203",),
        category="smuggling",
        predicate=(
            "The fishing vessel Sable Wren landed at Corrin Head on nine nights without declaring a catch; harbour"
            " staff report that a refrigerated van left by the night gate within the hour each time."
        ),
        document="Report of the harbour master at Corrin Head, 3 October 2026 (invented).",
    ),
    CasePlan(
        key="reports",
        title="Reports on Harbor Loop",
        lead="theo.marsh",
        members=(),
        supervisor="june.sorrel",
        authorities=("smr-rep-9",),
        category="public reports",
        predicate=(
            "Three reports within a month name the same bunkhouse at 418 Harbor Loop and the same staffing firm; they"
            " are researched here before anything is referred."
        ),
        document="Log of the three calls to the reports line (invented).",
    ),
)


def account(name: str) -> Account:
    """The demo account of that name."""
    return next(a for a in (ADMIN, *ACCOUNTS) if a.name == name)
