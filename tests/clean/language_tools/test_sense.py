"""A clause that denies a phrase is no offer, in any of the languages and however it is put."""

from __future__ import annotations

import pytest

from pipeline.clean.language_tools.sense import is_denied

OFFERS = {
    "en": ("visa support", ["no {}", "{} is not available", "without {}", "neither housing nor {} is provided"]),
    "de": ("visumshilfe", ["keine {}", "{} können wir leider nicht anbieten", "ohne {}", "weder unterkunft noch {}"]),
    "fr": ("aide au visa", ["aucune {}", "sans {}", "nous ne proposons pas d'{}", "{} n'est pas fournie"]),
    "es": ("ayuda con el visado", ["no se ofrece {}", "sin {}", "la {} no está incluida"]),
    "pt": ("apoio ao visto", ["não oferecemos {}", "sem {}", "o {} não está incluído"]),
    "it": ("supporto per il visto", ["nessun {}", "non è previsto {}", "senza {}"]),
    "nl": ("hulp bij het visum", ["geen {}", "wij bieden geen {}", "{} is niet mogelijk"]),
    "sv": ("visumhjälp", ["ingen {}", "vi erbjuder inte {}"]),
    "da": ("visumhjælp", ["ingen {}", "vi tilbyder ikke {}"]),
    "fi": ("viisumituki", ["ei {}", "emme tarjoa {}"]),
    "pl": ("wsparcia wizowego", ["nie zapewniamy {}", "bez {}", "brak {}"]),
    "cs": ("pomoc s vízem", ["neposkytujeme {}", "{} není možná"]),
    "hu": ("vízumtámogatás", ["nincs {}", "a {} nem biztosított"]),
    "ro": ("sprijin pentru viză", ["nu oferim {}", "fără {}"]),
    "hr": ("pomoć oko vize", ["ne nudimo {}", "bez {}", "{} nije osigurana"]),
    "tr": ("vize desteği", ["{} sağlanmamaktadır", "{} yoktur", "{} verilmez"]),
    "ru": ("визовая поддержка", ["{} не предоставляется", "без {}"]),
    "ja": ("ビザのサポート", ["{}はありません", "{}なし"]),
    "zh": ("签证支持", ["不提供{}", "没有{}"]),
    "ko": ("비자 지원", ["{}은 제공하지 않습니다", "{} 없음"]),
    "ar": ("دعم التأشيرة", ["لا نقدم {}", "بدون {}"]),
    "id": ("dukungan visa", ["tidak ada {}", "tanpa {}"]),
    "vi": ("hỗ trợ visa", ["không có {}"]),
}  # fmt: skip


@pytest.mark.parametrize("language", OFFERS)
def test_a_refusal_is_no_offer(language: str) -> None:
    phrase, shapes = OFFERS[language]
    for shape in shapes:
        sentence = shape.format(phrase)
        start = sentence.index(phrase)
        assert is_denied(sentence, start, start + len(phrase), language), sentence


@pytest.mark.parametrize("language", OFFERS)
def test_a_plain_offer_is_not_denied(language: str) -> None:
    phrase = OFFERS[language][0]
    assert not is_denied(phrase, 0, len(phrase), language)


@pytest.mark.parametrize(
    ("sentence", "phrase", "denied"),
    [
        ("we offer visa support, but no housing", "visa support", False),
        ("we offer visa support, but no housing", "housing", True),
        ("not only housing but also visa support", "housing", False),
        ("apply no later than may; housing is provided", "housing", False),
        ("bolsa no valor de 500 euros", "bolsa", False),
    ],
)
def test_what_a_denial_is_about(sentence: str, phrase: str, denied: bool) -> None:
    start = sentence.index(phrase)
    assert is_denied(sentence, start, start + len(phrase)) is denied
