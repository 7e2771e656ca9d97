"""Where a stay is, read from whole sentences."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.clean.language_tools.phrases import under_headings
from pipeline.clean.language_tools.sentences import split_sentences
from pipeline.clean.where.prose import read_hosts


def hosts(text: str, language: str, title: str = "…") -> set[str]:
    sentences = under_headings(split_sentences(pl.Series([title]), pl.Series([text])))
    rows = pl.DataFrame({"row": [0], "language": [language]}, schema={"row": pl.UInt32, "language": pl.String})
    return set(read_hosts(sentences, rows)[0]["country"])


@pytest.mark.parametrize(
    ("language", "text", "countries"),
    [
        ("en", "The internship takes place in Lisbon or in Madrid.", {"PT", "ES"}),
        ("en", "Interns work at our institute in Bruges, Belgium.", {"BE"}),
        ("de", "Das Praktikum an der Deutschen Botschaft Nairobi dauert drei Monate.", {"KE"}),
        ("fr", "Le stage se déroule à l'ambassade de France au Kenya.", {"KE"}),
        ("cs", "Stáž probíhá v Bruseli nebo ve Velké Británii.", {"BE", "GB"}),
        ("pl", "Staż odbywa się w Stanach Zjednoczonych lub w Niemczech.", {"US", "DE"}),
        ("hu", "A gyakorlat helye Brüsszelben van.", {"BE"}),
        ("fi", "Harjoittelu tehdään Brysselissä, mutta myös Luxemburgissa.", {"BE", "LU"}),
        ("et", "Praktika toimub Brüsselis.", {"BE"}),
        ("lv", "Prakse notiek Briselē.", {"BE"}),
        ("lt", "Praktika atliekama Briuselyje.", {"BE"}),
        ("el", "Η πρακτική άσκηση γίνεται στις Βρυξέλλες.", {"BE"}),
        ("sr", "Пракса се обавља у Берлину.", {"DE"}),
        ("uk", "Стажування проходить у Великій Британії та Нідерландах.", {"GB", "NL"}),
        ("tr", "Staj Almanya'da yapılır.", {"DE"}),
        ("ar", "فرصة تدريب في ألمانيا", {"DE"}),
        ("he", "התמחות בגרמניה", {"DE"}),
        ("hi", "इंटर्नशिप जर्मनी में होगी", {"DE"}),
        ("th", "นักศึกษาฝึกงานที่ประเทศญี่ปุ่น", {"JP"}),
        ("ja", "インターンはナイロビの事務所で勤務します", {"KE"}),
        ("zh", "在加拿大实习", {"CA"}),
        ("ko", "인턴은 독일에서 근무합니다", {"DE"}),
    ],
)
def test_places_in_the_cases_of_their_languages(language: str, text: str, countries: set[str]) -> None:
    assert hosts(text, language) == countries


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Interns work in Sales and start in May."),
        ("en", "Open to students from Tunisia and citizens of Kenya."),
        ("en", "The Embassy of Japan offers internships."),
        ("en", "Remote (ET) internship"),
        ("de", "Das Praktikum beginnt im Mai."),
        ("pl", "Staż dla studentów z Polski, rozpoczęcie w maju."),
    ],
)
def test_what_is_the_place_of_nobody_s_stay(language: str, text: str) -> None:
    assert hosts(text, language) == set()


def test_what_happens_beside_the_stay_is_elsewhere() -> None:
    assert hosts("The internship is in Vienna. Interviews are held in Budapest.", "en") == {"AT"}
    assert hosts("Das Praktikum findet in Lissabon statt. Das Vorbereitungsseminar ist in Bonn.", "de") == {"PT"}
    assert hosts("Стажування проходить у Варшаві. Співбесіди в Києві.", "uk") == {"PL"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Internships outside Germany."),
        ("pt", "Vagas de estágio fora do Brasil"),
        ("de", "Praktikum außerhalb Österreichs"),
        ("it", "Il tirocinio è finanziato dal Governo Italiano."),
        ("fr", "Un stage financé par le gouvernement du Canada."),
        ("ja", "ドイツ語を学ぶ人のインターンシップ"),
    ],
)
def test_a_place_left_out_a_payer_and_a_language_are_no_hosts(language: str, text: str) -> None:
    assert hosts(text, language) == set()


def test_the_names_of_one_list_are_read_alike() -> None:
    assert hosts("De stages zijn in Brussel, Luxemburg en Straatsburg.", "nl") == {"BE", "LU", "FR"}


def test_a_host_in_the_title_goes_before_countries_of_the_text() -> None:
    text = "Praktikanten hjelper med rapporter fra Sverige, Finland og Danmark."
    assert hosts(text, "nb", "Praktikant ved ambassaden i Riga") == {"LV"}


def test_the_mission_that_korean_glues_before_a_country() -> None:
    assert hosts("주오스트리아 대한민국 대사관 현장실습원", "ko") == {"AT"}


def test_a_foreign_ministry_sends_nobody_abroad() -> None:
    assert hosts("भारत सरकार के विदेश मंत्रालय ने इंटर्नशिप शुरू की है।", "hi") == {"IN"}


def test_a_story_says_where_somebody_was() -> None:
    assert hosts("Pracowałam w Tokio i moja praktyka była wspaniała.", "pl") == set()


def test_who_owns_an_embassy_is_not_where_it_is() -> None:
    assert hosts("…", "lt", "Praktika Lietuvos ambasadoje Japonijoje") == {"JP"}


def test_where_somebody_comes_from_is_no_host() -> None:
    assert hosts("Starfsnám í Brussel fyrir ungt fólk frá Íslandi, Noregi og Sviss.", "is") == {"BE"}


def test_whose_office_it_is_and_where_it_is() -> None:
    assert hosts("…", "fr", "Stagiaire – Bureau du Québec à Dakar") == {"SN"}
    assert hosts("…", "en", "Interns for the Embassy of Denmark in Accra") == {"GH"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Alla praktikplatser i Ryssland är inställda tills vidare."),
        ("es", "Las prácticas en Ucrania están suspendidas."),
        ("ru", "Стажировки в Израиле приостановлены."),
        ("de", "Das Praktikum in Tunesien ist bis auf Weiteres ausgesetzt."),
    ],
)
def test_a_stay_that_does_not_take_place_has_no_host(language: str, text: str) -> None:
    assert hosts(text, language) == set()


def test_other_postings_at_the_foot_say_nothing_of_this_one() -> None:
    assert hosts("Internship in Sapporo, Japan.\nSimilar postings: 20781 (Kelowna), 20790 (Halifax)", "en") == {"JP"}
    assert hosts("Praktikum in Lissabon.\nÄhnliche Stellen: Praktikum in Wien, Praktikum in Prag", "de") == {"PT"}
