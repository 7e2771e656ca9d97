"""What a person is told to look at: a profile is read and checked, the macro suits(profile) ranks, the answer is drawn.

Does not belong here: what suits and how much it counts (sql/macros/suits.sql, which a query asks as well); what an opening is
about. Names of countries, languages and fields become codes here, so that the macro knows codes only.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from pipeline.query.ask import visible
from pipeline.shipped import shipped
from pipeline.storage.warehouse import WarehouseError, open_readonly
from pipeline.wording import where

LEVELS = {"short-cycle": "5", "bachelor": "6", "master": "7", "doctorate": "8", "phd": "8"}
"""Levels of study by ISCED 2011."""

COLUMNS = (
    "internship_id", "title", "organization", "cities", "countries", "deadline", "best_url",
    "suits", "score", "reasons", "against", "unknown", "excluded_by",
)  # fmt: skip


class ProfileError(WarehouseError):
    """A profile cannot be read; `problems` has a line for each key that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def parse_country(said: object) -> str:
    """ISO 3166-1 alpha-2 of a code of two or three letters, or of a name in any language. Raises ValueError."""
    from pipeline.clean.where.place_names import COUNTRY, fold, readings_of

    if said is False:
        raise ValueError("a bare NO means false in YAML: write 'NO' in quotes, or Norway")
    text = str(said).strip()
    for row in _reference("countries"):
        if text.upper() in (row["iso2"], row["iso3"]) or text.casefold() == row["name"].casefold():
            return row["iso2"]
    key = fold(text)
    for reading in readings_of(key.split()).get(key, []):
        if reading.kind == COUNTRY:
            return reading.country
    raise ValueError(f"no country {text!r}; write a name or an ISO code, such as India or IN")


def parse_language(said: object) -> str:
    """ISO 639-1 of a code or of a name in any language. Raises ValueError."""
    from pipeline.clean.who.language import parse_language as parse

    if said is False:
        raise ValueError("a bare no means false in YAML: write 'no' in quotes, or Norwegian")
    text = str(said).strip()
    for row in _reference("languages"):
        if text.casefold() == row["name"].casefold():
            text = row["iso1"]
    code = parse(text)
    if code not in {row["iso1"] for row in _reference("languages")}:
        raise ValueError(f"no language {text!r}; write a name or an ISO code, such as German or de")
    return str(code)


def parse_fields(said: object) -> list[str]:
    """ISCED-F 2013 codes of a code, of the English name of a field, or of words as titles have them ("law", "machine
    learning"). Raises ValueError."""
    import polars as pl

    from pipeline.clean.what.subject import clean_subject

    text = str(said).strip()
    fields = _reference("fields_of_study")
    codes = [row["code"] for row in fields if text == row["code"] or text.casefold() == row["name"].casefold()]
    if codes:
        return codes[:1]  # a narrow field named as its broad one says no more
    title = pl.DataFrame(
        {"row": [0], "title": [text], "organization": [None]},
        schema={"row": pl.UInt32, "title": pl.String, "organization": pl.String},
    )
    found = clean_subject(title).columns["fields"][0]
    if found is None:
        raise ValueError(f"no field of study {text!r}; write an ISCED-F code or its name, such as 0613 or Law")
    return list(found)


def _level(said: object) -> str:
    text = str(said).strip().casefold().removesuffix("'s")
    level = LEVELS.get(text, text)
    if level not in LEVELS.values():
        raise ValueError(f"no level of study {said!r}; write one of {', '.join(LEVELS)}, or 5 to 8 as in ISCED")
    return level


def _each(parse: Callable[[object], str | list[str]]) -> BeforeValidator:
    """A list, or one value that stands for a list of one, each value parsed; in the order given, none twice."""

    def parse_all(said: object) -> list[str]:
        found: dict[str, None] = {}
        for value in said if isinstance(said, list) else [said]:
            parsed = parse(value)
            found |= dict.fromkeys([parsed] if isinstance(parsed, str) else parsed)
        return list(found)

    return BeforeValidator(parse_all)


def _spoken(said: object) -> object:
    """Languages as a list of languages, or as a mapping of each to its level."""
    if isinstance(said, dict):
        return [{"language": language, "cefr": level} for language, level in said.items()]
    return [
        each if isinstance(each, dict) else {"language": each} for each in (said if isinstance(said, list) else [said])
    ]


def _level_of_language(said: object) -> object:
    return said.upper() if isinstance(said, str) and said.casefold() != "native" else said


Countries = Annotated[list[str], _each(parse_country)]
Fields = Annotated[list[str], _each(parse_fields)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Spoken(_Part):
    language: Annotated[str, BeforeValidator(parse_language)]
    cefr: Annotated[
        Literal["A1", "A2", "B1", "B2", "C1", "C2", "native"] | None, BeforeValidator(_level_of_language)
    ] = None


class Available(_Part):
    from_: date | None = Field(None, alias="from")
    to: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Available:
        if self.from_ and self.to and self.from_ > self.to:
            raise ValueError("from is after to")
        return self


class Weeks(_Part):
    least: int | None = Field(None, ge=1)
    most: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Weeks:
        if self.least and self.most and self.least > self.most:
            raise ValueError("least is more than most")
        return self


class Wishes(_Part):
    countries: Countries = []
    fields_: Fields = Field([], alias="fields")
    remote: bool | None = None
    words: str | None = None


class Profile(_Part):
    """What a person tells of themselves; all of it may be left out, and what is left out is not asked of an internship."""

    passports: Countries = []
    residence: Annotated[str, BeforeValidator(parse_country)] | None = None
    studies: Fields = []
    level: Annotated[str, BeforeValidator(_level)] | None = None
    year: int | None = Field(None, ge=1, le=10)
    enrolled: bool | None = None
    languages: Annotated[list[Spoken], BeforeValidator(_spoken)] = []
    available: Available | None = None
    weeks: Weeks | None = None
    needs: list[Literal["paid", "visa", "housing"]] = []
    wishes: Wishes | None = None

    def as_json(self) -> str:
        """The profile as the macro suits takes it."""
        return self.model_dump_json(by_alias=True, exclude_none=True)


def read_profile(path: Path) -> Profile:
    """A profile from YAML or JSON. Raises ProfileError."""
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ProfileError([f"{path} cannot be read: {why}"]) from error
    except yaml.YAMLError as error:
        raise ProfileError([f"{path} is neither YAML nor JSON: {error}"]) from error
    if not isinstance(told, dict):
        raise ProfileError([f"{path} holds no profile; write keys such as passports, residence, languages"])
    try:
        return Profile.model_validate(told)
    except ValidationError as error:
        raise ProfileError(list(_problems(error))) from error


def _problems(error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            message = f"no such key; there are {', '.join(_keys(problem['loc'][:-1]))}"
        yield f"{key}: {message[:1].lower()}{message[1:]}"


def _keys(place: tuple[int | str, ...]) -> Iterable[str]:
    models: dict[str, type[BaseModel]] = {"available": Available, "weeks": Weeks, "wishes": Wishes, "languages": Spoken}
    model = models[str(place[0])] if place else Profile
    return (field.alias or name for name, field in model.model_fields.items())


class Suggestions(NamedTuple):
    """Internships as the macro suits gives them (COLUMNS), the best first, apart from those that something rules out."""

    suited: list[dict[str, Any]]
    ruled_out: list[dict[str, Any]]


def suggest(warehouse: Path, profile: Profile) -> Suggestions:
    """Every open internship, judged for this person. Raises WarehouseError."""
    with open_readonly(warehouse) as con:
        answer = con.execute(f"SELECT {', '.join(COLUMNS)} FROM suits($profile)", {"profile": profile.as_json()})
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in answer.fetchall()]
    return Suggestions([row for row in rows if row["suits"]], [row for row in rows if not row["suits"]])


def as_json(rows: list[dict[str, Any]]) -> str:
    """The rows as a JSON array."""
    return json.dumps(rows, ensure_ascii=False, indent=2, default=str)


def draw(found: Suggestions, rows: list[dict[str, Any]], first: int, console: Console) -> None:
    """Print the first of these rows, and how many are ruled out by what."""
    for number, row in enumerate(rows[:first], start=1):
        console.print(Text(f"{number:3}. {visible(row['title'])}  [{row['score']:g}]", style="bold"), soft_wrap=True)
        until = f"until {row['deadline']}" if row["deadline"] else None
        head = [row["organization"], where(row["cities"], row["countries"]), until, row["internship_id"]]
        console.print(Padding(Text("  ·  ".join(visible(part) for part in head if part)), (0, 0, 0, 5), expand=False))
        for mark, name in (("+", "reasons"), ("-", "against"), ("?", "unknown"), ("x", "excluded_by")):
            if row[name]:
                console.print(Padding(Text(f"{mark} {visible('; '.join(row[name]))}"), (0, 0, 0, 5), expand=False))
        console.print(Text(f"     {visible(row['best_url'])}", style="dim"), soft_wrap=True)
    if len(rows) > first:
        console.print(Text(f"and {len(rows) - first} more (--first {len(rows)}, or --json)"))
    console.print(Text(_counts(found)), soft_wrap=True)


def _counts(found: Suggestions) -> str:
    total = len(found.suited) + len(found.ruled_out)
    said = f"{len(found.suited)} of {total} open internships may suit you"
    if not found.ruled_out:
        return said
    by: dict[str, int] = {}
    for row in found.ruled_out:
        for why in {words.partition(":")[0] for words in row["excluded_by"]}:
            by[why] = by.get(why, 0) + 1
    causes = ", ".join(f"{why} {count}" for why, count in sorted(by.items(), key=lambda each: (-each[1], each[0])))
    return f"{said}; {len(found.ruled_out)} are ruled out ({causes}): --excluded shows them"


@cache
def _reference(name: str) -> list[dict[str, str]]:
    with shipped("data", "reference", f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
