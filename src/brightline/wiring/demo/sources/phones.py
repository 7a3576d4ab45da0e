"""Telephone records under a production order: subscribers and calls, two kinds of row in one file. CSV."""

from __future__ import annotations

from collections.abc import Iterator

from brightline.wiring.demo.keys import subscriber_number
from brightline.wiring.demo.people import Person, day, person_number_as_written, phone_of
from brightline.wiring.demo.region import TOWNS
from brightline.wiring.demo.rows import Conversation, mingle
from brightline.wiring.demo.world import World
from brightline.wiring.demo.writing import as_written

NAME = "phones"
FILE = "records.csv"
COLUMNS = (
    "row",
    "kind",
    "subscriber_no",
    "subscriber_name",
    "person_no",
    "subscriber_phone",
    "address",
    "caller_no",
    "caller_phone",
    "receiver_no",
    "receiver_phone",
    "began",
    "seconds",
    "mast",
)
_SUBSCRIBED = 70
_PLAYERS = ("officer", "shell_director", "skipper", "driver", "storekeeper", "manager")


def expected(world: World) -> int:
    return world.size.calls


def rows(world: World) -> Iterator[list[object]]:
    """Subscribers first, then calls."""
    hand, n = world.stream("phones/hand"), 0
    for person in _subscribers(world):
        n += 1
        yield _subscriber(world, person, n)
    for call in mingle(_life(world), world.planted.conversations, expected(world), hand):
        n += 1
        yield _call(call, n)


def _subscribers(world: World) -> Iterator[Person]:
    chance = world.stream("phones/subscribers")
    for i in range(world.size.people):
        if chance.happens(_SUBSCRIBED, i):
            yield world.population.person(i)
    for role in _PLAYERS:
        yield world.cast.who(role)


def _subscriber(world: World, person: Person, n: int) -> list[object]:
    hand, i = world.stream("phones/hand"), person.index
    home = world.population.place_of(person.home).full if hand.happens(75, i, 1) else ""
    number = person_number_as_written(person.number, hand, i)
    name = as_written(person.given, person.family, hand, i)
    own = [subscriber_number(person), name, number, phone_of(person, hand, i), home]
    return [f"P{n:08d}", "S", *own, "", "", "", "", "", "", ""]


def _life(world: World) -> Iterator[Conversation]:
    """Calls mostly stay in a small circle of neighbours by number, so that the graph has communities."""
    chance, subscribers = world.stream("calls"), world.stream("phones/subscribers")
    people, population = world.size.people, world.population

    def subscribed(start: int) -> int:
        for step in range(60):
            if subscribers.happens(_SUBSCRIBED, (start + step) % people):
                return (start + step) % people
        return start

    for n in range(world.size.calls):
        caller = subscribed(chance.below(people, n, 0))
        near = chance.happens(70, n, 1)
        reach = 1 + chance.below(12, n, 2) if near else 1 + chance.below(people - 1, n, 2)
        receiver = subscribed((caller + reach) % people)
        if caller == receiver:
            continue
        at = f"{day(chance.below(638, n, 3)).isoformat()}T{chance.below(24, n, 4):02d}:{chance.below(60, n, 5):02d}:00"
        mast = chance.pick(TOWNS, n, 6).name
        yield Conversation(
            population.person(caller), population.person(receiver), at, 5 + chance.below(1_400, n, 7), mast
        )


def _call(row: Conversation, n: int) -> list[object]:
    ends = [subscriber_number(row.caller), row.caller.phone, subscriber_number(row.receiver), row.receiver.phone]
    return [f"P{n:08d}", "C", "", "", "", "", "", *ends, row.at, row.seconds, row.mast]
