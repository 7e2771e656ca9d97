"""Pay as it is stated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean import clean
from pipeline.clean.language_tools.sentences import split_sentences
from pipeline.clean.language_tools.text import plain
from pipeline.clean.pay.status import clean_pay, parse_pay, parse_pay_sentence
from tests.clean.conftest import Listings


@pytest.mark.parametrize(
    ("text", "status", "least", "most", "currency", "period"),
    [
        ("$60/hr", "paid", 60, 60, "USD", "hour"),
        ("$20-25 an hour", "paid", 20, 25, "USD", "hour"),
        ("₹12k - ₹40k", "paid", 12_000, 40_000, "INR", None),
        ("€775 per month", "paid", 775, 775, "EUR", "month"),
        ("450.000 - 500.000 HUF/hó", "paid", 450_000, 500_000, "HUF", "month"),
        ("1.510–1.516 CHF/month", "paid", 1510, 1516, "CHF", "month"),
        ("1.216,74 EUR", "paid", 1216.74, 1216.74, "EUR", None),
        ("12,41 € / h", "paid", 12.41, 12.41, "EUR", "hour"),
        ("436,05 euros par mois", "paid", 436.05, 436.05, "EUR", "month"),
        ("350 £ / week", "paid", 350, 350, "GBP", "week"),
        ("JPY 250,000 (total)", "paid", 250_000, 250_000, "JPY", "total"),
        ("2.500–4.000 kr.", "paid", 2500, 4000, None, None),
        ("월 180~200만원", "paid", 1_800_000, 2_000_000, "KRW", "month"),
        ("時給1,200円", "paid", 1200, 1200, "JPY", "hour"),
        ("monthly stipend of up to 7,200 ZAR", "allowance", 7200, 7200, "ZAR", "month"),
        ("Stipend + Housing", "allowance", None, None, None, None),
        ("unpaid", "unpaid", None, None, None, None),
        ("Unpaid (Fee required?)", "unpaid", None, None, None, None),
        ("not paid (however a stipend is provided)", "allowance", None, None, None, None),
        ("Unpaid; programme fee: €500", "unpaid", None, None, None, None),
        ("No stipend", "unpaid", None, None, None, None),
        ("nicht vergütet", "unpaid", None, None, None, None),
        ("無給", "unpaid", None, None, None, None),
    ],
)
def test_pay(
    text: str, status: str, least: float | None, most: float | None, currency: str | None, period: str | None
) -> None:
    pay = parse_pay(text, "US")
    assert pay is not None
    assert pay[:5] == (status, least, most, currency, period)
    assert all(quote is None or quote in text for quote in (pay.status_quote, pay.amount_quote))


@pytest.mark.parametrize(
    "text", ["Varies", "Varies (Fellowship)", "N/A", "competitive", "2026", "depends on country", "Fee of €500"]
)
def test_no_pay(text: str) -> None:
    assert parse_pay(text) is None


@pytest.mark.parametrize(
    ("sentence", "country", "stated"),
    [
        ("Den ansatte giver 900 euro om måneden.", "PT", (900, "EUR", "month")),
        ("Lön: 210 euro i veckan, rum och frukost.", "FI", (210, "EUR", "week")),
        ("Bayad: Rs. 9,500/- p.m.", "IN", (9500, "INR", "month")),
        ("मानदेय: ₹8,000 (भारतीय रुपये) प्रति माह", "IN", (8000, "INR", "month")),
        ("ஊதியம்: மாதம் 25,000 இலங்கை ரூபாய்", "LK", (25_000, "LKR", "month")),
        ("Месечен надоместок: 18.000 чешки круни", "CZ", (18_000, "CZK", "month")),
        ("Lwfans o £95 yr wythnos", "GB", (95, "GBP", "week")),
        ("1.400 Euro brutto de Mount", "PT", (1400, "EUR", "month")),
        ("Каждую неделю участникам выплачивается 90 евро", "DE", (90, "EUR", "week")),
        ("Estipendio de 600 dólares semanales", None, (600, "USD", "week")),
        ("ماهانه ۳۰۰ دلار پرداخت می‌شود و اتاق رایگان است", "UZ", (300, "USD", "month")),
        ("We pay $400 a week", None, (400, None, "week")),
        ("Each intern gets EC$1,500 a month", "LC", (1500, "XCD", "month")),
        ("Salary: ¥1,300 /hr", "CA+JP", (1300, "JPY", "hour")),
        ("Salary: $20 /hr", "CA+US", (20, None, "hour")),
        ("Weekly we eat together, and the stipend is 850 EUR", "DE", (850, "EUR", None)),
        ("Jede Woche essen wir zusammen, das Gehalt ist 850 EUR", "DE", (850, "EUR", None)),
        ("Recibirás 450 dólares al mes", "AU+CA", None),
        ("You get 1,400 EUR a month, taxes are deducted", "DE", (1400, "EUR", "month")),
        ("Oferim si asigurăm 1800 lei pe lună", "RO", (1800, "RON", "month")),
        ("El alquiler cuesta más de 380 € al mes", "ES", None),
        ("Hyra 4000 NOK i månaden dras av från lönen", "NO", None),
        ("A room costs ¥40,000/month, deducted from pay", "JP", None),
        ("Den Flug zahlst du selbst (zurzeit 600 bis 800 Euro)", "ZA", None),
        ("Wpłacasz kaucję 400 zł, zwracamy ją po powrocie", "DK", None),
        ("ბინის ქირა თვეში დაახლოებით 300 ევროა", "EE", None),
        ("Fer du inte på resan debiteras 1 200 kronor", "SE", None),
    ],
)
def test_the_sum_of_a_sentence_for_its_time_is_pay_and_what_is_deducted_or_costs_is_none(
    sentence: str, country: str | None, stated: tuple[Any, ...] | None
) -> None:
    read = parse_pay_sentence(sentence, country)
    assert (read and (read[2], read[4], read[5]) if read and read[2] else None) == stated


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("Il tirocinante paga l'alloggio ogni mese.", None),
        ("Escreverás para o jornal mensal da casa.", None),
        ("Студент вносит плату каждый месяц.", None),
        ("Plata chiriei este lunară.", None),
        ("Internships may be paid/unpaid.", None),
        ("This is an unpaid internship; costs other than travel are yours.", "unpaid"),
        ("Каждый месяц вы получаете зарплату.", "paid"),
    ],
)
def test_a_word_for_pay_is_pay_where_the_intern_is_given_it(sentence: str, status: str | None) -> None:
    read = parse_pay_sentence(sentence, None)
    assert (read and read[1]) == status


def test_a_rate_goes_before_a_sum_that_is_only_called_pay_and_before_what_others_give(paid: Any) -> None:
    rows = [
        {"description": "We offer €850 per month. Two of last year's interns stayed on with a salary of €1,900."},
        {
            "description": "Erasmus+ grant: 674 EUR per month, from your university. The station gives 500 EUR per month."
        },
    ]
    rows += [
        {
            "description": "The centre pays 900 EUR per month; you may get an Erasmus+ grant. Field trips: 990 EUR per month."
        }
    ]
    assert [paid(row)["pay_min"] for row in rows] == [850, 500, 900]


def test_a_shared_sign_is_settled_by_the_country_or_not_at_all() -> None:
    currencies = [pay.currency for country in ("US", "CA", "DE", None) if (pay := parse_pay("$20/hr", country))]
    assert currencies == ["USD", "CAD", None, None]


@pytest.fixture
def paid(raw_rows: Any) -> Callable[..., dict[str, Any]]:
    def read(
        row: dict[str, Any], country: str | None = None, weeks: int | None = None, hours: int | None = None
    ) -> dict[str, Any]:
        raw = raw_rows(row).with_row_index("row").with_columns(pl.col("row").cast(pl.UInt32))
        sentences = split_sentences(raw["title"], plain(raw["description"]))
        countries = pl.Series([[country] if country else []], dtype=pl.List(pl.String))
        whole = dict.fromkeys(("weeks_min", "weeks_max", "hours_per_week"), pl.Int32)
        lengths = pl.DataFrame({"weeks_min": [weeks], "weeks_max": [weeks], "hours_per_week": [hours]}, schema=whole)
        return clean_pay(raw, sentences, countries, pl.Series([None], dtype=pl.String), lengths).columns.row(
            0, named=True
        )

    return read


def test_labelled_lines_of_a_description(paid: Any) -> None:
    stated = paid({"description": "Posted 1 Nov | Salary €775 per month | Deadline 20 November 2025"})
    assert (stated["pay_min"], stated["pay_currency"], stated["pay_period"]) == (775, "EUR", "month")
    assert paid({"description": "We pay attention to 30 things a month."})["pay_status"] is None


@pytest.mark.parametrize(
    ("sentence", "country", "stated"),
    [
        ("You will receive a monthly stipend of EUR 900.", "US", ("allowance", 900, 900, "EUR", "month")),
        ("The internship is unpaid.", "US", ("unpaid", None, None, None, None)),
        ("This is a paid internship.", "US", ("paid", None, None, None, None)),
        (
            "Interns are not remunerated, but travel expenses are reimbursed.",
            "US",
            ("expenses_only", None, None, None, None),
        ),
        (
            "The internship is unpaid; however, a stipend of $500 per month is provided.",
            "US",
            ("allowance", 500, 500, "USD", "month"),
        ),
        ("Pay: $18.50 - $22.00 per hour", "US", ("paid", 18.5, 22, "USD", "hour")),
        ("We raised $50 million last year.", "US", None),
        ("Our budget is €200 per month for rent.", "US", None),
        ("25 days paid leave", "US", None),
        ("A team of 300 people in 20 countries", "US", None),
        ("Wir zahlen eine Vergütung von 1.200 € brutto pro Monat.", "US", ("paid", 1200, 1200, "EUR", "month")),
        ("Das Praktikum wird mit 13,90 € pro Stunde vergütet.", "US", ("paid", 13.9, 13.9, "EUR", "hour")),
        ("Das Praktikum ist unentgeltlich.", "US", ("unpaid", None, None, None, None)),
        ("Eine Vergütung ist leider nicht möglich, keine Vergütung.", "US", ("unpaid", None, None, None, None)),
        ("Gratification : 4,35 €/heure", "US", ("allowance", 4.35, 4.35, "EUR", "hour")),
        ("Stage non rémunéré", "US", ("unpaid", None, None, None, None)),
        ("Stage rémunéré selon la grille", "US", ("paid", None, None, None, None)),
        ("Gratification mensuelle de 650 euros", "US", ("allowance", 650, 650, "EUR", "month")),
        ("Beca de 600 € mensuales", "US", ("allowance", 600, 600, "EUR", "month")),
        ("Las prácticas no son remuneradas.", "US", ("unpaid", None, None, None, None)),
        ("Pasantía remunerada", "US", ("paid", None, None, None, None)),
        ("Ayuda económica de $5.000 pesos al mes", "MX", ("allowance", 5000, 5000, "MXN", "month")),
        ("Bolsa de R$ 1.500,00 por mês", "US", ("allowance", 1500, 1500, "BRL", "month")),
        ("Estágio não remunerado", "US", ("unpaid", None, None, None, None)),
        ("Rimborso spese di 500 euro al mese", "US", ("allowance", 500, 500, "EUR", "month")),
        ("Il tirocinio non è retribuito.", "US", ("unpaid", None, None, None, None)),
        ("Je ontvangt een stagevergoeding van € 500,- per maand.", "US", ("allowance", 500, 500, "EUR", "month")),
        ("De stage is onbezoldigd.", "US", ("unpaid", None, None, None, None)),
        ("Praktiken är oavlönad.", "US", ("unpaid", None, None, None, None)),
        ("Ersättning: 5 000 kr i månaden", "SE", ("paid", 5000, 5000, "SEK", "month")),
        (
            "Praktikken er ulønnet, men der gives et tilskud på 3.000 kr. pr. måned.",
            "SE",
            ("allowance", 3000, 3000, "SEK", "month"),
        ),
        ("Praktikken er ulønnet.", "US", ("unpaid", None, None, None, None)),
        ("Palkka 1 500 €/kk", "US", ("paid", 1500, 1500, "EUR", "month")),
        ("Harjoittelu on palkaton.", "US", ("unpaid", None, None, None, None)),
        ("Wynagrodzenie: 4 500 zł brutto miesięcznie", "US", ("paid", 4500, 4500, "PLN", "month")),
        ("Praktyki są bezpłatne.", "US", ("unpaid", None, None, None, None)),
        ("Odměna 150 Kč/hod", "US", ("paid", 150, 150, "CZK", "hour")),
        ("Bruttó 250.000 Ft/hó fizetés", "US", ("paid", 250000, 250000, "HUF", "month")),
        ("Stagiu plătit, 2.500 lei pe lună", "US", ("paid", 2500, 2500, "RON", "month")),
        ("Aylık 15.000 TL ücret ödenir.", "US", ("paid", 15000, 15000, "TRY", "month")),
        ("Стажировка оплачивается: 40 000 руб. в месяц", "US", ("paid", 40000, 40000, "RUB", "month")),
        ("Стажировка неоплачиваемая", "US", ("unpaid", None, None, None, None)),
        ("時給1,300円を支給", "US", ("paid", 1300, 1300, "JPY", "hour")),
        ("報酬:月額15万円", "US", ("paid", 150000, 150000, "JPY", "month")),
        ("無給インターンシップです。", "US", ("unpaid", None, None, None, None)),
        ("월 200만원의 급여를 지급합니다.", "US", ("paid", 2000000, 2000000, "KRW", "month")),
        ("무급 인턴입니다.", "US", ("unpaid", None, None, None, None)),
        ("实习津贴:每天200元", "US", ("allowance", 200, 200, "CNY", "day")),
        ("薪资3000-5000元/月", "US", ("paid", 3000, 5000, "CNY", "month")),
        ("无薪实习", "US", ("unpaid", None, None, None, None)),
        ("مكافأة شهرية 3000 درهم", "AE", ("allowance", 3000, 3000, "AED", "month")),
        ("التدريب غير مدفوع الأجر", "US", ("unpaid", None, None, None, None)),
        ("Stipend: ₹25,000 per month", "US", ("allowance", 25000, 25000, "INR", "month")),
        ("CTC ₹6 LPA", "US", ("paid", 600000, 600000, "INR", "year")),
        ("CHF 39,000 yearly = 3,000 x 13", "US", ("paid", 39000, 39000, "CHF", "year")),
        ("Programme fee: €1,200; the placement is unpaid.", "US", ("unpaid", None, None, None, None)),
        ("Participants pay a programme fee of USD 2,500.", "US", None),
        ("No salary is paid, but free lunch", "US", ("unpaid", None, None, None, None)),
        ("Remuneration: €775", "US", ("paid", 775, 775, "EUR", None)),
        ("Interns receive MOP 6,000 per month.", "US", ("paid", 6000, 6000, "MOP", "month")),
        ("a discount of 20% on all products", "US", None),
        ("insurance coverage up to €30,000 per year", "US", None),
        ("Our salary is among the TOP 10 of the country", "US", None),
        ("The scholarship office supports students.", "US", None),
        ("No stipend is provided.", "US", ("unpaid", None, None, None, None)),
        ("a competitive salary", "US", None),
        ("Salario: entre USD $1,200.00 y $1,500.00 al mes", "SV", ("paid", 1200, 1500, "USD", "month")),
        ("A stipend between 600 and 700 EUR per month", "US", ("allowance", 600, 700, "EUR", "month")),
        ("Salary: 500 EUR a month and 2 meals a day", "US", ("paid", 500, 500, "EUR", "month")),
        ("Bezpłatna kawa i bezpłatny kurs angielskiego.", "PL", None),
        ("Praktyki trwają 3 miesiące i są bezpłatne.", "PL", ("unpaid", None, None, None, None)),
        ("每天补贴150元人民币", "CN", ("allowance", 150, 150, "CNY", "day")),
        ("Der gives et månedligt tilskud på 4.000 DKK.", "CH", ("allowance", 4000, 4000, "DKK", "month")),
        ("給与:月額1,000シンガポールドル", "SG", ("paid", 1000, 1000, "SGD", "month")),
        (
            "We reimburse travel costs within the country but cannot pay a salary.",
            "NL",
            ("expenses_only", None, None, None, None),
        ),
        ("Оплата не предусмотрена.", "CH", ("unpaid", None, None, None, None)),
        ("We offer a monthly salary.", "US", ("paid", None, None, None, None)),
    ],
)
def test_pay_in_prose(sentence: str, country: str, stated: tuple[Any, ...] | None) -> None:
    read = parse_pay_sentence(sentence, country)
    assert (tuple(read[1:6]) if read else None) == stated
    assert all(quote is None or quote in sentence for quote in (read or ())[6:])


@pytest.mark.parametrize(
    "row",
    [
        {"pay": "Participant's contribution: EUR 350"},
        {"pay": "Fee of EUR 350"},
        {"description": "The programme fee is EUR 350."},
        {"description": "Teilnahmegebühr: 350 €"},
        {"description": "Quota di partecipazione: 350 euro"},
        {"description": "Unkostenbeitrag 350 Euro pro Woche."},
        {"description": "There is a charge of €350 for the first month and €450 for each following month."},
    ],
)
def test_a_fee_is_no_pay(paid: Any, row: dict[str, Any]) -> None:
    stated = paid(row)
    assert (stated["fee_min"], stated["fee_currency"]) == (350, "EUR")
    assert (stated["pay_status"], stated["pay_min"]) == (None, None)


def test_what_is_given_goes_before_unpaid(paid: Any) -> None:
    unpaid_but = "The internship is unpaid.\nA stipend of 300 EUR per month is provided."
    assert (paid({"description": unpaid_but})["pay_status"], paid({"description": unpaid_but})["pay_min"]) == (
        "allowance",
        300,
    )
    refunded = "The internship is unpaid.\nTravel expenses are reimbursed."
    assert paid({"description": refunded})["pay_status"] == "expenses_only"


@pytest.mark.parametrize(
    ("pay", "country", "weeks", "a_month"),
    [
        ("€1,000 per month", "DE", None, 1000),
        ("€12 per hour", "DE", None, 2085.6),
        ("€100 per day", "DE", None, 2172.5),
        ("€200 per week", "DE", None, 869),
        ("€24,000 per year", "DE", None, 2000),
        ("€3,000 in total", "DE", 13, 1002.69),
        ("€3,000 in total", "DE", None, None),
        ("€3,000", "DE", None, None),
    ],
)
def test_pay_a_month(paid: Any, pay: str, country: str, weeks: int | None, a_month: float | None) -> None:
    assert paid({"pay": pay}, country, weeks)["pay_month_eur"] == a_month


def test_rates_are_of_the_month_of_fetching(paid: Any) -> None:
    row = {"pay": "USD 1000 per month", "fetched_at": "2024-05-17T03:00:00Z"}
    stated = paid(row, "US")
    assert stated["pay_rates_on"] == date(2024, 5, 1)
    assert 850 < stated["pay_month_eur"] < 1000
    assert stated["pay_month_ppp"] == pytest.approx(1000, rel=0.05)
    unknown = paid({"pay": "KZT 100000 per month"}, "KZ")
    assert (unknown["pay_month_eur"], unknown["pay_month_ppp"] is not None) == (None, True)


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    pay = parse_pay(text, "US")
    assert pay is None or pay.least is None or 0 < pay.least <= (pay.most or 0)
    read = parse_pay_sentence(text, "US")
    assert all(quote is None or str(quote) in text for quote in (read or ())[6:])


def test_a_currency_without_a_rate_is_counted(raw_rows: Any) -> None:
    cleaned = clean(raw_rows({"pay": "500 GMD per month"}, {"pay": "500 EUR per month"}), None, {})
    assert cleaned.listings.sort("url")["pay_currency"].to_list() == ["GMD", "EUR"]
    assert cleaned.unknown.select("field", "text").rows() == [("pay_month_eur", "GMD")]


def test_a_currency_tied_to_another_has_its_rate(raw_rows: Any) -> None:
    rows = raw_rows({"pay": "655957 XOF per month"}, {"pay": "1000 EUR per month"})
    assert clean(rows, None, {}).listings["pay_month_eur"].to_list() == [1000.0, 1000.0]


def test_a_sign_of_two_currencies_is_settled_by_the_country() -> None:
    assert [parse_pay("2 500 dirhams par mois", country).currency for country in ("MA", "AE", None)] == [
        "MAD",
        "AED",
        None,
    ]  # type: ignore[union-attr]
    assert [parse_pay("150 000 FCFA par mois", country).currency for country in ("SN", "GA", None)] == [
        "XOF",
        "XAF",
        None,
    ]  # type: ignore[union-attr]


def test_what_comes_on_top_of_a_sum_is_not_what_it_is_for() -> None:
    read = parse_pay_sentence("Bolsa-auxílio: R$ 1.800,00 + vale-transporte", "BR")
    assert read is not None and read[2:5] == (1800.0, 1800.0, "BRL")


@pytest.mark.parametrize(
    "sentence", ["Is the post paid? No, sadly.", "Wird das Praktikum vergütet? Nein.", "Stipend: none"]
)
def test_no_behind_a_question_is_unpaid(sentence: str) -> None:
    read = parse_pay_sentence(sentence, None)
    assert read is not None and read[1] == "unpaid"


def test_a_question_states_nothing() -> None:
    assert parse_pay_sentence("Wird das Praktikum vergütet?", None) is None


@pytest.mark.parametrize(
    "text",
    [
        "Schumanstages zijn betaald.",
        "Bezahltes Auslandspraktikum in Wien.",
        "Sommarpraktiken är betald.",
        "Kesäharjoittelu on palkallinen.",
    ],
)
def test_the_post_may_be_the_end_of_a_longer_word(listings: Listings, text: str) -> None:
    assert [row["pay_status"] for row in listings([{"description": text}])] == ["paid"]


def test_the_period_of_a_sum_stands_behind_what_it_is_in_another_currency(listings: Listings) -> None:
    (row,) = listings(
        [{"description": "Students work here every year and earn 7,000 HKD (some 23 million VND) per month."}]
    )
    assert (row["pay_min"], row["pay_currency"], row["pay_period"]) == (7000, "HKD", "month")


def test_what_a_list_names_before_a_sum_is_not_what_the_sum_is_for(listings: Listings) -> None:
    (row,) = listings([{"description": "提供交通費、每月生活津貼12,000澳門元,以及一次性資助20,000澳門元。"}])
    assert (row["pay_min"], row["pay_period"]) == (12000, "month")
