"""A proposal as a state machine: what one person wants changed of sight or powers, and another decides.

    proposed ──accept──▶ in_force                     what ends something, and powers; during setup all of it
       │ ╲──accept_with_notice──▶ notice ──begin──▶ in_force      what opens or widens: overseers are told days before
       │                            ╰──withdraw──▶ withdrawn, or ──lapse──▶ lapsed when it can't begin any more
       ├──refuse──▶ refused
       ├──withdraw──▶ withdrawn
       ╰──lapse──▶ lapsed                             nobody decided in time

Pure; the database keeps the same steps (`line.proposal_transition`), and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping

TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("proposed", "accept"): "in_force",
    ("proposed", "accept_with_notice"): "notice",
    ("proposed", "refuse"): "refused",
    ("proposed", "withdraw"): "withdrawn",
    ("proposed", "lapse"): "lapsed",
    ("notice", "begin"): "in_force",
    ("notice", "withdraw"): "withdrawn",
    ("notice", "lapse"): "lapsed",
}
