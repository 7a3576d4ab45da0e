"""The shortest path between two entities, under the line, against igraph on the same graph in memory.

igraph is given the very subgraph that the purpose may see; ours finds it among a fifth more of hidden links, enters
the act, and returns names, sources and markings with the path.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import igraph

from bench.lib import Row, med, milliseconds, p95, say, size, write
from bench.region import ENTITIES, SEED, Region, entity, region
from brightline.gate import Call
from brightline.links.queries import Ends, path

RUNS = {"small": 20, "medium": 50, "full": 100}
HOPS = 12


def run() -> Path:
    with region() as made:
        graph, edges = _peer(made)
        rng = random.Random(SEED)
        count = ENTITIES[size()]
        pairs = [(rng.randint(1, count), rng.randint(1, count)) for _ in range(RUNS[size()])]
        say(f"{len(pairs)} pairs")
        _check_same(made, graph, pairs)
        call = made.call()
        ours = milliseconds(lambda pair: _ours(made, call, pair), pairs)
        peer = milliseconds(lambda pair: _igraph(graph, pair), pairs)
        ratio = med(peer) / med(ours)
        rows = [
            Row(
                name="path between two, median",
                ours=med(ours),
                peer=med(peer),
                peer_name="igraph",
                unit="ms",
                ratio=round(ratio, 1),
                goal="≥ 5 × faster than igraph",
                holds=ratio >= 5 or size() == "small",
            ),
            Row(
                name="path between two, p95",
                ours=p95(ours),
                peer=p95(peer),
                peer_name="igraph",
                unit="ms",
                ratio=round(p95(peer) / p95(ours), 1),
                goal="",
                holds=True,
            ),
        ]
        data = {"nodes": count, "directed_links": edges * 2, "hidden_links": "a fifth more"}
        return write("path", data=data, runs={"pairs": len(pairs)}, rows=rows)


def _peer(made: Region) -> tuple[igraph.Graph, int]:
    """The visible graph, loaded into igraph; ids are 64 bits of the entity's id, mapped to 0…n-1."""
    say("loading igraph")
    number = {entity(n).bytes: n - 1 for n in range(1, ENTITIES[size()] + 1)}
    edges: list[tuple[int, int]] = []
    query = """COPY (SELECT l.src, l.dst FROM content.link l WHERE l.forward AND l.source = 'register')
      TO STDOUT (FORMAT binary)"""
    with made.admin.cursor().copy(query) as copy:
        copy.set_types(["uuid", "uuid"])
        for src, dst in copy.rows():
            edges.append((number[src.bytes], number[dst.bytes]))
    return igraph.Graph(n=len(number), edges=edges, directed=False), len(edges)


def _ours(made: Region, call: Call, pair: tuple[int, int]) -> dict[str, Any]:
    ends = Ends(a=entity(pair[0]).hex, b=entity(pair[1]).hex, max_hops=HOPS, limit=1)
    found: dict[str, Any] = path(made.gate, call, ends).result
    return found


def _igraph(graph: igraph.Graph, pair: tuple[int, int]) -> list[int]:
    found: list[int] = graph.get_shortest_path(pair[0] - 1, pair[1] - 1)
    return found


def _check_same(made: Region, graph: igraph.Graph, pairs: list[tuple[int, int]]) -> None:
    call = made.call()
    for pair in pairs[:10]:
        ours, peer = _ours(made, call, pair), _igraph(graph, pair)
        told = ours["hops"] if ours["found"] else 0
        expected = max(len(peer) - 1, 0)
        if told != expected and expected <= HOPS:
            raise SystemExit(f"The path between {pair} has {told} steps here and {expected} in igraph.")
