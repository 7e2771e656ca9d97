"""Make data/reference/currency_words.csv: what currencies are called in the languages, from CLDR.

Run by hand on two tables of CLDR's names (Babel reads them): `python tests/tools/make_currency_words.py currencies.csv
territories.csv`, the columns language, code, name; of a currency its name in every plural. A name of several words names one
currency ("dinar tunisien"), its noun ("dinar") those whose names have it; the noun is the first or the last word, wherever in
that language more of the words stand that several currencies share. Scripts that do not part words lose the name of the
territory before or behind the noun.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

SOURCE = "# What currencies are called, from Unicode CLDR, Unicode License v3; made by make_currency_words.py"
PATH = Path(__file__).parents[2] / "data" / "reference" / "currency_words.csv"
UNPARTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff]")
NO_NOUNS = frozenset(
    {
        "ar", "ari", "arë", "cfa", "cfp", "eur", "fiji", "gold", "or", "oro", "nou", "us", "uae", "usa", "won", "all",
        "real", "reals", "real.", "reales", "sol", "som", "sum", "tal", "pul", "pes", "lar", "kin", "золото", "оае",
        "оаэ", "сша", "уае", "зша", "так", "тал", "nuevo", "colony", "lei", "lira", "livre", "livres", "libra",
        "libras", "mark", "marks", "pound", "pounds", "para", "lev", "leva", "rand", "lek", "kip", "tak", "ien",
        "yen", "von", "bir", "bat", "guarani", "guaraní", "guaraníes", "balboa", "colon", "bolivar", "leone", "ór",
        "ouro",
    }
)  # fmt: skip
"""Words of names that are no nouns of currencies, or are everyday words beside a number; full names have them still."""
_SHARED = 3
"""Currencies whose names have a word in common where that word is the noun."""


def main(currencies: str, territories: str) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for language, _, name in _rows(territories):
        places[language].append(name)
    names: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for language, code, name in _rows(currencies):
        names[language][code].add(re.sub(r"\s*[(（].*?[)）]", "", name).strip())
    full: dict[str, set[str]] = defaultdict(set)
    nouns: dict[str, set[str]] = defaultdict(set)
    for language, of_code in names.items():
        is_first = _noun_is_first(of_code)
        for code, forms in of_code.items():
            for form in forms:
                words = form.split()
                if len(words) > 1:
                    full[form].add(code)
                noun = words[0 if is_first else -1] if len(words) > 1 else _without_place(form, places[language])
                if noun != form and len(words) == 1:
                    full[form].add(code)
                noun = noun.strip("-–.,")
                if (
                    len(noun) >= (2 if UNPARTED.search(noun) else 3)
                    and noun not in NO_NOUNS
                    and not re.search(r"\d", noun)
                ):
                    nouns[noun].add(code)
    rows = [["name", word, "|".join(codes)] for word, codes in sorted(full.items()) if len(codes) == 1]
    rows += [["noun", word, "|".join(sorted(codes))] for word, codes in sorted(nouns.items())]
    with PATH.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{SOURCE}\n")
        csv.writer(file, lineterminator="\n").writerows([["kind", "word", "codes"], *rows])


def _rows(path: str) -> list[tuple[str, str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [(row["language"], row["code"], row["name"].lower()) for row in csv.DictReader(file)]


def _noun_is_first(names: dict[str, set[str]]) -> bool:
    shared = Counter(word for forms in names.values() for word in {word for form in forms for word in form.split()})
    ends = [form.split() for forms in names.values() for form in forms if " " in form]
    first, last = (sum(shared[words[at]] >= _SHARED for words in ends) for at in (0, -1))
    return first > last


def _without_place(name: str, places: list[str]) -> str:
    for place in sorted(filter(None, places), key=len, reverse=True):
        if UNPARTED.search(name) and len(name) > len(place):
            if name.startswith(place):
                return name[len(place) :]
            if name.endswith(place):
                return name[: -len(place)]
    return name


if __name__ == "__main__":
    main(*sys.argv[1:])
