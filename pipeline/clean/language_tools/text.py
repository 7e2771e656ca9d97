"""Text, before anything is read from it: folded, without markup, and as keys for comparison.

Belongs here: what is true of every text whatever it says. Does not belong here: what a text means.

The foldings of texts, and what each is for:

    folded, folded_lines     a text to show and to read: composed (NFC), no control characters, white space folded
    unescaped, plain         a text of markup as plain text
    western                  digits of all scripts as 0 to 9, before numbers are read
    words                    a key of ids: compatibility forms folded, letters and digits only; never changes
    compared                 `words` without accents: names and titles that are compared
    dictionary.spaced_words  words between blanks, for looking up many phrases in one pass
    dictionary.bare          a phrase as it is looked up: lower case, Latin letters without accents
    where.place_names.fold   names of places, as the table of places has them
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import polars as pl
from selectolax.lexbor import LexborHTMLParser

SHORT = 500
"""Letters that are read of a title, a date, a sum: a longer one is a text that went astray."""

MARKS = "".join(chr(code) for code in range(0x0900, 0x1000) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
"""Vowel signs of the scripts of India, of Thai and of their neighbours, which are no letters to a regular expression."""

_JUNK = (
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    "\ufeff\ufffe\uffff]"
)
"""Control characters but tab and line ends, soft hyphens, zero-width and direction marks. The joiners U+200C and U+200D
stay: Persian and Indian words are spelled with them."""

_CONTROL = "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]"
"""Of these the control characters: no text has them on purpose."""

_APART = r"\p{M}|[\u1100-\u11ff]"
_LINE_ENDS = "\r\n|[\r\u0085\u2028\u2029]"
_SPACE = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BLANKS = f"[ {_SPACE}]{{2,}}|[{_SPACE}]"
_MICRO = "\u00b5"
"""The micro sign, which stands in Greek texts for the letter."""
_UNEVEN = rf"[{_MICRO}\r\u0085\u2028\u2029{_SPACE}]|{_APART}|{_JUNK}|  | \n|\n |\n\n\n"
_HAS_TAG = r"<[a-zA-Z/!][^>]*>"
_HAS_ESCAPED_TAG = r"&lt;/?[a-zA-Z][a-zA-Z0-9]*[^&]*&gt;"
_HAS_ENTITY = r"&(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});"
_RUNAWAY = r"&(?:amp;){2,}"
_ESCAPED_ENTITY = r"&amp;([a-zA-Z]{3,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});"
"""A feed that escapes again what it reads back: `&amp;amp;amp;`, `&amp;eacute;`. No text means that, so it is undone whole;
`&amp;lt;` and `&amp;gt;` are what a text about markup says."""

_ITEM_TAG = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    "</?(?:address|article|aside|blockquote|br|dd|div|dl|dt|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section"
    r"|table|tbody|tfoot|thead|tr|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_SILENT = ["script", "style", "noscript", "template", "head", "svg"]


_ZEROS = "\u0660\u06f0\u0966\u09e6\u0a66\u0ae6\u0be6\u0c66\u0ce6\u0d66\u0e50\u0ed0\u1040\u17e0\uff10"
"""Arabic, Persian, Devanagari, Bengali, Gurmukhi, Gujarati, Tamil, Telugu, Kannada, Malayalam, Thai, Lao, Burmese, Khmer, full
width."""
_DIGITS = {ord(zero) + number: str(number) for zero in _ZEROS for number in range(10)}
_OTHER_DIGIT = re.compile("[" + "".join(map(chr, _DIGITS)) + "]")


def western(text: str) -> str:
    """The text with all its digits in 0 to 9; as long as before."""
    return text if text.isascii() or not _OTHER_DIGIT.search(text) else text.translate(_DIGITS)


def folded(text: pl.Expr) -> pl.Expr:
    """One line: NFC, junk removed, white space folded; null where nothing is left."""
    one_line = _clean_characters(text).str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(one_line != "").then(one_line)


def folded_lines(text: pl.Expr) -> pl.Expr:
    """As `folded`, but lines stay lines; at most one empty line between them."""
    lines = (
        _clean_characters(text)
        .str.replace_all(_LINE_ENDS, "\n")
        .str.replace_all(_BLANKS, " ")
        .str.replace_all(" ?\n ?", "\n")
        .str.replace_all("\n{3,}", "\n\n")
        .str.strip_chars()
    )
    return pl.when(lines != "").then(lines)


def _escaped_once(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(_RUNAWAY, "&amp;").str.replace_all(_ESCAPED_ENTITY, "&$1;")


def unescaped(text: pl.Series) -> pl.Series:
    """Text in which entities stand for their characters; only what holds one passes through Python."""
    collapsed = text.to_frame("text").select(_escaped_once(pl.col("text")))["text"].alias(text.name)
    with_entity = collapsed.filter(collapsed.str.contains(_HAS_ENTITY)).unique().drop_nulls()
    return collapsed.replace(with_entity, pl.Series([html.unescape(value) for value in with_entity], dtype=pl.String))


def plain(text: pl.Series) -> pl.Series:
    """Plain text of texts that may be HTML, may be HTML escaped as a whole, or may be plain; lines folded.

    Blocks become lines, items of a list begin with "- ". Each distinct text is parsed once."""
    distinct = pl.DataFrame({"raw": text.unique().drop_nulls()}).with_columns(text=_escaped_once(pl.col("raw")))
    has_tag = pl.col("text").str.contains(_HAS_TAG)
    is_escaped = ~has_tag & pl.col("text").str.contains(_HAS_ESCAPED_TAG)
    distinct = distinct.with_columns(is_escaped=is_escaped, is_markup=has_tag | is_escaped)
    marked = distinct.filter("is_markup")
    texts = [
        _text_of(html.unescape(markup) if escaped else markup)
        for markup, escaped in marked.select("text", "is_escaped").iter_rows()
    ]
    others = distinct.filter(~pl.col("is_markup"))
    table = pl.concat(
        [
            marked.select("raw").with_columns(pl.Series("text", texts, dtype=pl.String)),
            others.select("raw").with_columns(unescaped(others["text"]).alias("text")),
        ]
    )
    # Most texts need but one look: nothing in them has to go.
    uneven = table["text"].str.contains(_UNEVEN)
    table = pl.concat(
        [
            table.filter(uneven).with_columns(folded_lines(pl.col("text"))),
            table.filter(~uneven).with_columns(pl.col("text").str.strip_chars().replace("", None)),
        ]
    )
    return pl.DataFrame({"raw": text}).join(table, on="raw", how="left", maintain_order="left")["text"].alias(text.name)


def control_characters(raw: pl.DataFrame, fields: Sequence[str]) -> pl.DataFrame:
    """row, field, text: the control characters that these fields of rows held, each once a field, as U+0007."""
    found = [
        raw.select("row", text=name)
        .filter(pl.col("text").str.contains(_CONTROL))
        .select("row", field=pl.lit(name), text=pl.col("text").str.extract_all(_CONTROL).list.unique())
        .explode("text")
        for name in fields
    ]
    return pl.concat(found).with_columns(
        pl.col("text").map_elements(lambda sign: f"U+{ord(sign):04X}", return_dtype=pl.String)
    )


def words(text: pl.Expr) -> pl.Expr:
    """Letters and digits only, lower case, compatibility forms folded, one space between words; "" for null.

    listing ids of rows that share an address hang on it: never change what it gives."""
    return (
        text.fill_null("")
        .str.normalize("NFKC")
        .str.to_lowercase()
        .str.replace_all(r"[^\p{L}\p{M}\p{N}+#]+", " ")
        .str.strip_chars()
    )


def compared(text: pl.Expr) -> pl.Expr:
    """`words` without accents of Latin letters; "" for null."""
    # Most texts are ASCII, which has neither forms nor accents.
    is_ascii = text.str.len_bytes() == text.str.len_chars()
    plain = text.str.to_lowercase().str.replace_all("[^a-z0-9+#]+", " ").str.strip_chars(" ")
    other = (
        words(pl.when(~is_ascii).then(text))
        .str.normalize("NFKD")
        .str.replace_all("[\u0300-\u036f]", "")
        .str.replace_many(["ß", "ø", "ł", "đ", "æ", "œ", "ı"], ["ss", "o", "l", "d", "ae", "oe", "i"])
        .str.normalize("NFC")
    )
    return pl.when(is_ascii).then(plain).otherwise(other)


@lru_cache(maxsize=10_000)
def bare_key(key: str) -> str:
    """A key of `extra` in lower case without separators, as dictionaries of keys are written."""
    return re.sub(r"[\W_]", "", key.lower())


def verbatim(quote: str, raw: str) -> str:
    """The piece of `raw` that `quote` was read from: it may differ by white space, markup and escaping.

    Where no such piece is found, the whole of `raw`."""
    if quote in raw:
        return quote
    return _piece_by_words(quote.split(), raw) or _piece_by_letters(quote, raw)


def _piece_by_words(words: list[str], raw: str) -> str | None:
    """The piece of `raw` with these words in a row, nothing but space and markup between them.

    Word by word: one pattern of a whole sentence takes a hundred times as long to make as to use."""
    if not words:
        return None
    first, *others = words
    for match in _word_pattern(first).finditer(raw):
        end = match.end()
        for word in others:
            gap = _BETWEEN.match(raw, end)
            next_end = _end_of(word, raw, gap.end() if gap else end)
            if next_end is None:
                break
            end = next_end
        else:
            return raw[match.start() : end]
    return None


def _end_of(word: str, raw: str, start: int) -> int | None:
    """Where a word ends that begins at this place of a text; None where another one does."""
    if raw.startswith(word, start) and _ESCAPED.keys().isdisjoint(word):  # most do, and need no pattern
        return start + len(word)
    match = _word_pattern(word).match(raw, start)
    return match.end() if match else None


@lru_cache(maxsize=5_000)
def _word_pattern(word: str) -> re.Pattern[str]:
    return re.compile(_escaped_word(word), re.IGNORECASE)


def _piece_by_letters(quote: str, raw: str) -> str:
    """The piece of `raw` with the letters and digits of `quote`, whatever stands between them."""
    letters, spans = [], []
    for match in _MARKUP_OR_SIGN.finditer(raw):
        if match["markup"]:
            continue
        for letter in unicodedata.normalize("NFD", html.unescape(html.unescape(match.group()))):
            if letter.isalnum():
                letters.append(letter.lower()[0])
                spans.append(match.span())
    wanted = [letter.lower()[0] for letter in unicodedata.normalize("NFD", quote) if letter.isalnum()]
    start = "".join(letters).find("".join(wanted))
    if start < 0 or not wanted:
        return raw
    return raw[spans[start][0] : spans[start + len(wanted) - 1][1]]


def _escaped_word(word: str) -> str:
    return "".join(_ESCAPED.get(letter) or re.escape(letter) for letter in word)


_BETWEEN = re.compile(
    r"(?:[\s\u00ad\u200b\u200e\u200f\u2060\ufeff]|<[^>]{0,300}>|&nbsp;|&#160;|&#xa0;)*", re.IGNORECASE
)
_MARKUP_OR_SIGN = re.compile(
    r"(?P<markup><!--.{0,300}?-->|</?[a-zA-Z!][^>]{0,300}>|&lt;/?[a-zA-Z!][^&]{0,300}?&gt;)"
    r"|&(?:amp;){0,9}(?:[a-zA-Z]{2,8}|#\d{1,7}|#x[0-9a-fA-F]{1,6});|.",
    re.DOTALL | re.IGNORECASE,
)
_ESCAPED = {
    "&": "(?:&|&amp;)+(?:amp;)*",
    "<": "(?:<|&lt;)",
    ">": "(?:>|&gt;)",
    '"': '(?:"|&quot;|&#34;)',
    "'": "(?:'|&#39;|&apos;|&#x27;)",
}


def _clean_characters(text: pl.Expr) -> pl.Expr:
    # Composing is slow; without a combining sign or a Korean letter apart there is next to nothing to compose.
    composed = pl.when(text.str.contains(_APART)).then(text).str.normalize("NFC")
    greek = pl.coalesce(composed, text).str.replace_all(rf"{_MICRO}(\p{{Greek}})", "\u03bc$1")
    return greek.str.replace_all(rf"(\p{{Greek}}){_MICRO}", "$1\u03bc").str.replace_all(_JUNK, "")


def _text_of(markup: str) -> str:
    lines = _BLOCK_TAG.sub("\n", _ITEM_TAG.sub("\n- ", re.sub(r"\s+", " ", markup)))
    tree = LexborHTMLParser(lines)
    tree.strip_tags(_SILENT)
    return tree.body.text() if tree.body else ""


def lower_letters(text: str) -> str:
    """Lower case, letter by letter as long as the text; apostrophes straight."""
    lower = text.lower().replace("’", "'")
    if len(lower) == len(text):
        return lower
    return "".join(letter.lower()[0] for letter in text).replace("’", "'")
