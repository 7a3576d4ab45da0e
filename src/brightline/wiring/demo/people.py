"""People and organisations by number. Who somebody is called comes from one stream, what they do from another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from brightline.wiring.demo.chance import Stream
from brightline.wiring.demo.pools import lines, words
from brightline.wiring.demo.region import BANKS, Place, Region
from brightline.wiring.demo.writing import phone_as_written, plain

# area codes of the North American plan; 555-0100 to 555-0199 are kept for invention, 555 as a whole is scarcely used
AREAS = tuple(
    a for first in range(200, 1000, 100) for a in range(first + 1, first + 21) if a % 100 != 11 and a not in (420, 710)
)
_PRIME = 999_999_937  # the largest prime below 10^9: multiplication by anything smaller is a bijection

FIRST_DAY = date(2025, 1, 1)


def day(n: int) -> date:
    """The n-th day of the world's calendar."""
    return FIRST_DAY + timedelta(days=n)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person. Positional on purpose: the large size makes millions, keyword calls cost a third more."""

    index: int
    given: str
    family: str
    birth: str
    number: str
    area: int
    line: int
    email: str
    home: int

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def phone(self) -> str:
        return f"+1{self.area}555{self.line:04d}"


@dataclass(frozen=True, slots=True)
class Organisation:
    index: int
    name: str
    number: str
    area: int
    line: int
    email: str
    seat: int
    founded: str
    sector: str

    @property
    def phone(self) -> str:
        return f"+1{self.area}555{self.line:04d}"


GIVEN, FAMILY = words("given"), words("family")
ONSETS, MIDDLES, ENDINGS = words("onsets"), words("middles"), words("endings")
_WORDS, SECTORS = words("words"), lines("sectors")
_FORMS = ("Ltd", "Ltd", "Ltd", "Limited", "Co.", "Partners", "Group", "PLC")


class Population:
    """The people and organisations of one seed. Numbers from `people` (`organisations`) up are for the plots."""

    def __init__(self, seed: int, people: int, organisations: int) -> None:
        self.people, self.organisations = people, organisations
        self.region = Region(seed)
        self._names = Stream(seed, "names")
        self._lives = Stream(seed, "lives")
        self._companies = Stream(seed, "organisations")
        self._lines = 100 if 2 * (people + 200) < 100 * len(AREAS) else 10_000
        self._large = people > 100_000

    def person(self, i: int) -> Person:
        given, family = self._given(i), self._family(i)
        lives = self._lives
        born = date(1946, 1, 1) + timedelta(days=lives.below(22_000, i, 0))
        area, line = self._telephone(2 * i)
        mail = f"{plain(given.split(' ')[0])}.{plain(family)}{i % 97:02d}@{lives.pick(MAIL, i, 1)}".lower()
        home = i // 2 if i < self.people else i
        return Person(i, given, family, born.isoformat(), person_number(i), area, line, mail.replace(" ", "-"), home)

    def organisation(self, i: int) -> Organisation:
        chance = self._companies
        sector = chance.pick(SECTORS, i, 0)
        called = chance.pick(_WORDS, i, 1)
        if self._large or chance.happens(55, i, 2):
            called += f" {chance.pick(_WORDS, i, 3)}"
        if self._large:
            called += f" {chance.pick(ONSETS, i, 8)}{chance.pick(ENDINGS, i, 9)}"
        name = f"{called} {sector} {chance.pick(_FORMS, i, 4)}"
        founded = date(1981, 1, 1) + timedelta(days=chance.below(15_900, i, 5))
        area, line = self._telephone(2 * i + 1)
        mail = f"office@{plain(called).replace(' ', '-').lower()}.example"
        return Organisation(i, name, company_number(i), area, line, mail, self.people + i, founded.isoformat(), sector)

    def _given(self, i: int) -> str:
        names = self._names
        given = names.pick(GIVEN, i, 0)
        if self._large or names.happens(22, i, 1):
            given += f" {names.pick(GIVEN, i, 2)}"
        return given

    def _family(self, i: int) -> str:
        names = self._names
        if names.happens(30, i, 3):
            family = names.pick(ONSETS, i, 4) + names.pick(MIDDLES, i, 5) + names.pick(ENDINGS, i, 6)
        else:
            family = names.pick(FAMILY, i, 7)
        if names.happens(8, i, 8):
            family += f" {names.pick(FAMILY, i, 9)}"
        return family

    def _telephone(self, k: int) -> tuple[int, int]:
        """The k-th number of the numbering range, spread by a bijection so that neighbours don't look alike."""
        room = len(AREAS) * self._lines
        n = (k * 1_000_003 + 1_234_567) % room
        first = 100 if self._lines == 100 else 0
        return AREAS[n % len(AREAS)], first + n // len(AREAS)

    def place_of(self, home: int) -> Place:
        return self.region.place(home)


MAIL = ("post.example", "letters.example", "saltmail.example", "quaymail.example")


def person_number(i: int) -> str:
    """The commonwealth's number of a person: nine digits, no two alike."""
    n = ((i + 1) * 387_420_489) % _PRIME
    return f"{n:09d}"


def company_number(i: int) -> str:
    """The register's number of a company: C and seven digits, no two alike below ten million."""
    n = ((i + 1) * 4_256_233) % 9_999_991
    return f"C{n:07d}"


def bank_of(k: int) -> tuple[str, str]:
    """Code and name of the bank where account k lies."""
    return BANKS[(k * 2_654_435_761 >> 16) % len(BANKS)]


def account_number(k: int) -> str:
    """The number of account k: bank, branch, account; no two alike."""
    n = ((k + 1) * 486_187_739) % _PRIME
    return f"{bank_of(k)[0]}{n % 83 + 11:04d}{n:09d}"


def person_number_as_written(number: str, chance: Stream, i: int) -> str:
    """The same number with or without its usual separators."""
    if chance.happens(50, i, 96):
        return f"{number[:3]}-{number[3:5]}-{number[5:]}"
    return number


def phone_of(thing: Person | Organisation, chance: Stream, i: int) -> str:
    """Its telephone number in the form that this row happens to use."""
    return phone_as_written(thing.area, thing.line, chance, i)
