"""One form of a text that sites write in several ways: with signs, parted words, other scripts, or letters spoilt on the way.

Belongs here: ways of writing the same words. Does not belong here: what is read from a text (`texts`).
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from pipeline.clean.language_tools.text import plain
from pipeline.shipped import shipped

HEAD_CHARS = 200
"""Letters of a text that show how it is written."""
MAX_SPOILT_TIMES = 2
"""How often a text may have been read in a wrong table."""


def in_one_writing(texts: pl.Series) -> pl.Series:
    """Words whole, without signs, their letters as they were before they were read in a wrong table; Serbian and Uzbek in Latin
    letters and Chinese in simplified ones, whichever they are written in; Thai with full stops: it has blanks between clauses
    and nothing between words."""
    texts = _changed(
        texts, texts.str.contains("-\n", literal=True), pl.col("text").str.replace_all(_HYPHENATED, "$1$2")
    )
    head = texts.str.slice(0, HEAD_CHARS)
    # A head of ASCII alone has nothing of what the patterns for other letters look for, and counting is cheaper than these.
    other = (head.str.len_bytes() != head.str.len_chars()).fill_null(False).arg_true()
    if other.len():
        texts = texts.scatter(other, _beyond_ascii(texts.gather(other)))
    marked = head.str.contains(_MARKUP).fill_null(False).arg_true()
    if marked.len():
        texts = texts.scatter(marked, plain(texts.gather(marked)))
    return _changed(texts, head.str.contains(_UZBEK_LATIN), _respelled(_LOWER, _PLAIN_UZBEK))


def _beyond_ascii(texts: pl.Series) -> pl.Series:
    head = texts.str.slice(0, HEAD_CHARS)
    spoilt = head.str.contains(_SPOILT).arg_true()
    if spoilt.len():
        texts = texts.scatter(spoilt, pl.Series([_mended(text) for text in texts.gather(spoilt)], dtype=pl.String))
        head = texts.str.slice(0, HEAD_CHARS)
    texts = _changed(texts, head.str.contains(_SIGN), pl.col("text").str.replace_all(_SIGN, ""))
    scripts = head.str.contains(_SCRIPTS_OF_SEVERAL).arg_true()
    return texts.scatter(scripts, _in_one_script(texts.gather(scripts))) if scripts.len() else texts


def _in_one_script(texts: pl.Series) -> pl.Series:
    head = texts.str.slice(0, HEAD_CHARS)
    texts = _changed(texts, head.str.contains("[\u4e00-\u9fff]"), _respelled(pl.col("text"), _simplified()))
    texts = _changed(texts, head.str.contains(_SERBIAN_LETTERS), _respelled(_LOWER, _SERBIAN_AS_LATIN))
    texts = _changed(texts, head.str.contains(_UZBEK_CYRILLIC), _respelled(_LOWER, _UZBEK_AS_LATIN))
    return _changed(texts, head.str.contains(r"\p{Thai}"), _respelled(_LOWER, {" ": "."}))


def _changed(texts: pl.Series, are_so: pl.Series, changed: pl.Expr) -> pl.Series:
    """The texts, those that are so with what an expression makes of `text`."""
    rows = are_so.fill_null(False).arg_true()
    if rows.is_empty():
        return texts
    return texts.scatter(rows, texts.gather(rows).to_frame("text").select(changed).to_series())


def _respelled(texts: pl.Expr, spellings: dict[str, str]) -> pl.Expr:
    return texts.str.replace_many(list(spellings), list(spellings.values()))


def _mended(text: str) -> str:
    """A text of UTF-8 that was read as Windows' Western or Cyrillic letters, as it was. Pieces that are no UTF-8 stay."""
    for _ in range(MAX_SPOILT_TIMES):
        text, before = re.sub(r"[^\x00-\x7f]{2,}", _read_anew, text), text
        if text == before:
            break
    return text.replace("Ã ", "à ")  # its second byte is a blank


def _read_anew(letters: re.Match[str]) -> str:
    for table in ("cp1252", "cp1251"):
        try:
            return _LOST_BYTE.sub(b"\xd0\x98", b"".join(_byte(letter, table) for letter in letters[0])).decode("utf-8")
        except UnicodeError:
            continue
    return letters[0]


def _byte(letter: str, table: str) -> bytes:
    """The byte that a letter was read from; the bytes without one in Windows' tables are read as control characters."""
    return letter.encode("latin-1" if "\x80" <= letter <= "\x9f" else table)


@cache
def _simplified() -> dict[str, str]:
    """Simplified Chinese characters by traditional ones."""
    table = pl.read_csv(shipped("data", "reference", "chinese_characters.csv"), comment_prefix="#")
    return dict(table.select("traditional", "simplified").iter_rows())


_LOWER = pl.col("text").str.to_lowercase()
_SCRIPTS_OF_SEVERAL = "[\u0400-\u04ff\u0e00-\u0e7f\u4e00-\u9fff]"
"""Letters of the scripts that are written in another way here: Cyrillic, Thai, Chinese."""
_HYPHENATED = r"(\p{L})-\n(\p{Ll})"
"""A word that a page of print parts at the end of a line."""
_SIGN = r"[\p{So}\x{fe0f}]"
"""Emoji and dingbats."""
_MARKUP = r"(?i)</?(?:p|br|ul|ol|li|div|span|h\d|strong|b)\b[^<>]*>"
_SPOILT = (
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|(?:[\u0420\u0421][\u0080-\u00bf\u0402-\u040f\u0452-\u045f\u0490\u0491\u2013-\u203a\u20ac\u2116\u2122]){2}"
)
"""The first byte of a letter in UTF-8 and the second one, as Windows' tables show them; of Cyrillic ones two, for one may be
a word at the end of a quotation."""
_LOST_BYTE = re.compile(rb"\xd0(?=[\xd0\xd1])")
"""A letter whose second byte, 98, no table has: И."""
_SERBIAN_LETTERS = "(?i)[јљњћђџ]"
_SERBIAN_AS_LATIN = dict(zip("абвгдђежзијклљмнњопрстћуфхцчџш", "abvgdđežzijklљmnњoprstćufhcčџš", strict=True)) | {
    "љ": "lj", "њ": "nj", "џ": "dž",
}  # fmt: skip
_UZBEK_CYRILLIC = "(?is)ў.*[қғҳ]|[қғҳ].*ў"
"""Letters that no other language has together but Karakalpak."""
_TURNED_COMMA = "[\u02bb\u02bc\u2018\u2019'`]"
_UZBEK_LATIN = rf"(?is)[og]{_TURNED_COMMA}[a-rt-z].*[og]{_TURNED_COMMA}[a-rt-z]"
"""Two letters with a comma above; the one before an s is English."""
_PLAIN_UZBEK = dict.fromkeys("\u02bb\u02bc\u2018\u2019'`", "") | {"ye": "e", "ts": "s"}
"""Latin Uzbek as its Cyrillic letters are read here, which tell neither e from ye nor ts from s in all words."""
_UZBEK_AS_LATIN = dict(
    zip("абвгдежзийклмнопрстуфхцэўқғҳ", "abvgdejziyklmnoprstufxseoqgh", strict=True)
) | {"ё": "yo", "ч": "ch", "ш": "sh", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}  # fmt: skip
