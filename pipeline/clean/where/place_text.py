"""Reading a short text for the places that it names: "CAN, ON, Mississauga", "Berlin or remote", "M nchen, BY, de".

Belongs here: putting together what `mentions` finds and `resolve` settles. Does not belong here: where in a listing to look
(`places`).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from pipeline.clean.language_tools.dictionary import first_word, read_reference
from pipeline.clean.where.mentions import Group, Scanner, Trust, vocabulary
from pipeline.clean.where.place_names import COUNTRY, TOKEN
from pipeline.clean.where.readings import Hints
from pipeline.clean.where.remote import remote_words
from pipeline.clean.where.resolve import resolve


class Hit(NamedTuple):
    """A place found in a text: its kind and row in places.parquet, and the piece of the text that names it.

    Not `is_settled`: a town of that name, no telling which, but all of them in that country. `is_stated`: the text names the
    country itself. `is_remote`: the piece says that the work is remote."""

    kind: int
    place: int
    country: str
    is_settled: bool
    is_stated: bool
    piece: str
    is_remote: bool


class Parsed(NamedTuple):
    """What a text names. `is_sensitive`: a hint might settle it otherwise. `is_area`: it names something wider than a
    country. `is_known`: it holds nothing but known names and words that name no place."""

    hits: tuple[Hit, ...]
    is_sensitive: bool
    is_area: bool
    is_known: bool


class Reader:
    """Reads the texts of one call."""

    def __init__(self, texts: pl.Series, trust: Trust) -> None:
        self.trust = trust
        self.words = vocabulary()
        self.scanner = Scanner(texts, trust)
        self.parsed: dict[str, Parsed] = {}
        is_remote = first_word(pl.col("text"), read_reference("work_mode")["remote"]).is_not_null()
        self.remote = set(texts.to_frame("text").filter(is_remote)["text"])

    def read(self, text: str, hint: str | None = None) -> Parsed:
        parsed = self.parsed.get(text)
        if parsed is None:
            parsed = self.parsed[text] = self._parse(text, Hints())
        if hint and parsed.is_sensitive:
            return self._parse(text, Hints.of(hint))
        return parsed

    def _parse(self, text: str, hints: Hints) -> Parsed:
        is_area = is_sensitive = False
        is_known = True
        groups: list[tuple[str, bool, Group]] = []
        for piece, piece_groups in self.scanner.pieces(text):
            is_remote = text in self.remote and self._is_remote(piece)
            for group in piece_groups:
                groups.append((piece, is_remote, group))
                is_known = is_known and not group.unknown_chunks
                is_area |= any(mention.is_area for mention in group.mentions)
        resolved = [resolve(group, hints, self.trust, self.words) for _, _, group in groups]
        if any(places.is_open for places in resolved) and any(places.settled for places in resolved):
            # The settled places of a text speak for its open ones.
            settled = frozenset(place.country for places in resolved for place in places.settled)
            wider = Hints(hints.near | settled, hints.all_there)
            resolved = [
                resolve(group, wider, self.trust, self.words) if places.is_open else places
                for places, (_, _, group) in zip(resolved, groups, strict=True)
            ]
        hits = [
            Hit(*place, piece, is_remote)
            for (piece, is_remote, _), places in zip(groups, resolved, strict=True)
            for place in places.settled
        ]
        is_sensitive = any(places.is_open or places.is_bare for places in resolved)
        return Parsed(_without_repeats(hits), is_sensitive, is_area, is_known)

    def _is_remote(self, piece: str) -> bool:
        """Whether the places of a piece are where one works remotely from, not an alternative to it (`Paris or remote`)."""
        parts = self.words.joint.split(piece)
        is_choice = len(parts) > 1 and any(TOKEN.search(remote_words().sub("", part)) is None for part in parts)
        return not is_choice and remote_words().search(piece) is not None


def _without_repeats(hits: list[Hit]) -> tuple[Hit, ...]:
    """Each place once; a country or region only where no place of it is named."""
    if len(hits) < 2:
        return tuple(hits)
    kept: dict[tuple[int, int], Hit] = {}
    for hit in hits:
        kept.setdefault((hit.kind, hit.place), hit)
    narrower = {hit.country for hit in kept.values() if hit.kind != COUNTRY}
    return tuple(hit for hit in kept.values() if hit.kind != COUNTRY or hit.country not in narrower)
