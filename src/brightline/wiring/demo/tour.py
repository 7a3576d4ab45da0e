"""What to try first: the tour through the planted answers, in the browser and on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brightline.wiring.demo.office import ACCOUNTS, ADMIN, PASSWORD


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what it shows, how by browser, how by command line, what one sees."""

    title: str
    browser: str
    cli: tuple[str, ...]
    expect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A loaded demo: who can sign in, which cases there are, what to try, how long it took."""

    size: str
    seed: int
    folder: str
    cases: dict[str, str]
    crossings: dict[str, str]
    tour: tuple[Step, ...]
    loaded: bool
    seconds: float


def tour(answers: list[dict[str, Any]], cases: dict[str, str], crossings: dict[str, str]) -> tuple[Step, ...]:
    """The steps, with the numbers that this installation gave its cases."""
    by_key = {answer["key"]: answer for answer in answers}
    works, pier = cases["works"], cases["pier"]
    phone = by_key["works-phone"]["query"]
    account = by_key["pier-account"]["query"]
    return (
        _search(works, phone),
        _typo(works),
        _chain(works, by_key["works-chain"]),
        _other_side(pier, account),
        _crossing(works, crossings),
        _waiting(crossings),
        _oversight(),
        _limits(),
    )


def _search(works: str, phone: str) -> Step:
    return Step(
        title="Search under a purpose",
        browser=f"Sign in as dana.whitlock, choose {works} Harbour Works, write why, search {phone}.",
        cli=(
            "brightline login --account dana.whitlock",
            f'brightline search "{phone}" --purpose {works}'
            ' --reason "Find which bidders of the harbour contracts share a telephone number."',
        ),
        expect="Two bidders, Tidewater and Tarn and Vale, carry the same number. Each hit says why it matched.",
    )


def _typo(works: str) -> Step:
    return Step(
        title="A name with slips",
        browser="Search Quilon Rodworks, open the company, expand its links.",
        cli=(
            f'brightline search "Quilon Rodworks" --purpose {works}'
            ' --reason "Find the contractor Quillon Roadworks named in the audit memorandum of May."',
        ),
        expect="Quillon Roadworks Ltd. It shares its address, a suite, with another bidder and with Marlow Finch.",
    )


def _chain(works: str, answer: dict[str, Any]) -> Step:
    officer = answer["ids"]["officer"]
    return Step(
        title="The path to the head of procurement",
        browser=f"Search {officer['find']} (his number), then ask for the path from Quillon Roadworks to him.",
        cli=(
            f"brightline search {officer['find']} --purpose {works}"
            ' --reason "Find the telephone records of the head of procurement named in the audit."',
            f"brightline links path QUILLON-ID OFFICER-ID --purpose {works}",
        ),
        expect="Six steps: suite, Marlow Finch, its owner Pelham Ridge, that owner's director, a number, the officer.",
    )


def _other_side(pier: str, account: str) -> Step:
    return Step(
        title="The other side of the line",
        browser=f"Sign in as rosa.vance, choose {pier} Pier 9, search {account}. Then do the same as dana.whitlock.",
        cli=(
            "brightline login --account rosa.vance",
            f"brightline search {account} --purpose {pier}"
            ' --reason "Find the account into which the wages of the Pier 9 workers are paid."',
        ),
        expect="Civil work sees the wage lines and not the bank; criminal work the bank and not the wage lines.",
    )


def _crossing(works: str, crossings: dict[str, str]) -> Step:
    return Step(
        title="What a crossing opened",
        browser=f"As dana.whitlock in {works}, open Crossings, then {crossings['foremen']} and one of its two people.",
        cli=(f"brightline crossing list --purpose {works}",),
        expect="Two foremen with name and number, nothing else, until the crossing expires. The workers' were denied.",
    )


def _waiting(crossings: dict[str, str]) -> Step:
    number = crossings["owner"]
    return Step(
        title="Decide one yourself",
        browser=f"{number} waits. As paula.renner and owen.hale give opinions, then decide as kim.thorne.",
        cli=("brightline login --account kim.thorne", "brightline crossing list --purpose legal/approver"),
        expect="Who asked can't decide, nor can anybody above; the approver belongs to neither chain.",
    )


def _oversight() -> Step:
    return Step(
        title="Who looked",
        browser="Sign in as ada.quist: The line shows crossings, figures, exceptions (somebody looked himself up),"
        " every act of this tour, refusals too, and verifies the log.",
        cli=("brightline ledger verify", "brightline report run overview", "brightline review exceptions"),
        expect="ok, with as many entries as there were acts. Change one byte of an export and it names the entry.",
    )


def _limits() -> Step:
    return Step(
        title="What has to go",
        browser="As sam.orrin open Time limits: four reports are past their two years, two wait for a confirmation."
        " Confirm as june.sorrel, whose unit keeps them.",
        cli=("brightline login --account june.sorrel", "brightline retention purges --purpose intake/supervisor"),
        expect="The certificate is in the log, the reports are gone from the database, and ledger verify still holds.",
    )


def render(report: Report, url: str) -> str:
    """The report as text for a terminal."""
    lines = [f"Demo world {report.size}, seed {report.seed}: {url}", ""]
    lines.append(f"Everybody's password is {PASSWORD}  (a demo only: anybody who read the README knows it)")
    lines += [f"  {a.name:<14} {a.title:<14} {a.role}, {a.unit}" for a in (*ACCOUNTS, ADMIN)]
    lines.append("")
    lines += [f"  {number}  {key}" for key, number in report.cases.items()]
    lines += ["", "Try first:"]
    for n, step in enumerate(report.tour, start=1):
        lines += [f"{n}. {step.title}. {step.browser}", f"   → {step.expect}"]
    lines.append("")
    lines.append(f"{'Loaded' if report.loaded else 'Was loaded already; looked'} in {report.seconds:.1f} s.")
    return "\n".join(lines)
