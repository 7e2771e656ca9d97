"""Filters over internships: one model for saved searches, the read interface and assistants.

A filter is named after the column that it looks at. A list admits any of its values; different filters all have to hold. Names of
countries, languages and fields become codes, as in a profile. Does not belong here: who suits whom (`pipeline.query.suggest`),
what words mean for a search (sql/macros/search.sql).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from pipeline.query.suggest import Countries, Fields, Languages
from pipeline.vocabulary import Channel, Kind, PayStatus, State, VisaSupport, WorkMode

MAX_VALUES = 100
"""Values of one filter; more than anybody ticks, and a bound on what a stranger can ask."""

MAX_WORDS_CHARS = 200

NotStated = Literal["not_stated"]
"""In a filter of words of a vocabulary: internships that state nothing there."""


class Condition(NamedTuple):
    """SQL of a condition on rows of `internships`, and its parameters by name."""

    sql: str
    parameters: dict[str, Any]


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Listed = BeforeValidator(_as_list)


def _many(description: str, alias: str | None = None) -> Any:
    return Field([], alias=alias, max_length=MAX_VALUES, description=description)


class Filters(BaseModel):
    """What an internship must be; an empty filter admits all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    countries: Countries = _many("host countries: ISO 3166-1 codes or names")
    fields_: Fields = _many("fields of study: ISCED-F 2013 codes or names; a wide one admits the narrow ones", "fields")
    languages_required: Languages = _many("languages an applicant must have")
    posting_language: Languages = _many("languages the posting is written in")
    channels: Annotated[list[Channel], Listed] = _many("how a student finds it")
    source_ids: Annotated[list[str], Listed] = _many("sources it stands at")
    kind: Annotated[list[Kind | NotStated], Listed] = _many("what sort of post it is")
    pay_status: Annotated[list[PayStatus | NotStated], Listed] = _many("whether it is paid")
    visa_support: Annotated[list[VisaSupport | NotStated], Listed] = _many("help with a visa")
    work_mode: Annotated[list[WorkMode | NotStated], Listed] = _many("where the work is done")
    state: Annotated[list[State], Listed] = Field(
        [State.OPEN], max_length=MAX_VALUES, description="open ones, unless it says others"
    )
    pay_month_eur_min: float | None = Field(None, ge=0, allow_inf_nan=False, description="least pay a month in EUR")
    weeks_max: int | None = Field(None, ge=1, le=520, description="it lasts no longer than these weeks")
    deadline_from: date | None = Field(None, description="its deadline is this day or later")
    deadline_to: date | None = Field(None, description="its deadline is this day or earlier")
    first_seen_from: date | None = Field(None, description="it was first seen on this night or later")
    words: str | None = Field(
        None, max_length=MAX_WORDS_CHARS, description="any of these words, as search(words) finds them; open ones only"
    )


NO_FILTERS = Filters.model_validate({})

_CONDITIONS = {
    "countries": "list_has_any(countries, $countries)",
    "fields_": "list_has_any(flatten(list_transform(fields, lambda code: [code, left(code, 2), left(code, 3)])), $fields_)",
    "languages_required": "list_has_any(languages_required, $languages_required)",
    "posting_language": "list_contains($posting_language, posting_language)",
    "channels": "list_has_any(channels, $channels)",
    "source_ids": "list_has_any(source_ids, $source_ids)",
    **{
        name: f"list_contains(${name}, coalesce({name}, 'not_stated'))"
        for name in ("kind", "pay_status", "visa_support", "work_mode", "state")
    },
    "pay_month_eur_min": "pay_month_eur >= $pay_month_eur_min",
    "weeks_max": "coalesce(weeks_max, weeks_min) <= $weeks_max",
    "deadline_from": "deadline >= $deadline_from::DATE",
    "deadline_to": "deadline <= $deadline_to::DATE",
    "first_seen_from": "first_seen >= $first_seen_from::DATE",
    "words": "internship_id IN (SELECT internship_id FROM search($words))",
}
"""Filter -> SQL of what it admits, where it is set."""


def condition_of(filters: Filters) -> Condition:
    """The condition that these filters set; `true` for none."""
    given = {name: value for name, value in filters.model_dump(mode="json").items() if value not in (None, [], "")}
    return Condition(" AND ".join(_CONDITIONS[name] for name in given) or "true", given)
