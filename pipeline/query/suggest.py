"""Suggestions for a person: a profile is read and validated, the macro suits(profile) ranks, the result is drawn.

Does not belong here: what suits whom and how much it weighs (sql/macros/suits.sql, which SQL queries use too). Names of
countries, languages and fields become codes here, so that the macro knows codes only.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from pipeline.shipped import shipped
from pipeline.storage.warehouse import WarehouseError, open_readonly
from pipeline.terminal import visible
from pipeline.wording import where

LEVELS = {"short-cycle": "5", "bachelor": "6", "master": "7", "doctorate": "8", "phd": "8"}
"""Levels of study by ISCED 2011."""

COLUMNS = (
    "internship_id", "title", "organization", "cities", "countries", "deadline", "best_url",
    "suits", "score", "reasons", "against", "unknown", "excluded_by",
)  # fmt: skip


class ProfileError(WarehouseError):
    """A profile is invalid; `problems` has one line per wrong key."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def parse_country(value: object) -> str:
    """ISO 3166-1 alpha-2 of a code of two or three letters, or of a name in any language. Raises ValueError."""
    from pipeline.clean.where.place_names import COUNTRY, fold, readings_of

    if value is False:
        raise ValueError("a bare NO means false in YAML: write 'NO' in quotes, or Norway")
    text = str(value).strip()
    for row in _reference("countries"):
        if text.upper() in (row["iso2"], row["iso3"]) or text.casefold() == row["name"].casefold():
            return row["iso2"]
    key = fold(text)
    for reading in readings_of(key.split()).get(key, []):
        if reading.kind == COUNTRY:
            return reading.country
    raise ValueError(f"unknown country {text!r}; write a name or an ISO code, such as India or IN")


def parse_language(value: object) -> str:
    """ISO 639-1 of a code or of a name in any language. Raises ValueError."""
    from pipeline.clean.who.posting_language import parse_language as parse

    if value is False:
        raise ValueError("a bare no means false in YAML: write 'no' in quotes, or Norwegian")
    text = str(value).strip()
    for row in _reference("languages"):
        if text.casefold() == row["name"].casefold():
            text = row["iso1"]
    code = parse(text)
    if code not in {row["iso1"] for row in _reference("languages")}:
        raise ValueError(f"unknown language {text!r}; write a name or an ISO code, such as German or de")
    return str(code)


def parse_fields(value: object) -> list[str]:
    """ISCED-F 2013 codes of a code, of the English name of a field, or of words as titles have them ("law", "machine
    learning"). Raises ValueError."""
    import polars as pl

    from pipeline.clean.what.subject import clean_subject

    text = str(value).strip()
    fields = _reference("fields_of_study")
    codes = [row["code"] for row in fields if text == row["code"] or text.casefold() == row["name"].casefold()]
    if codes:
        return codes[:1]  # a narrow field with the name of its broad one adds nothing
    title = pl.DataFrame(
        {"row": [0], "title": [text], "organization": [None]},
        schema={"row": pl.UInt32, "title": pl.String, "organization": pl.String},
    )
    read = clean_subject(title).columns["fields"][0]
    if read is None:
        raise ValueError(f"unknown field of study {text!r}; write an ISCED-F code or its name, such as 0613 or Law")
    return list(read)


def _level(value: object) -> str:
    text = str(value).strip().casefold().removesuffix("'s")
    level = LEVELS.get(text, text)
    if level not in LEVELS.values():
        raise ValueError(f"unknown level of study {value!r}; write one of {', '.join(LEVELS)}, or 5 to 8 as in ISCED")
    return level


def _each(parse: Callable[[object], str | list[str]]) -> BeforeValidator:
    """A list, or one value in place of a list of one, each value parsed; in the order given, without duplicates."""

    def parse_all(value: object) -> list[str]:
        parsed = [parse(each) for each in _as_list(value)]
        return list(dict.fromkeys(chain.from_iterable([each] if isinstance(each, str) else each for each in parsed)))

    return BeforeValidator(parse_all)


def _spoken(value: object) -> object:
    """Languages as a list of languages, or as a mapping of each to its level."""
    if isinstance(value, dict):
        return [{"language": language, "cefr": level} for language, level in value.items()]
    return [each if isinstance(each, dict) else {"language": each} for each in _as_list(value)]


def _cefr(value: object) -> object:
    return value.upper() if isinstance(value, str) and value.casefold() != "native" else value


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


Countries = Annotated[list[str], _each(parse_country)]
Fields = Annotated[list[str], _each(parse_fields)]
Languages = Annotated[list[str], _each(parse_language)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Spoken(_Part):
    language: Annotated[str, BeforeValidator(parse_language)]
    cefr: Annotated[Literal["A1", "A2", "B1", "B2", "C1", "C2", "native"] | None, BeforeValidator(_cefr)] = None


class Available(_Part):
    from_: date | None = Field(None, alias="from")
    to: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Available:
        if self.from_ and self.to and self.from_ > self.to:
            raise ValueError("from is after to")
        return self


class Weeks(_Part):
    least: int | None = Field(None, ge=1, le=520)
    most: int | None = Field(None, ge=1, le=520)

    @model_validator(mode="after")
    def _in_order(self) -> Weeks:
        if self.least and self.most and self.least > self.most:
            raise ValueError("least is more than most")
        return self


class Wishes(_Part):
    countries: Countries = []
    fields_: Fields = Field([], alias="fields")
    remote: bool | None = None
    words: str | None = Field(None, max_length=1_000)


class Profile(_Part):
    """What a person says about themselves; everything is optional, and what is left out is not required of an internship."""

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
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ProfileError([f"{path} cannot be read: {reason}"]) from error
    except yaml.YAMLError as error:
        raise ProfileError([f"{path} is neither YAML nor JSON: {error}"]) from error
    if not isinstance(content, dict):
        raise ProfileError([f"{path} is not a profile; it has keys such as passports, residence, languages"])
    try:
        return Profile.model_validate(content)
    except ValidationError as error:
        raise ProfileError(list(problems_of(error))) from error


PROFILE_MODELS: Mapping[str, type[BaseModel]] = {
    "": Profile, "available": Available, "weeks": Weeks, "wishes": Wishes, "languages": Spoken,
}  # fmt: skip
"""The model below each key of a profile, and of the profile itself."""


def problems_of(error: ValidationError, models: Mapping[str, type[BaseModel]] = PROFILE_MODELS) -> Iterator[str]:
    """What is wrong, one line a key. `models`: the model below each key, and under "" the one that was validated."""
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            above = [str(part) for part in problem["loc"][:-1] if part in models]
            model = models[above[-1] if above else ""]
            known = ", ".join(field.alias or name for name, field in model.model_fields.items())
            message = f"unknown key; the keys are {known}"
        text = f"{message[:1].lower()}{message[1:]}"
        yield f"{key}: {text}" if key else text


class Suggestions(NamedTuple):
    """Internships as the macro suits returns them (COLUMNS), best first: those that may suit, and those that are ruled out."""

    suited: list[dict[str, Any]]
    ruled_out: list[dict[str, Any]]


def suggest(warehouse: Path, profile: Profile) -> Suggestions:
    """Every open internship, ranked for this person. Raises WarehouseError."""
    with open_readonly(warehouse) as con:
        answer = con.execute(f"SELECT {', '.join(COLUMNS)} FROM suits($profile)", {"profile": profile.as_json()})
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in answer.fetchall()]
    return Suggestions([row for row in rows if row["suits"]], [row for row in rows if not row["suits"]])


def to_json(rows: list[dict[str, Any]]) -> str:
    """The rows as a JSON array."""
    return json.dumps(rows, ensure_ascii=False, indent=2, default=str)


def draw(suggestions: Suggestions, rows: list[dict[str, Any]], limit: int, console: Console) -> None:
    """Print the first `limit` rows, and how many internships are ruled out by what."""
    for number, row in enumerate(rows[:limit], start=1):
        console.print(Text(f"{number:3}. {visible(row['title'])}  [{row['score']:g}]", style="bold"), soft_wrap=True)
        until = f"until {row['deadline']}" if row["deadline"] else None
        head = [row["organization"], where(row["cities"], row["countries"]), until, row["internship_id"]]
        console.print(Padding(Text("  ·  ".join(visible(part) for part in head if part)), (0, 0, 0, 5), expand=False))
        for mark, name in (("+", "reasons"), ("-", "against"), ("?", "unknown"), ("x", "excluded_by")):
            if row[name]:
                console.print(Padding(Text(f"{mark} {visible('; '.join(row[name]))}"), (0, 0, 0, 5), expand=False))
        console.print(Text(f"     {visible(row['best_url'])}", style="dim"), soft_wrap=True)
    if len(rows) > limit:
        console.print(Text(f"and {len(rows) - limit} more (--limit {len(rows)}, or --json)"))
    console.print(Text(_summary(suggestions)), soft_wrap=True)


def _summary(suggestions: Suggestions) -> str:
    total = len(suggestions.suited) + len(suggestions.ruled_out)
    summary = f"{len(suggestions.suited)} of {total} open internships may suit you"
    if not suggestions.ruled_out:
        return summary
    causes = Counter(
        cause for row in suggestions.ruled_out for cause in {text.partition(":")[0] for text in row["excluded_by"]}
    )
    ranked = sorted(causes.items(), key=lambda item: (-item[1], item[0]))
    by_cause = ", ".join(f"{cause} {count}" for cause, count in ranked)
    return f"{summary}; {len(suggestions.ruled_out)} are ruled out ({by_cause}): --excluded shows them"


@cache
def _reference(name: str) -> list[dict[str, str]]:
    with shipped("data", "reference", f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
