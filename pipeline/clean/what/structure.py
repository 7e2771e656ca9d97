"""Structure: what an internship offers beside pay, how it is set up, what to send, and what should warn an applicant.

Belongs here: housing, travel, insurance and the like; supervision, mentorship, learning objectives, networking, credit,
agreement, assessment, a way into a job; number of places; documents; marks of risk; and the score made from the marks of a
structured internship. Does not belong here: a phrase (data/reference/structure.yaml), pay, dates, who may apply.

The marks are those of the EU Quality Framework for Traineeships (Council Recommendation of 10 March 2014): a written
agreement, learning objectives, supervision, a mentor or training, a stated length, stated pay, stated cover or support,
recognition by credit or certificate; and meeting others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import any_of, flat, is_glued, read_reference
from pipeline.clean.language_tools.extraction import SOURCE, Extraction, columns_of, extraction
from pipeline.clean.language_tools.phrases import Fact, Hit, Phrases, Sentence, read_phrases, read_sentences
from pipeline.clean.language_tools.sense import clause_of, is_answered_no, is_denied, is_ruled_out
from pipeline.clean.language_tools.sentences import QUESTION_MARKS
from pipeline.tables import RISK_FLAG

_YES_OR_NO = ("academic_credit", "conversion")
_STATED = ("supervision", "mentorship", "learning_objectives", "networking", "agreement", "assessment")
MARKS = (
    "supervision",
    "mentorship",
    "learning_objectives",
    "networking",
    "agreement",
    "recognition",
    "length",
    "pay",
    "support",
)
"""Marks of a structured internship; each of them counts the same."""
_SCHEMA: dict[str, pl.DataType] = {
    "support": pl.List(pl.String()), "documents_required": pl.List(pl.String()),
    **dict.fromkeys(("supervision", "mentorship", "learning_objectives", "networking", "academic_credit", "agreement",
                     "assessment", "conversion"), pl.Boolean()),
    "positions": pl.Int32(), "risk_flags": pl.List(pl.String()),
}  # fmt: skip
_MAX_POSITIONS = 2_000
_MAX_ROOM_LINE_LETTERS = 80
"""Letters of a line that names a room."""
_MAX_BULLET_LETTERS = 3
"""Letters before the first word of a line."""
_NAMING = (
    r"(?i:\b(?:at|with|for|by|bei|beim|mit|für|chez|avec|pour|con|para|en|presso|per|com|na|no|bij|voor|hos|med|för|w|u|v|pro)"
    r"\s(?:the\s|our\s|la\s|le\s|l['’])?)\p{Lu}"
)
"""A word, and a name behind it that may be a host's."""
_OFFERS = ("offer", "not_offered")
_PRICE = re.compile(r"\d|[€$£¥?]")
_MAX_PAY_MONTH_EUR = 30_000
"""Euro a month. The best paid internships that are known of, in trading, have about 20,000."""
_PHRASES = (
    "support",
    "costs",
    "offered",
    "free",
    "pays",
    "giver",
    "supervises",
    "superior",
    "work_of_intern",
    "your_work",
    "by_the_end",
    "able",
    "denied",
    "documents_required",
    "submit",
    "risk_flags",
    "training",
    "credit_needed",
    "other_sense",
    "never",
    "room",
    *_STATED,
    *_YES_OR_NO,
)


_READ_IN_PLACE = frozenset(
    {
        "able",
        "by_the_end",
        "denied",
        "free",
        "pays",
        "giver",
        "supervises",
        "your_work",
        "work_of_intern",
        "other_sense",
        "places",
        "risk_flags",
        "free_mail",
        "room",
        "support",
        "visa_support",
        *_STATED,
        *_YES_OR_NO,
    }
    | {"documents_required"}
)
"""Cues that tell by where they stand, or whose words are read."""


def clean_structure(raw: pl.DataFrame, sentences: pl.DataFrame, pay: Extraction, organizer: Extraction) -> Extraction:
    """support, documents_required, supervision, mentorship, learning_objectives, networking, academic_credit, agreement,
    assessment, conversion, positions, risk_flags. `sentences`: those of title and description (`phrases.under_headings`);
    `pay`, `organizer`: what `clean_pay` and `clean_organizer` gave."""
    facts = pl.concat(
        [
            read_sentences(sentences, _phrases(), _read_facts, _READ_IN_PLACE),
            _impossible_pay(raw, pay),
            _unnamed_host(raw, sentences, organizer),
        ]
    )
    columns, proofs = columns_of(raw, facts, _SCHEMA)
    flags = columns["risk_flags"].to_frame().select(
        pl.col("risk_flags").list.eval(pl.element().str.json_decode(RISK_FLAG)).alias("risk_flags")
    )  # fmt: skip
    return extraction(columns.drop("risk_flags").hstack(flags), [proofs])


def _impossible_pay(raw: pl.DataFrame, pay: Extraction) -> pl.DataFrame:
    """The risk flag of pay that no internship has, as a frame of `read_sentences`."""
    rows = raw.select("row").hstack(pay.columns).filter(pl.col("pay_month_eur") > _MAX_PAY_MONTH_EUR)
    proofs = pay.evidence.filter(pl.col("field") == "pay_min").join(rows, on="row", how="semi")
    flag = pl.struct(flag=pl.lit("impossible_pay"), quote="quote").struct.json_encode()
    return proofs.select("row", "raw_field", pl.lit("risk_flags").alias("field"), flag.alias("value"), "quote")


def _unnamed_host(raw: pl.DataFrame, sentences: pl.DataFrame, organizer: Extraction) -> pl.DataFrame:
    """The risk flag of what an agency arranges with nobody knows whom, as a frame of `read_sentences`: no field names a host,
    and no word of the text stands before a name that could be one's."""
    rows = raw.select("row", "organization").hstack(organizer.columns.select("organizer_type", "host_organization"))
    open_rows = rows.filter(
        pl.col("organizer_type") == "agency", pl.col("host_organization").is_null(), pl.col("organization").is_null()
    )
    naming = sentences.join(open_rows, on="row", how="semi").filter(pl.col("text").str.contains(_NAMING))
    quote = pl.lit("organizer: {type: agency}")
    flag = pl.struct(flag=pl.lit("no_named_host"), quote=quote).struct.json_encode()
    return open_rows.join(naming, on="row", how="anti", maintain_order="left").select(
        "row", raw_field=pl.lit(SOURCE), field=pl.lit("risk_flags"), value=flag, quote=quote
    )


def score_structure(raw: pl.DataFrame, facts: pl.DataFrame, proofs: pl.DataFrame) -> Extraction:
    """structure_score (0 to 100: share of MARKS that are stated) and structure_silent (how many are not).

    Both are null where a listing states none: nothing would stand behind them. `facts`: the columns of `clean_structure`,
    weeks_min, weeks_max, pay_status; one row a raw listing. `proofs`: their evidence, which is the score's too."""
    stated = {
        **{mark: pl.col(mark).fill_null(False) for mark in ("supervision", "mentorship", "learning_objectives")},
        **{mark: pl.col(mark).fill_null(False) for mark in ("networking", "agreement")},
        "recognition": pl.col("academic_credit").fill_null(False) | pl.col("assessment").fill_null(False),
        "length": pl.col("weeks_min").is_not_null() | pl.col("weeks_max").is_not_null(),
        "pay": pl.col("pay_status").is_not_null(),
        "support": pl.col("support").list.len().fill_null(0) > 0,
    }
    count = pl.sum_horizontal(stated[mark].cast(pl.Int32) for mark in MARKS)
    columns = facts.select(
        structure_score=pl.when(count > 0).then((count * 100 / len(MARKS)).round().cast(pl.Int32)),
        structure_silent=pl.when(count > 0).then(len(MARKS) - count),
    )
    rows = raw.select("row").hstack(columns).filter(pl.col("structure_score").is_not_null())
    fields = [*_STATED, "academic_credit", "weeks_min", "weeks_max", "pay_status", "support"]
    behind = proofs.filter(pl.col("field").is_in(fields)).join(rows, on="row", how="semi").unique(maintain_order=True)
    return extraction(
        columns,
        [
            behind.with_columns(field=pl.lit(name), method=pl.lit("derived")).unique(maintain_order=True)
            for name in ("structure_score", "structure_silent")
        ],
    )


def _read_facts(sentence: Sentence) -> Iterator[Fact]:
    yield from _support(sentence)
    is_asked = sentence.under in ("require", "optional", "documents")
    for field in _STATED if sentence.has(*_STATED) and not is_asked else ():
        hits = _meant(sentence, field)
        if hits and not _is_denied(sentence, hits[0]) and not (field == "assessment" and sentence.has("submit")):
            yield Fact(field, True)
    if not is_asked and _is_supervised(sentence):
        yield Fact("supervision", True)
    if not is_asked and _is_learnt(sentence):
        yield Fact("learning_objectives", True)
    if (
        _meant(sentence, "training")
        and (sentence.under == "offer" or sentence.has("offered"))
        and not (is_asked or sentence.has("denied"))
    ):
        yield Fact("mentorship", True)
    is_question = sentence.text.rstrip().endswith(QUESTION_MARKS)
    for field in _YES_OR_NO if sentence.has(*_YES_OR_NO) and not is_question else ():
        hits = _meant(sentence, field)
        if hits and not (field == "academic_credit" and (is_asked or sentence.has("credit_needed"))):
            answers = {hit.cue.split(".")[1] for hit in hits}
            is_refused = _is_denied(sentence, hits[0]) or is_answered_no(sentence.lower)
            yield Fact(field, "no" not in answers and not is_refused)
    if sentence.has("documents_required"):
        yield from _documents(sentence)
    if sentence.has("places"):
        yield from _positions(sentence)
    if sentence.has("risk_flags", "free_mail"):
        yield from _risks(sentence)


def _is_supervised(sentence: Sentence) -> bool:
    """Whether somebody above the intern directs the intern's work: "the head of the lab checks your work"."""
    if label := next((hit for hit in _meant(sentence, "supervises") if hit.start <= _MAX_BULLET_LETTERS), None):
        named = _LABELLED.match(sentence.lower, label.end)
        if named and not _is_denied(sentence, label) and not is_ruled_out(sentence.lower, label.start, label.end):
            return True  # "Supervision: the head of the lab"
    superior = sentence.has("superior")
    if not (_is_spoken_of(sentence, "your_work") or (_is_spoken_of(sentence, "work_of_intern") and superior)):
        return False
    superiors = {hit.start for hit in sentence.all("superior")}
    verbs = (hit for hit in _meant(sentence, "supervises") if hit.start not in superiors)
    return any(not _is_denied(sentence, hit) for hit in verbs)


_LABELLED = re.compile(r"[^\W\d_]*(?:\s[^\W\d_]+)?\s?[:：]\s*[^\W\d_]{2}")
"""The rest of a label, and what it stands before."""


def _is_spoken_of(sentence: Sentence, cue: str) -> bool:
    """Whether a phrase for the intern's work is more than a label of what the intern does: "your tasks: guide visitors"."""
    return any(not _labels_tasks().match(sentence.lower, hit.end) for hit in sentence.all(cue))


@cache
def _labels_tasks() -> re.Pattern[str]:
    """What follows a label of tasks: a colon, or a verb that lists them."""
    verbs = any_of(flat(read_reference("structure")["lists_tasks"]))
    return re.compile(rf"[^\W\d_]*(?:(?:\s[^\W\d_]+){{0,3}}\s?[:：]|\s{verbs})")


def _is_learnt(sentence: Sentence) -> bool:
    """Whether a sentence says what the intern can do afterwards: "after the internship you will be able to write reports"."""
    if not sentence.has("by_the_end") or sentence.has(*_YES_OR_NO):
        return False
    return any(not is_denied(sentence.lower, hit.start, hit.end) for hit in sentence.all("able"))


def _documents(sentence: Sentence) -> Iterator[Fact]:
    """What must be sent: where a sentence asks to send, or but lists it ("CV and cover letter in one PDF")."""
    named = {hit.cue.split(".")[1]: hit for hit in _meant(sentence, "documents_required")}
    is_list = len(named) > 1 and sentence.under not in _OFFERS
    if not (sentence.under == "documents" or sentence.has("submit") or is_list):
        return
    for document, hit in named.items():
        if not is_denied(sentence.lower, hit.start, hit.end):
            yield Fact("documents_required", document)


def _support(sentence: Sentence) -> Iterator[Fact]:
    if sentence.under in ("require", "optional", "documents", "not_offered") or is_answered_no(sentence.lower):
        return
    is_offer = (
        sentence.under == "offer"
        or sentence.has("offered", "free")
        or _is_paid_by_host(sentence)
        or sentence.has("accepted")
    )
    if is_offer:
        named = {hit.cue for hit in sentence.all("support")}
        refused = {hit.cue for hit in sentence.all("support") if _is_refused(sentence, hit)}
        for hit in _meant(sentence, "support"):
            if hit.cue in refused:
                continue
            if hit.cue == "support.visa" and len(named) == 1 and not sentence.has("costs"):
                continue  # help with it is `who.visa`'s
            yield Fact("support", hit.cue.split(".")[1])
    elif sentence.has("room") and not sentence.has("denied"):
        housing = sentence.all("support.housing")[:1]
        begins = any(hit.start <= _MAX_BULLET_LETTERS and hit.end < sentence.all("room")[-1].start for hit in housing)
        if begins and len(sentence.text) <= _MAX_ROOM_LINE_LETTERS and not _PRICE.search(sentence.lower):
            yield Fact("support", "housing")


def _is_paid_by_host(sentence: Sentence) -> bool:
    """Whether a verb that may be anybody's is a host's, who stands before or right behind it: "the museum
    takes out insurance"."""
    return any(
        (
            0 <= pays.start - giver.end <= _MAX_TO_VERB
            and not re.search(r"[,;:.()]", sentence.lower[giver.end : pays.start])
        )
        or 0 <= giver.start - pays.end <= _MAX_FROM_VERB
        for pays in sentence.all("pays")
        for giver in sentence.all("giver")
    )


_MAX_TO_VERB, _MAX_FROM_VERB = 40, 8
"""Letters between a host and the verb behind, and between a verb and the host behind it."""


def _is_refused(sentence: Sentence, hit: Hit) -> bool:
    """Whether what a phrase names is not given, or whoever comes pays for it. "Free" and "without charge" deny nothing."""
    lower = sentence.lower
    for free in sentence.all("free"):
        end = free.end + len(_REST_OF_WORD.match(lower, free.end).group())  # type: ignore[union-attr]
        lower = lower[: free.start] + "_" * (end - free.start) + lower[end:]
    return (
        _is_of_denied_clause(sentence, hit)
        or is_denied(lower, hit.start, hit.end)
        or is_ruled_out(lower, hit.start, hit.end)
    )


_REST_OF_WORD = re.compile(r"[^\W\d_]*")


def _is_of_denied_clause(sentence: Sentence, hit: Hit) -> bool:
    """Whether a denial stands in the clause of a phrase: "no pay, but we offer lunch" offers lunch. "Without charge" is none."""
    start, end = clause_of(sentence.lower, hit.start, hit.end)
    if sentence.lower[end : end + 1] in (":", "："):  # a label: "Travel: interns have to pay for the journey"
        end = clause_of(sentence.lower, end + 1, end + 1)[1]
    free = sentence.all("free")
    return any(
        start <= denied.start < end and not any(one.start < denied.end and denied.start < one.end for one in free)
        for denied in sentence.all("denied")
    )


def _meant(sentence: Sentence, cue: str) -> list[Hit]:
    """The hits of a cue that share no word with a phrase of another sense: a product portfolio is nothing to send."""
    others = sentence.all("other_sense")
    return [hit for hit in sentence.all(cue) if not any(o.start < hit.end and hit.start < o.end for o in others)]


def _is_denied(sentence: Sentence, hit: Hit) -> bool:
    """Whether a word of denial stands right before a phrase, or the clause denies it."""
    near = any(hit.start - 12 <= other.end <= hit.start for other in sentence.all("denied"))
    return near or is_denied(sentence.lower, hit.start, hit.end)


def _positions(sentence: Sentence) -> Iterator[Fact]:
    if sentence.has("not_places"):
        return
    for pattern in _place_patterns():
        if match := pattern.search(sentence.lower):
            number = match["number"]
            count = int(number) if number.isdigit() else _number_words()[number]
            if 1 <= count <= _MAX_POSITIONS:
                yield Fact("positions", count)
                return


def _risks(sentence: Sentence) -> Iterator[Fact]:
    for hit in sentence.all("risk_flags", "free_mail"):
        flag = "free_mail_contact" if hit.cue == "free_mail" else hit.cue.split(".")[1]
        if flag == "fee_before_offer" and sentence.has("denied", "never"):
            continue
        quote = sentence.text[hit.start : hit.end] if flag == "free_mail_contact" else sentence.text
        yield Fact("risk_flags", json.dumps({"flag": flag, "quote": quote}, ensure_ascii=False), quote)


@cache
def _phrases() -> Phrases:
    reference = read_reference("structure")
    more = {"free_mail": [f"*{domain}*" for domain in reference["free_mail"]]}
    more["places"] = [*reference["places"], *reference["before_places"]]
    # Where nothing parts words, "有" behind a colon begins a longer one as often as not.
    accepts = [word for word in flat(read_reference("sense")["accepts"]) if not is_glued(word)]
    more["accepted"] = [f"{mark} {word}" for word in accepts for mark in ":?"]
    more["not_places"] = reference["not_places"]
    needs = {
        **dict.fromkeys(
            (
                "costs",
                "offered",
                "free",
                "pays",
                "giver",
                "denied",
                "submit",
                "credit_needed",
                "accepted",
                "other_sense",
                "never",
                "not_places",
                "room",
                "superior",
                "work_of_intern",
                "by_the_end",
            ),
            (),
        ),
        **dict.fromkeys(("support", "training"), ("offered", "accepted", "free", "pays", "offer", "room")),
        "able": ("by_the_end",),
    }
    return read_phrases("structure", *_PHRASES).with_more(more, needs)


@cache
def _number_words() -> dict[str, int]:
    return {
        word: int(number) for number, words in read_reference("structure")["number_words"].items() for word in words
    }


@cache
def _place_patterns() -> list[re.Pattern[str]]:
    """Patterns over lower-case sentences: "two (2) interns", "12 praktikumsplätze", "募集人数:3"."""
    reference = read_reference("structure")
    words = "|".join(sorted(map(re.escape, _number_words()), key=lambda word: (-len(word), word)))
    number = rf"(?P<number>\d{{1,4}}|{words})"
    things = [re.escape(place) for place in reference["places"] if not is_glued(place)]
    nouns = "|".join(sorted(things, key=lambda word: (-len(word), word)))
    before = "|".join(sorted(map(re.escape, reference["before_places"]), key=lambda word: (-len(word), word)))
    start, end = r"(?<![\w.,/:-])", r"(?!\w)"
    kinds = "paid|unpaid|student|graduate|undergraduate|full-time|part-time|available|open|new|de|di"
    between = rf"(?:\s*\(\d{{1,4}}\))?\s+(?:(?:{kinds}) ){{0,2}}"
    return [
        re.compile(rf"{start}{number}{end}{between}(?:{nouns}){end}"),
        re.compile(rf"(?:{before})\s*(?:[:：]|is|of|ca\.?|约|約|:)?\s*{number}(?![\d.,/:-]*\d)"),
    ]
