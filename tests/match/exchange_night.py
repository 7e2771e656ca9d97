"""A night of embassies, cultural institutes, United Nations bodies, universities and exchange programmes, made from the names of
the catalogue: about two thousand plain listings in many languages, of which it is known which are one opening.

An opening stands on its source's own page, and often on a list or two, there in another language, under another of the
organization's names, with its place in other words. Every choice hangs on the names alone, so that a night is the same each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import polars as pl

from pipeline.shipped import shipped
from scrapers.source import read_catalogue

FIRST_DAY = date(2026, 9, 1)
SECTIONS = {
    "press": {
        "en": "Internship in the Press Section", "de": "Praktikum in der Presseabteilung", "fr": "Stage au service de presse",
        "es": "Prácticas en la sección de prensa", "it": "Tirocinio presso l'ufficio stampa", "pl": "Praktyki w dziale prasowym",
        "da": "Praktikant i presseafdelingen", "nl": "Stage op de persafdeling", "pt": "Estágio na secção de imprensa",
        "ru": "Стажировка в отделе прессы",
    },
    "culture": {
        "en": "Internship, Cultural Section", "de": "Praktikum im Kulturreferat", "fr": "Stage - service culturel",
        "es": "Prácticas - sección cultural", "it": "Tirocinio - ufficio culturale", "pl": "Praktyki - wydział kultury",
        "da": "Praktikant i kulturafdelingen", "nl": "Stage culturele afdeling", "pt": "Estágio - secção cultural",
        "ru": "Стажировка в отделе культуры",
    },
    "economy": {
        "en": "Intern, Economic Section", "de": "Praktikum in der Wirtschaftsabteilung", "fr": "Stage - service économique",
        "es": "Prácticas - sección económica", "it": "Tirocinio - ufficio economico", "pl": "Praktyki w wydziale ekonomicznym",
        "da": "Praktikant, økonomisk afdeling", "nl": "Stage economische afdeling", "pt": "Estágio - secção económica",
        "ru": "Стажировка в экономическом отделе",
    },
    "consular": {
        "en": "Consular Section Intern", "de": "Praktikum in der Konsularabteilung", "fr": "Stage - section consulaire",
        "es": "Prácticas en la sección consular", "it": "Tirocinio presso l'ufficio consolare",
        "pl": "Praktyki w wydziale konsularnym", "da": "Praktikant i konsulærafdelingen", "nl": "Stage consulaire afdeling",
        "pt": "Estágio na secção consular", "ru": "Стажировка в консульском отделе",
    },
    "politics": {
        "en": "Political Section Internship", "de": "Praktikum in der Politischen Abteilung", "fr": "Stage - section politique",
        "es": "Prácticas en la sección política", "it": "Tirocinio presso l'ufficio politico",
        "pl": "Praktyki w wydziale politycznym", "da": "Praktikant i den politiske afdeling",
        "nl": "Stage politieke afdeling", "pt": "Estágio na secção política",
        "ru": "Стажировка в политическом отделе",
    },
    "trade": {
        "en": "Trade Promotion Intern", "de": "Praktikum Handelsförderung", "fr": "Stage promotion du commerce",
        "es": "Prácticas en promoción comercial", "it": "Tirocinio promozione commerciale", "pl": "Praktyki - promocja handlu",
        "da": "Praktikant, eksportfremme", "nl": "Stage handelsbevordering", "pt": "Estágio em promoção comercial",
        "ru": "Стажировка: содействие торговле",
    },
    "library": {
        "en": "Library internship", "de": "Praktikum in der Bibliothek", "fr": "Stage à la bibliothèque",
        "es": "Prácticas en la biblioteca", "it": "Tirocinio in biblioteca", "pl": "Praktyki w bibliotece",
        "da": "Praktikant på biblioteket", "nl": "Stage in de bibliotheek", "pt": "Estágio na biblioteca",
        "ru": "Стажировка в библиотеке",
    },
    "language": {
        "en": "Internship in the Language Department", "de": "Praktikum in der Sprachabteilung", "fr": "Stage - cours de langue",
        "es": "Prácticas - cursos de lengua", "it": "Tirocinio - corsi di lingua", "pl": "Praktyki w dziale językowym",
        "da": "Praktikant i sprogafdelingen", "nl": "Stage taalafdeling", "pt": "Estágio nos cursos de língua",
        "ru": "Стажировка в языковом отделе",
    },
}  # fmt: skip
OF_EMBASSIES = ("press", "culture", "economy", "consular", "politics", "trade")
OF_INSTITUTES = ("library", "language", "culture", "press")
SENDERS = {
    "BE": {
        "en": "Belgian Embassy in {}", "de": "Belgische Botschaft in {}", "fr": "Ambassade de Belgique à {}",
        "es": "Embajada de Bélgica en {}", "nl": "Belgische ambassade in {}", "it": "Ambasciata del Belgio in {}",
    },
    "DK": {
        "en": "Royal Danish Embassy, {}", "de": "Königlich Dänische Botschaft {}", "fr": "Ambassade du Danemark à {}",
        "da": "Danmarks ambassade i {}", "es": "Embajada de Dinamarca en {}", "ru": "Посольство Дании, {}",
    },
    "PL": {
        "en": "Polish Embassy in {}", "de": "Polnische Botschaft in {}", "fr": "Ambassade de Pologne à {}",
        "pl": "Ambasada RP w {}", "it": "Ambasciata di Polonia a {}", "ru": "Посольство Польши, {}",
    },
    "US": {
        "en": "U.S. Embassy {}", "fr": "Ambassade des États-Unis à {}", "es": "Embajada de Estados Unidos en {}",
        "pt": "Embaixada dos Estados Unidos em {}",
    },
    "AU": {"en": "Australian High Commission or Embassy in {}", "de": "Australische Botschaft in {}"},
}  # fmt: skip
INSTITUTES = {
    "en": "Goethe-Institut {}",
    "de": "Goethe-Institut {}",
    "fr": "Institut Goethe {}",
    "es": "Instituto Goethe {}",
}
BODIES = {
    "UNICEF": ("UNICEF", "United Nations Children's Fund"),
    "UNDP": ("UNDP", "United Nations Development Programme", "PNUD"),
    "UNHCR": ("UNHCR", "UN High Commissioner for Refugees", "HCR"),
    "UNESCO": ("UNESCO", "United Nations Educational, Scientific and Cultural Organization"),
    "WHO": ("World Health Organization", "WHO", "OMS", "Organisation mondiale de la Santé (OMS)"),
    "WFP": ("WFP", "World Food Programme", "Programme alimentaire mondial"),
    "IOM": ("IOM", "International Organization for Migration", "OIM"),
    "ILO": ("ILO", "International Labour Organization", "OIT"),
    "UNFPA": ("UNFPA", "United Nations Population Fund"),
    "UNOPS": ("UNOPS", "United Nations Office for Project Services"),
    "FAO": ("FAO", "Food and Agriculture Organization of the United Nations"),
    "IAEA": ("IAEA", "International Atomic Energy Agency"),
    "OECD": ("OECD", "OCDE", "Organisation for Economic Co-operation and Development"),
    "UN Women": ("UN Women", "ONU Femmes", "ONU Mujeres"),
}
THEMES = {
    "communications": ("Internship - Communications", "Communications Intern", "Stage - Communication"),
    "human resources": ("Internship - Human Resources", "HR Intern", "Stage - Ressources humaines"),
    "law": ("Internship - Legal Affairs", "Legal Intern", "Stage - Affaires juridiques"),
    "finance": ("Internship - Finance", "Finance Intern", "Stage - Finances"),
    "programme": ("Internship - Programme Support", "Programme Support Intern", "Stage - Appui au programme"),
    "procurement": ("Internship - Procurement", "Procurement Intern", "Stage - Achats"),
    "partnerships": ("Internship - Partnerships", "Partnerships Intern", "Stage - Partenariats"),
    "data": ("Internship - Data Analysis", "Data Analysis Intern", "Stage - Analyse de données"),
}
STATIONS = (
    ("Geneva, Switzerland", "Genève"), ("Nairobi, Kenya", "Nairobi"), ("Bangkok, Thailand", "Bangkok"),
    ("Vienna, Austria", "Vienne"), ("Amman, Jordan", "Amman"), ("New York, United States", "New York"),
    ("Dakar, Senegal", "Dakar"), ("Copenhagen, Denmark", "Copenhague"), ("Rome, Italy", "Rome"),
)  # fmt: skip
UNIVERSITIES = (
    ("Stockholm University", "Stockholms universitet", "Stockholm, Sweden"),
    ("University of Queensland", "The University of Queensland", "Brisbane, Australia"),
    ("University of Vienna", "Universität Wien", "Vienna, Austria"),
    ("TU Wien", "Vienna University of Technology", "Vienna, Austria"),
    ("Medical University of Vienna", "Medizinische Universität Wien", "Vienna, Austria"),
    ("University of Geneva", "Université de Genève", "Geneva, Switzerland"),
    ("ETH Zurich", "Eidgenössische Technische Hochschule Zürich", "Zurich, Switzerland"),
    ("University of Zurich", "Universität Zürich", "Zurich, Switzerland"),
    ("University of Oslo", "Universitetet i Oslo", "Oslo, Norway"),
    ("University of Bergen", "Universitetet i Bergen", "Bergen, Norway"),
    ("KU Leuven", "Katholieke Universiteit Leuven", "Leuven, Belgium"),
    ("Charles University", "Univerzita Karlova", "Prague, Czechia"),
    ("University of Warsaw", "Uniwersytet Warszawski", "Warsaw, Poland"),
    ("University of Lisbon", "Universidade de Lisboa", "Lisbon, Portugal"),
    ("NOVA University Lisbon", "Universidade Nova de Lisboa", "Lisbon, Portugal"),
    ("University of São Paulo", "Universidade de São Paulo", "São Paulo, Brazil"),
    ("University of Tokyo", "東京大学", "Tokyo, Japan"),
    ("Kyoto University", "京都大学", "Kyoto, Japan"),
)  # fmt: skip
DEPARTMENTS = {
    "chemistry": ("Research internship in chemistry", "Praktikum Chemie (Forschung)", "Stage de recherche en chimie"),
    "physics": ("Research internship in physics", "Praktikum Physik (Forschung)", "Stage de recherche en physique"),
    "history": (
        "Internship in the Department of History",
        "Praktikum am Institut für Geschichte",
        "Stage au département d'histoire",
    ),
    "international": (
        "Internship in the International Office",
        "Praktikum im International Office",
        "Stage au bureau international",
    ),
    "biology": (
        "Summer research internship, biology",
        "Sommerpraktikum Biologie (Forschung)",
        "Stage d'été de recherche en biologie",
    ),
}
TRADES = (
    "Civil Engineering",
    "Food Technology",
    "Computer Science",
    "Mechanical Engineering",
    "Architecture",
    "Forestry",
)


def pick(options: Sequence[str], *seed: str) -> str:
    """One of the options, the same for the same words."""
    return options[int.from_bytes(hashlib.blake2b("|".join(seed).encode(), digest_size=4).digest()) % len(options)]


Row = dict[str, str | list[str] | None]


def _row(opening: str, on: str, source: str, organization: str, title: str, place: str, *, days: int = 0) -> Row:
    day = FIRST_DAY + timedelta(days=int(pick("0123456789", opening)) + days)
    return {
        "listing_id": f"{opening}@{on}", "opening": opening, "source_id": source, "organization": organization, "title": title,
        "locations": [place] if place else [], "posted": day.isoformat(),
        "url": f"https://{source}.example/{opening}/{on}".replace(" ", "-"),
    }  # fmt: skip


def _missions() -> Iterator[Row]:
    for source in read_catalogue(shipped("data", "sources")).sources:
        if source.channel != "embassy" or source.organizer is None or not source.organizer.name:
            continue
        sender, name = source.organizer.country, source.organizer.name
        is_institute = name.startswith("Goethe")
        names = INSTITUTES if is_institute else SENDERS.get(sender or "")
        town = (source.name or "").removesuffix(", internships").removesuffix(", openings").removesuffix(", vacancies")
        _, has_seat, town = town.rpartition(" in ")
        if names is None or not has_seat or (source.id.startswith("us-") and pick("ab", source.id) == "b"):
            continue
        sections = OF_INSTITUTES if is_institute else OF_EMBASSIES
        for section in sorted({pick(sections, source.id, number) for number in "123"}):
            opening = f"{source.id}:{section}"
            titles, languages = SECTIONS[section], sorted(names)
            first = pick(languages, opening)
            yield _row(opening, "own", source.id, name, titles[first], town)
            for number in range(int(pick("0112", opening, "lists"))):
                language = pick(languages, opening, str(number))
                other = names[language].format(town)
                yield _row(opening, f"list{number}", f"list-{number}", other, titles[language], town, days=2 + number)


def _bodies() -> Iterator[Row]:
    for body, names in BODIES.items():
        for place, short in STATIONS:
            for theme in sorted({pick(list(THEMES), body, place, number) for number in "12"}):
                opening, titles = f"{body}:{short}:{theme}", THEMES[theme]
                yield _row(opening, "own", f"careers-{body}", names[0], titles[0], place)
                for number in range(int(pick("0112", opening, "lists"))):
                    title = titles[number + 1]
                    name = pick(names, opening, str(number))
                    yield _row(
                        opening, f"list{number}", f"list-{number}", name, title, pick((place, short), opening), days=3
                    )


def _universities() -> Iterator[Row]:
    for name, other, place in UNIVERSITIES:
        for department, titles in DEPARTMENTS.items():
            opening = f"{name}:{department}"
            yield _row(opening, "own", f"jobs-{name}", name, titles[0], place)
            for number in range(int(pick("0112", opening, "lists"))):
                title = titles[number + 1]
                yield _row(
                    opening, f"list{number}", f"list-{number}", pick((name, other), opening), title, place, days=4
                )


def _exchanges() -> Iterator[Row]:
    for number in range(160):
        country = pick(("Austria", "Germany", "Poland", "Brazil", "Japan", "Ghana"), str(number))
        trade, reference = pick(TRADES, "trade", str(number)), f"{country[:2].upper()}-2026-{1000 + 7 * number:06d}"
        opening = f"IAESTE:{reference}"
        yield _row(opening, "own", "iaeste", f"IAESTE {country}", f"Traineeship {trade} ({reference})", country)
        if number % 3 == 0:
            yield _row(opening, "list", "list-0", "IAESTE", f"{trade}, Ref. {reference}", country, days=1)


def exchange_night() -> pl.DataFrame:
    """listing_id, opening (which are one), and the columns of plain listings."""
    return pl.DataFrame([*_missions(), *_bodies(), *_universities(), *_exchanges()]).unique(
        "listing_id", keep="first", maintain_order=True
    )
