"""Boards that listings link to and the catalogue lacks, as proposals; nothing is added to the catalogue.

The patterns in data/reference/posting_ids.yaml recognise the board of an address. The catalogue has a board if it has the entry
that the board would be: the same id, or the same address. Belongs here: from addresses to proposals. Does not belong here: the
patterns.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TextIO
from urllib.parse import unquote

import polars as pl
import yaml

from pipeline.clean.language_tools.dictionary import read_reference
from pipeline.match.keys import bare_address
from pipeline.storage.warehouse import open_readonly
from pipeline.wording import counted
from scrapers.source import BoardFile, Catalogue, CatalogueError, board_file

COLUMNS = dict.fromkeys(("internship_id", "state", "organization", "url", "apply_url"), pl.String)
LISTINGS = f"SELECT {', '.join(COLUMNS)} FROM listings ORDER BY listing_id"

UNKNOWN = "?"
"""Placeholder in an entry for a value that no address gives."""


class Proposal(NamedTuple):
    """A board that the catalogue lacks.

    `id`: of the source that it would be; `internships`: how many link to it, over all nights, and `open` of them now;
    `entry`: what to write into `file`; `lacks`: its keys whose value must be looked up; `example`: one of the addresses."""

    id: str
    spider: str
    placeholders: dict[str, str]
    organization: str | None
    internships: int
    open: int
    entry: dict[str, str]
    file: str
    lacks: list[str]
    example: str

    @property
    def line(self) -> str:
        """The entry as one line of YAML."""
        text: str = yaml.safe_dump(
            self.entry, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6
        )
        return f"- {text.strip()}"


class Discovery(NamedTuple):
    """Proposals, most internships first, and what cannot be proposed."""

    proposals: list[Proposal]
    boards: int
    """Boards that listings link to, including those in the catalogue."""
    without_file: dict[str, int]
    """Number of boards by system, of systems for which the catalogue has no file of boards."""
    unfit: list[str]
    """Boards for which no entry can be written: address and reason."""


def discover(warehouse: Path, catalogue: Catalogue, folder: Path, min_internships: int = 1) -> Discovery:
    """What the listings of a warehouse propose for this catalogue, which is in `folder`. `min_internships`: how many must link
    to a board. Raises WarehouseError."""
    with open_readonly(warehouse) as con:
        rows = con.execute(LISTINGS).fetchall()
    listings = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    boards = boards_of(listings)
    files = {system: board_file(folder, system) for system in boards["system"].unique().sort()}
    proposals: dict[str, Proposal] = {}
    without_file: dict[str, int] = {}
    unfit: list[str] = []
    for board in boards.sort("internships", "example", descending=[True, False]).iter_rows(named=True):
        file = files[board["system"]]
        if file is None:
            without_file[board["system"]] = without_file.get(board["system"], 0) + 1
        elif board["internships"] >= min_internships:
            try:
                proposal = propose(board, file, catalogue)
            except CatalogueError as error:
                unfit.append(f"{board['example']}: {error}")
                continue
            if proposal:
                proposals.setdefault(proposal.id, proposal)  # one site may have two hosts
    return Discovery(list(proposals.values()), boards.height, without_file, unfit)


def write(discovery: Discovery, out: TextIO) -> None:
    """Write the proposals as YAML to paste: below each file's name its entries, each with its evidence."""
    files: dict[str, list[Proposal]] = {}
    for proposal in discovery.proposals:
        files.setdefault(proposal.file, []).append(proposal)
    for file, proposals in sorted(files.items()):
        out.write(f"# {file}\n")
        for each in proposals:
            evidence = [f"{counted(each.internships, 'internship')}, {each.open} open", each.example]
            evidence += [f"look up: {', '.join(each.lacks)}"] if each.lacks else []
            out.write(f"{each.line}\n    # {'; '.join(evidence)}\n")
        out.write("\n")
    out.write(
        f"# {counted(len(discovery.proposals), 'proposal')}; listings link to {counted(discovery.boards, 'board')}\n"
    )
    if discovery.without_file:
        systems = ", ".join(f"{system} {count}" for system, count in sorted(discovery.without_file.items()))
        out.write(f"# boards of systems for which the catalogue has no file: {systems}\n")
    out.writelines(f"# no entry can be written for {each}\n" for each in discovery.unfit)


def write_json(discovery: Discovery, out: TextIO) -> None:
    """Write the proposals as a JSON array."""
    objects = [{**proposal._asdict(), "line": proposal.line} for proposal in discovery.proposals]
    out.write(json.dumps(objects, ensure_ascii=False, indent=1) + "\n")


def boards_of(listings: pl.DataFrame) -> pl.DataFrame:
    """The boards that these listings link to: system, shape (its index), groups (as JSON, as most addresses spell them),
    organization (the most frequent), internships, open, example.

    `listings`: internship_id, state, organization, url, apply_url."""
    links = listings.unpivot(
        ["url", "apply_url"], index=["internship_id", "state", "organization"], value_name="address"
    ).drop("variable")
    table = pl.DataFrame({"address": links["address"].unique().drop_nulls().sort()})
    shapes = [(number, shape) for number, shape in enumerate(_shapes()) if "board" in shape]
    bare = bare_address(pl.col("address"))
    matches = [
        pl.when(bare.str.contains(shape["board"])).then(
            pl.concat_str(pl.lit(f"{number} "), bare.str.extract_groups(shape["board"]).struct.json_encode())
        )
        for number, shape in shapes
    ]
    recognised = table.with_columns(match=pl.coalesce(matches)).drop_nulls()
    table_of_shapes = pl.DataFrame(
        {
            "shape": [number for number, _ in shapes],
            "system": [shape["system"] for _, shape in shapes],
            "more": [json.dumps(shape.get("with")) for _, shape in shapes],
            "is_kept": [shape.get("board_case") == "kept" for _, shape in shapes],
        }
    )
    groups = pl.col("groups")
    recognised = (
        recognised.select(
            "address",
            shape=pl.col("match").str.extract(r"^(\d+) ").cast(pl.Int64),
            groups=pl.col("match").str.replace(r"^\d+ ", ""),
        )
        .join(table_of_shapes, on="shape", maintain_order="left")
        .with_columns(same=pl.when("is_kept").then(groups).otherwise(groups.str.to_lowercase()))
    )
    joined = links.join(recognised, on="address", maintain_order="left")
    return joined.group_by("system", "more", "same", maintain_order=True).agg(
        pl.col("shape").first(),
        pl.col("groups").mode(maintain_order=True).first(),
        pl.col("organization").drop_nulls().mode(maintain_order=True).first(),
        pl.col("internship_id").n_unique().alias("internships"),
        pl.col("internship_id").filter(pl.col("state") == "open").n_unique().alias("open"),
        pl.col("address").first().alias("example"),
    )


def propose(board: Mapping[str, Any], file: BoardFile, catalogue: Catalogue) -> Proposal | None:
    """The entry that a board (a row of `boards_of`) would be, or None if the catalogue has it. Raises CatalogueError if no such
    entry is possible."""
    shape = _shapes()[board["shape"]]
    placeholders = {name: unquote(value) for name, value in json.loads(board["groups"]).items()}
    more = {name: text.format_map(placeholders) for name, text in shape.get("with", {}).items()}
    entry = {**placeholders, **more, "name": board["organization"] or next(iter(placeholders.values()))}
    lacks: list[str] = []
    try:
        source = file.source(entry)
    except CatalogueError:
        lacks = [column for column in file.columns if column not in entry]
        entry |= dict.fromkeys(lacks, UNKNOWN)
        source = file.source(entry)
    if shape.get("board_case") == "kept":
        if source.url in _urls(catalogue):
            return None
        if source.id in catalogue.by_id:
            entry["id"] = f"{source.id}-2"
    elif source.id in catalogue.by_id or source.url.casefold() in _folded_urls(catalogue):
        return None
    return Proposal(
        entry.get("id", source.id), board["system"], placeholders, board["organization"], board["internships"],
        board["open"], entry, f"{file.path.parent.name}/{file.path.name}", lacks, board["example"],
    )  # fmt: skip


@lru_cache(maxsize=1)
def _urls(catalogue: Catalogue) -> frozenset[str]:
    return frozenset(source.url for source in catalogue.sources)


@lru_cache(maxsize=1)
def _folded_urls(catalogue: Catalogue) -> frozenset[str]:
    return frozenset(url.casefold() for url in _urls(catalogue))


def _shapes() -> Sequence[dict[str, Any]]:
    shapes: Sequence[dict[str, Any]] = read_reference("posting_ids")
    return shapes
