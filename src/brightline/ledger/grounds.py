"""What a log is compared with before it is walked through: keys, checkpoints, witnesses, time-stamps, receipts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from brightline.ledger import stamp
from brightline.ledger.canonical import loads_object
from brightline.ledger.chain import ROTATIONS, Chain, Continuation, Link, read_links
from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.errors import LogFault, MalformedNote
from brightline.ledger.export import BODIES, HISTORY, README, STAMPS, history_line
from brightline.ledger.introductions import RECEIPTS, Introduction, read_introductions
from brightline.ledger.note import COSIGNATURE, Note, Verifier
from brightline.ledger.receipt import Receipt, key_name
from brightline.ledger.report import Report
from brightline.ledger.submission import cosigned
from brightline.ledger.tiles import Absent, FolderTiles, HttpTiles, Tiles


def _vkey(raw: bytes) -> Verifier:
    """The key in a file, which holds its one line and nothing else."""
    key = Verifier.parse(raw.decode())
    if raw != f"{key.vkey()}\n".encode():
        raise MalformedNote("the file isn't written as the log writes it")
    return key


def _each_once(raw: bytes) -> None:
    """A log writes each signature once, whatever a reader of notes may skip."""
    signatures = [(each.name, each.key_id) for each in Note.parse(raw).signatures]
    if len(set(signatures)) != len(signatures):
        raise MalformedNote("a signature stands twice in the checkpoint")


class Grounds:
    """Opens a log: `wanted` collects the roots that the tree must have, by size."""

    def __init__(self, tiles: FolderTiles | HttpTiles) -> None:
        self.report = Report()
        self._tiles: Tiles = tiles
        self._folder = tiles.folder if isinstance(tiles, FolderTiles) else None
        self._wanted: dict[int, list[tuple[str, bytes]]] = {}
        self._receipts: dict[bytes, list[Receipt]] = {}
        self._links: tuple[Link, ...] = ()
        self._introduced_receipts: tuple[Introduction, ...] = ()
        self._chain: Chain | None = None
        self._note = b""
        self._notes: dict[int, bytes] = {}

    def open(self, key: str | None) -> Checkpoint | None:
        """Keys and checkpoint; None when there is nothing to walk through."""
        known = self._key(key)
        if known is None:
            return None
        self.report.origin, self.report.key = known.name, known.vkey()
        chain = self._chain = self._follow(known, given=key is not None)
        self.report.keys = [each.vkey() for each in chain.keys]
        checkpoint = self._checkpoint(chain)
        if checkpoint:
            self.report.size, self.report.root = checkpoint.size, checkpoint.root
            self._want(checkpoint.size, "root", checkpoint.root)
            self._introduced(chain, checkpoint)
            self._receipt_keys(chain, checkpoint)
        if self._folder is not None and any((self._folder / n).exists() for n in (BODIES, HISTORY, README)):
            self.report.bodies = "checked"
            self._history(chain, checkpoint)
        return checkpoint

    def compare_with(self, since: bytes | None) -> None:
        """An earlier checkpoint, kept by whoever checks."""
        if since is None or self._chain is None:
            return
        if lost := self._chain.lost(since):
            self._of_what_was_lost(*lost)
            return
        try:
            earlier = self._chain.open(since)
        except LogFault as error:
            self.report.say("since", f"the earlier checkpoint: {error.detail}")
            return
        if earlier.size > self.report.size:
            self.report.say(
                "since",
                f"the earlier checkpoint has {earlier.size} entries, this log {self.report.size}: it was cut",
                index=self.report.size,
            )
        else:
            self._want(earlier.size, "since", earlier.root)

    def _of_what_was_lost(self, link: Continuation, kept: Checkpoint) -> None:
        """A checkpoint of the former log over entries that this one says are lost: no more may be lost than it says."""
        former = link.former()
        said = f"the earlier checkpoint is of {kept.size} entries of {kept.origin}"
        if kept.size > former.size or (kept.size == former.size and kept.root != former.root):
            detail = f"{said}, and entry {link.index} continues another history of that log, of {former.size} entries"
            self.report.say("since", f"{detail}: this is a fork", index=link.index, entry=link.entry)
            return
        last = "It is the last one that was signed of what was lost"
        unsure = "Nothing in these files shows whether it is of the history that was lost"
        detail = f"{said}. {link.words()}. {last if kept.size == former.size else unsure}"
        self.report.note("continued", detail, index=link.index, entry=link.entry)

    def expect(self, receipts: Iterable[str]) -> None:
        """Receipts that must be kept by the log."""
        texts = list(receipts)
        if not texts:
            return
        keys = [each.key for each in self._introduced_receipts]
        if not keys and self._receipt_copy is not None:
            keys = [self._receipt_copy]
            detail = "no entry introduces the key that receipts are checked with: only this folder vouches for it"
            self.report.note("receipt", detail, index=self.report.size)
        if not keys:
            self.report.say("key", "no receipt key to check receipts with")
            return
        for text in texts:
            try:
                receipt = Receipt.parse(text)
                receipt.check(*keys)
                self._receipts.setdefault(receipt.entry.bytes, []).append(receipt)
            except LogFault as error:
                self.report.say("receipt", error.detail)

    def require(self, witnesses: Sequence[str], quorum: int | None) -> None:
        """The newest checkpoint must carry the cosignatures of `quorum` of these witnesses (all by default).

        Cosignatures of earlier checkpoints count for `witnessed` alone: what came after them could be a history
        that no witness saw.
        """
        if not witnesses:
            return
        known = self._witnesses(witnesses)
        need = self.report.quorum = len({each.public for each in known}) if quorum is None else quorum
        newest = 0
        seen: dict[Verifier, tuple[int, int]] = {}
        for size, note in [*sorted(self._notes.items()), (self.report.size, self._note)]:
            found = self._cosigned(note, known, of_newest=note is self._note)
            if len(found) >= need:
                self.report.witnessed = size
            newest = len(found)
            seen.update({each: (size, time) for each, time in found.items()})
        self.report.witnessed = self.report.witnessed or 0
        self.report.witnesses = [
            {"name": w.name, "key": w.vkey(), "size": seen.get(w, (None, 0))[0], "time": seen.get(w, (0, None))[1]}
            for w in known
        ]
        if newest < max(need, 1):
            self.report.say(
                "witness",
                f"{newest} of {need} witnesses cosigned the newest checkpoint, of {self.report.size} entries; "
                f"the newest that enough of them cosigned has {self.report.witnessed}",
                index=self.report.witnessed,
            )

    def _witnesses(self, witnesses: Sequence[str]) -> list[Verifier]:
        known = []
        for text in witnesses:
            try:
                witness = Verifier.parse(text.strip())
            except LogFault as error:
                self.report.say("witness", f"a witness's key: {error.detail}")
                continue
            if witness.kind == COSIGNATURE:
                known.append(witness)
            else:
                self.report.say("witness", f"the key of {witness.name} isn't a witness's")
        return known

    def _cosigned(self, note: bytes, known: list[Verifier], *, of_newest: bool) -> dict[Verifier, int]:
        try:
            found, wrong = cosigned(note, known)
        except LogFault:
            return {}
        self._strangers(note, known)
        for detail in wrong:
            which = "the newest checkpoint" if of_newest else "an earlier checkpoint"
            self.report.say("witness", f"{which}: {detail}")
        return {each.witness: each.time for each in found}

    def _strangers(self, note: bytes, known: list[Verifier]) -> None:
        """Whoever names witnesses is told of signatures by keys that they didn't name: another witness's, or none."""
        trusted = {(each.name, each.key_id) for each in (*known, *(self._chain.keys if self._chain else ()))}
        parsed = Note.parse(note)
        size = parsed.text.split("\n")[1]
        for other in parsed.signatures:
            if (other.name, other.key_id) not in trusted:
                detail = f"the checkpoint of {size} entries is signed by a key that you didn't name"
                self.report.note("witness", f"{detail}: {other.name}+{other.key_id:08x}", index=int(size))

    def stamped(self, roots: bytes | None) -> None:
        """Time-stamps over checkpoints, against the certificates of the authority that the inspector has."""
        folder = self._folder / STAMPS if self._folder else None
        if roots is None or folder is None:
            return
        self.report.stamps_checked = True
        texts = {size: Note.parse(note).text for size, note in self._notes.items()}
        for path in sorted(folder.glob("*.tsr")):
            try:
                size = int(path.name.split(".")[0])
                if size not in texts:
                    raise MalformedNote(f"there is no checkpoint of {size} entries for it")
                at = stamp.verify(path.read_bytes(), texts[size].encode(), roots)
            except (LogFault, ValueError) as error:
                self.report.say("stamp", f"{STAMPS}/{path.name}: {error}")
                continue
            self.report.stamps.append({"size": size, "time": at.isoformat()})
        self.report.stamps.sort(key=lambda each: int(str(each["size"])))

    # ----------------------------------------------------------------------------- keys

    def _key(self, key: str | None) -> Verifier | None:
        copy = self._copy_of_key()
        if key is None:
            self.report.key_source = "export"
            if copy is None:
                self.report.say("key", "no key was given, and there is no copy beside the log")
            return copy
        try:
            given = Verifier.parse(key.strip())
        except LogFault as error:
            self.report.say("key", f"the given key: {error.detail}")
            return None
        self._copy = copy
        return given

    _copy: Verifier | None = None

    def _follow(self, known: Verifier, *, given: bool) -> Chain:
        """The chain of keys that `known` is one of."""
        chain = Chain(known)
        try:
            self._links = tuple(read_links(self._links_file()))
            chain = Chain(known, self._links)
        except LogFault as error:
            self._links = ()
            self.report.say("key", error.detail)
        if self._copy is not None and self._copy not in chain.keys:
            self.report.say("key", "the copy of the key beside the log isn't the key that was given")
        if given and (link := chain.revoked(known)):
            detail = "whoever has the key that you gave may have made this log: it was in wrong hands, says this entry"
            self.report.say("key", f"{detail}. Get the newer key another way", index=link.index, entry=link.entry)
        return chain

    def _links_file(self) -> bytes:
        try:
            return self._tiles.read(ROTATIONS)
        except LogFault:
            return b""

    def _introduced(self, chain: Chain, newest: Checkpoint) -> None:
        """Each rotation lies in this tree, whose walk compares entry and root; else it would be said by nobody."""
        for link in chain.links:
            if link.size > newest.size:
                self.report.say("key", f"entry {link.index}, which introduces a key, isn't in this log")
            else:
                if isinstance(link, Continuation):
                    self.report.continued.append(link.words())
                    self.report.note("continued", link.words(), index=link.index, entry=link.entry)
                self._want(link.size, "rotation", link.checkpoint().root)

    def _receipt_keys(self, chain: Chain, newest: Checkpoint) -> None:
        """The keys that sign receipts, each by its entry; and the copy beside the log, which must be one of them."""
        try:
            found = read_introductions(self._tiles.read(RECEIPTS))
        except Absent:
            found = []
        except LogFault as error:
            self.report.say("key", error.detail)
            return
        for each in found:
            try:
                key, checkpoint = each.key, each.covered(chain)
                if each.size > newest.size:
                    raise MalformedNote(f"entry {each.index}, which introduces a key, isn't in this log")
            except LogFault as error:
                self.report.say("key", f"{RECEIPTS}: {error.detail}", index=each.index, entry=each.entry)
                continue
            self._introduced_receipts += (each,)
            self._want(each.size, "receipt key", checkpoint.root)
            self.report.receipt_keys.append(key.vkey())
        self._receipt_copy = self._copy_of_receipt_key()
        if self._receipt_copy and found and self._receipt_copy.vkey() not in self.report.receipt_keys:
            detail = f"keys/receipt.vkey, {key_name(self._receipt_copy)}, is none of the keys that the log introduces"
            self.report.say("key", detail)

    _receipt_copy: Verifier | None = None

    def _copy_of_receipt_key(self) -> Verifier | None:
        try:
            return _vkey(self._tiles.read("keys/receipt.vkey"))
        except (LogFault, ValueError):
            return None

    def _copy_of_key(self) -> Verifier | None:
        found = None
        for name in ("receipt", "ledger") if self._folder is not None else ():
            path = self._folder / f"keys/{name}.vkey" if self._folder else Path()
            if path.exists():
                found = None
                try:
                    found = _vkey(path.read_bytes())
                except (LogFault, ValueError) as error:
                    self.report.say("key", f"keys/{name}.vkey: {error}")
        return found if found is None or not found.name.endswith("/receipt") else None

    # ---------------------------------------------------------------------- checkpoints

    def _checkpoint(self, chain: Chain) -> Checkpoint | None:
        """The checkpoint; when its signature is wrong, what it claims is still walked through, so that the
        report names entries, too."""
        try:
            self._note = self._tiles.checkpoint()
            _each_once(self._note)
            return chain.open(self._note)
        except LogFault as error:
            self.report.say("checkpoint", error.detail)
        try:
            return Checkpoint.parse(Note.parse(self._note).text)
        except LogFault:
            return None

    def _history(self, chain: Chain, newest: Checkpoint | None) -> None:
        path = (self._folder or Path()) / HISTORY
        if not path.exists():
            self.report.say("checkpoint", f"{HISTORY} is missing")
            return
        *lines, rest = path.read_bytes().split(b"\n")
        if rest:
            self.report.say("checkpoint", f"{HISTORY} ends in the middle of a line")
        last = -1
        for number, line in enumerate(lines, 1):
            try:
                got = loads_object(line)
                if history_line(got["size"], got["note"]).encode() != line:
                    raise MalformedNote("the line isn't written as an export writes it")
                earlier = chain.open(got["note"].encode())
                _each_once(got["note"].encode())
                if earlier.size != got["size"] or (newest and earlier.size > newest.size):
                    raise MalformedNote(f"its size, {earlier.size}, doesn't fit")
                if earlier.size <= last:
                    raise MalformedNote("the checkpoints aren't in the order of the log")
                last = earlier.size
                self._want(earlier.size, "history", earlier.root)
                self._notes[earlier.size] = got["note"].encode()
            except (LogFault, ValueError, KeyError, TypeError, AttributeError) as error:
                self.report.say("checkpoint", f"{HISTORY}, line {number}: {error}")
        if lines and newest and last != newest.size:
            self.report.say("checkpoint", f"{HISTORY} doesn't end with the newest checkpoint, of {newest.size} entries")

    def _want(self, size: int, kind: str, root: bytes) -> None:
        self._wanted.setdefault(size, []).append((kind, root))
