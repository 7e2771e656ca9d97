"""Words that languages share but for their endings and spelling: genetics, Genetik, génétique, genetyka.

Belongs here: what is left of a word when these are taken off, and the parts of compound words. Does not belong here: words of one
meaning that look unlike, which are in data/reference/title_words.yaml, as are the endings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import read_reference

MIN_ROOT_LETTERS = 4
"""Letters that an ending must leave: of shorter words it is a part."""
MIN_COMPOUND_LETTERS, MIN_PART_LETTERS = 9, 4
"""Letters of a word that may be made of two, and of each of the two."""
MAX_TAIL_ENDING = 2
JOINTS = ("", "s", "n", "en", "es", "er")
"""What stands between the two words of a Germanic compound."""
_SPELLINGS = {
    "ph": "f", "th": "t", "ck": "c", "ch": "c", "qu": "c", "ae": "e", "oe": "e", "k": "c", "y": "i", "z": "s", "w": "v",
}  # fmt: skip


def roots_of(words: pl.Series, stems: pl.Series) -> pl.Series:
    """Each word (lower case, Latin letters without accents) as it is in any of the languages of our sources; of one without an
    ending that they share, its stem is."""
    word = pl.col("word").str.extract(_endings(), 1).fill_null("")
    ending = pl.col("word").str.extract(_endings(), 2).replace_strict(_marks(), default="", return_dtype=pl.String)
    bare = pl.when(word != "").then(word + ending).otherwise(pl.lit(stems))
    spelled = bare.str.replace_many(list(_SPELLINGS), list(_SPELLINGS.values()), leftmost=True)
    for letter in "bcdfglmnprst":
        spelled = spelled.str.replace_all(letter * 2, letter, literal=True)
    return words.alias("word").to_frame().select(root=spelled)["root"]


def has_ending(word: pl.Expr) -> pl.Expr:
    """Whether a word has one of the endings."""
    return word.str.contains(_endings())


def compound_parts(word: str, whole: Mapping[str, str], beginnings: Mapping[str, str]) -> str | None:
    """The concepts of the two known words that a longer word is made of; None where it is not. `whole`, `beginnings`: concepts by
    word, and by how a word begins."""
    if len(word) < MIN_COMPOUND_LETTERS:
        return None
    for end in range(len(word) - MIN_PART_LETTERS, MIN_PART_LETTERS - 1, -1):
        head, tail = word[:end], word[end:]
        second = whole.get(tail) or next(
            (
                beginnings[tail[:cut]]
                for cut in range(len(tail), len(tail) - MAX_TAIL_ENDING - 1, -1)
                if tail[:cut] in beginnings
            ),
            None,
        )
        if second is None:
            continue
        for joint in JOINTS:
            bare = head.removesuffix(joint)
            first = whole.get(bare) or beginnings.get(bare)
            if first and head.endswith(joint) and len(bare) >= MIN_PART_LETTERS:
                return f"{first} {second}"
    return None


@cache
def _marks() -> dict[str, str]:
    endings = read_reference("title_words")["endings"]
    return {ending: "" if mark == "none" else mark for mark, forms in endings.items() for ending in forms}


@cache
def _endings() -> str:
    longest_first = sorted(_marks(), key=lambda ending: (-len(ending), ending))
    return rf"^([a-z]{{{MIN_ROOT_LETTERS},}}?)({'|'.join(map(re.escape, longest_first))})$"


@cache
def latin_letters() -> tuple[list[str], list[str]]:
    """Cyrillic and Greek letters, and how names are written with Latin ones (BGN/PCGN, ELOT 743)."""
    cyrillic = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўјљњћђџѓќѕ"
    latin = (
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye g u j lj nj c d dz g k dz"
    )
    latin = latin.replace("_", "")
    greek = "αβγδεζηθικλμνξοπρσςτυφχψω"
    as_latin = "a v g d e z i th i k l m n x o p r s s t y f ch ps o"
    letters = dict(zip(cyrillic, latin.split(" "), strict=True)) | dict(zip(greek, as_latin.split(" "), strict=True))
    pairs = {"кс": "x", "ου": "ou", **letters}
    return list(pairs), list(pairs.values())
