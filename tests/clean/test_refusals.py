"""What is refused is never read as an offer: visas, pay and nationality, in 20 languages, by pattern."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import pytest

from pipeline.clean import clean
from tests.clean.conftest import RawRows

NIGHT = date(2026, 3, 1)


class Words(NamedTuple):
    """Of a language: how help with a visa, pay and applicants from abroad are named, and ways to refuse, with `{}` for what."""

    visa: tuple[str, str]
    pay: tuple[str, str]
    abroad: str
    refusals: tuple[str, str]
    closed: tuple[str, str]


WORDS = {
    "en": Words(
        ("visa support", "help with your visa"),
        ("a salary", "any allowance"),
        "international applicants",
        ("We do not offer {}.", "Unfortunately we cannot provide {}."),
        ("The internship is not open to {}.", "We cannot consider {}."),
    ),
    "de": Words(
        ("Unterstützung beim Visum", "Hilfe bei Visumsfragen"),
        ("eine Vergütung", "ein Stipendium"),
        "Bewerber aus dem Ausland",
        ("{} können wir nicht anbieten.", "Wir bieten {} leider nicht."),
        ("Das Praktikum steht {} nicht offen.", "{} können wir nicht berücksichtigen."),
    ),
    "fr": Words(
        ("aide pour le visa", "assistance pour le visa"),
        ("rémunération", "bourse"),
        "les candidats étrangers",
        ("Nous n'offrons pas de {}.", "Aucune {} n'est proposée."),
        ("Le stage n'est pas ouvert aux {}.", "Nous n'acceptons pas {}."),
    ),
    "es": Words(
        ("ayuda con el visado", "apoyo para el visado"),
        ("remuneración", "beca"),
        "candidatos internacionales",
        ("No ofrecemos {}.", "No se ofrece {}."),
        ("La convocatoria no está abierta a {}.", "No aceptamos {}."),
    ),
    "it": Words(
        ("assistenza per il visto", "aiuto con il visto"),
        ("retribuzione", "borsa di studio"),
        "candidati internazionali",
        ("Non offriamo {}.", "Non è prevista alcuna {}."),
        ("Il tirocinio non è aperto a {}.", "Non accettiamo {}."),
    ),
    "pt": Words(
        ("apoio para o visto", "ajuda com o visto"),
        ("remuneração", "bolsa"),
        "candidatos estrangeiros",
        ("Não oferecemos {}.", "Não é oferecida {}."),
        ("O estágio não está aberto a {}.", "Não aceitamos {}."),
    ),
    "nl": Words(
        ("hulp bij het visum", "ondersteuning bij het visum"),
        ("vergoeding", "salaris"),
        "internationale kandidaten",
        ("Wij bieden geen {}.", "Er is geen {}."),
        ("De stage staat niet open voor {}.", "Wij nemen geen {} aan."),
    ),
    "sv": Words(
        ("hjälp med visum", "stöd med visum"),
        ("ersättning", "lön"),
        "internationella sökande",
        ("Vi erbjuder inte {}.", "Ingen {} erbjuds."),
        ("Praktiken är inte öppen för {}.", "Vi tar inte emot {}."),
    ),
    "da": Words(
        ("hjælp til visum", "støtte til visum"),
        ("løn", "vederlag"),
        "internationale ansøgere",
        ("Vi tilbyder ikke {}.", "Der gives ingen {}."),
        ("Praktikken er ikke åben for {}.", "Vi modtager ikke {}."),
    ),
    "nb": Words(
        ("hjelp med visum", "støtte til visum"),
        ("lønn", "godtgjørelse"),
        "internasjonale søkere",
        ("Vi tilbyr ikke {}.", "Det gis ingen {}."),
        ("Praksisplassen er ikke åpen for {}.", "Vi tar ikke imot {}."),
    ),
    "fi": Words(
        ("apua viisumin hankinnassa", "tukea viisumin hakemiseen"),
        ("palkkaa", "korvausta"),
        "kansainväliset hakijat",
        ("Emme tarjoa {}.", "Ei tarjota {}."),
        ("{} eivät voi hakea harjoitteluun.", "{} eivät ole tervetulleita."),
    ),
    "pl": Words(
        ("wsparcia wizowego", "pomocy w uzyskaniu wizy"),
        ("wynagrodzenia", "stypendium"),
        "kandydatów z zagranicy",
        ("Nie oferujemy {}.", "Nie zapewniamy {}."),
        ("Praktyka nie jest dostępna dla {}.", "Nie przyjmujemy {}."),
    ),
    "cs": Words(
        ("pomoc s vízem", "podporu při vyřízení víza"),
        ("odměnu", "mzdu"),
        "zahraniční uchazeče",
        ("Neposkytujeme {}.", "Nenabízíme {}."),
        ("Stáž není určena pro {}.", "Nepřijímáme {}."),
    ),
    "hu": Words(
        ("segítséget a vízumhoz", "vízumtámogatást"),
        ("fizetést", "ösztöndíjat"),
        "külföldi jelentkezőket",
        ("Nem nyújtunk {}.", "Nem tudunk biztosítani {}."),
        ("A gyakorlat nem nyitott: {}.", "Nem fogadunk {}."),
    ),
    "ro": Words(
        ("asistență pentru viză", "ajutor cu viza"),
        ("remunerație", "bursă"),
        "candidați internaționali",
        ("Nu oferim {}.", "Nu se oferă {}."),
        ("Stagiul nu este deschis pentru {}.", "Nu acceptăm {}."),
    ),
    "ru": Words(
        ("помощь с визой", "визовую поддержку"),
        ("зарплату", "стипендию"),
        "иностранных кандидатов",
        ("Мы не предоставляем {}.", "К сожалению, мы не оказываем {}."),
        ("Стажировка не открыта для {}.", "Мы не принимаем {}."),
    ),
    "uk": Words(
        ("допомогу з візою", "візову підтримку"),
        ("зарплату", "стипендію"),
        "іноземних кандидатів",
        ("Ми не надаємо {}.", "На жаль, ми не пропонуємо {}."),
        ("Стажування не відкрите для {}.", "Ми не приймаємо {}."),
    ),
    "tr": Words(
        ("vize desteği", "vize için yardım"),
        ("ücret", "burs"),
        "yabancı adaylar",
        ("{} sağlamıyoruz.", "{} sunulmamaktadır."),
        ("Staj {} için açık değildir.", "{} kabul edilmez."),
    ),
    "ja": Words(
        ("ビザのサポート", "ビザ取得の支援"),
        ("給与", "手当"),
        "海外からの応募者",
        ("{}はありません。", "{}は提供していません。"),
        ("{}は対象外です。", "{}は受け付けていません。"),
    ),
    "zh": Words(
        ("签证支持", "签证协助"),
        ("工资", "补贴"),
        "国际申请人",
        ("我们不提供{}。", "没有{}。"),
        ("不面向{}。", "不接受{}。"),
    ),
}

REFUSALS = [
    (language, field, refusal.format(what))
    for language, words in WORDS.items()
    for field, named, refusals in (
        ("visa_support", words.visa, words.refusals),
        ("pay_status", words.pay, words.refusals),
        ("nationality_rule", (words.abroad,), words.closed),
    )
    for what in named
    for refusal in refusals
]
OFFERS = {"visa_support": {"yes"}, "pay_status": {"paid", "allowance", "expenses_only"}, "nationality_rule": {"any"}}


@pytest.fixture(scope="module")
def read(raw_rows: RawRows) -> dict[str, Any]:
    """What cleaning reads in each sentence."""
    rows = raw_rows(
        *({"description": text, "url": f"https://a.example/{number}"} for number, (_, _, text) in enumerate(REFUSALS))
    )
    cleaned = clean(rows, NIGHT, {}).listings
    return {row["description"]: row for row in cleaned.to_dicts()}


def test_there_are_two_hundred_sentences_in_twenty_languages() -> None:
    assert len(WORDS) == 20
    assert len(REFUSALS) >= 200


def test_no_refusal_is_read_as_an_offer(read: dict[str, Any]) -> None:
    wrong = [(text, field, read[text][field]) for _, field, text in REFUSALS if read[text][field] in OFFERS[field]]
    assert wrong == []


def test_most_refusals_of_visa_and_pay_are_read_as_such(read: dict[str, Any]) -> None:
    refused = {"visa_support": "no", "pay_status": "unpaid"}
    stated = [text for _, field, text in REFUSALS if field in refused]
    silent = [text for _, field, text in REFUSALS if field in refused and read[text][field] != refused[field]]
    assert len(silent) <= 0.2 * len(stated), silent
