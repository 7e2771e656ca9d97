"""Prose in twenty languages: who may apply, which languages, what is offered. Sentences written for these tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pipeline.clean import clean
from tests.clean.conftest import Listings

ELIGIBILITY: list[tuple[str, list[str] | None]] = [
    ("We are looking for a student of economics who can start in May.", ["student"]),
    ("The programme is open to recent graduates of any discipline.", ["recent_graduate"]),
    (
        "Applicants must be enrolled in a master's programme or have graduated within the last twelve months.",
        ["recent_graduate", "student"],
    ),
    ("The intern will support students with their applications.", None),
    ("Our university has 30,000 students and staff from 90 countries.", None),
    ("Wir suchen Studierende der Rechtswissenschaft ab dem 5. Semester.", ["student"]),
    (
        "Bewerben können sich Absolventinnen und Absolventen, deren Abschluss nicht länger als zwei Jahre zurückliegt.",
        ["recent_graduate"],
    ),
    ("Die Betreuung von Studierenden gehört zu den Aufgaben.", None),
    ("Vous êtes étudiant en droit et disposez d'une convention de stage.", ["student"]),
    ("Le programme s'adresse aux jeunes diplômés.", ["recent_graduate"]),
    ("Dirigido a estudiantes de último año y recién titulados.", ["recent_graduate", "student"]),
    ("Il tirocinio è rivolto a studenti universitari e neolaureati.", ["recent_graduate", "student"]),
    ("O estágio destina-se a estudantes do ensino superior.", ["student"]),
    ("Voor deze stage zoeken wij hbo- of wo-studenten die minimaal vijf maanden beschikbaar zijn.", ["student"]),
    ("Ben je net afgestudeerd? Dan kun je ook solliciteren.", ["recent_graduate"]),
    ("Praktiken riktar sig till dig som studerar på universitet.", ["student"]),
    ("Vi søger en studerende, der læser statskundskab.", ["student"]),
    ("Vi søker studenter på masternivå.", ["student"]),
    ("Haemme opiskelijaa kesäharjoitteluun.", ["student"]),
    ("Szukamy studentów ostatnich lat oraz absolwentów.", ["recent_graduate", "student"]),
    ("Stáž je určena pro studenty vysokých škol.", ["student"]),
    ("Programul se adresează studenților și proaspeților absolvenți.", ["recent_graduate", "student"]),
    ("Egyetemi hallgatók és pályakezdők jelentkezését várjuk.", ["recent_graduate", "student"]),
    ("Üniversitelerin 3. ve 4. sınıf öğrencileri başvurabilir.", ["student"]),
    ("Приглашаем студентов старших курсов и выпускников вузов.", ["recent_graduate", "student"]),
    ("対象は大学3年生または大学院生です。", ["student"]),
    ("모집대상: 4년제 대학 재학생 및 졸업예정자", ["student"]),
    ("招聘对象:国内外高校在读本科生、研究生。", ["student"]),
    ("البرنامج مفتوح لطلاب الجامعات وحديثي التخرج.", ["recent_graduate", "student"]),
    ("You will work with experienced professionals in a lively office.", None),
    ("The scheme is open to young professionals with two years of experience.", ["professional"]),
    ("Il programma è aperto a giovani professionisti.", ["professional"]),
    ("Tulemme toimeen opiskelijoiden tukemisen parissa.", None),
    ("A university with 20,000 enrolled students.", None),
    ("Підтримка мережі випускників університету.", None),
    ("Avoir obtenu son diplôme au cours des six derniers mois.", ["recent_graduate"]),
    (
        "Podrán optar los titulados universitarios que hayan finalizado sus estudios en los últimos cuatro años.",
        ["recent_graduate"],
    ),
    ("Du läser tredje eller fjärde året på civilingenjörsprogrammet.", ["student"]),
    ("Harjoittelupaikka on tarkoitettu korkeakouluopiskelijoille.", ["student"]),
    ("Απευθύνεται σε φοιτητές και πρόσφατους απόφοιτους.", ["recent_graduate", "student"]),
    ("Запрошуємо студентів старших курсів та випускників на стажування.", ["recent_graduate", "student"]),
    ("Feltétel: folyamatban lévő egyetemi tanulmányok.", ["student"]),
]


def test_who_may_apply(listings: Listings) -> None:
    rows = listings([{"description": text} for text, _ in ELIGIBILITY])
    wrong = {
        text: row["eligibility"]
        for (text, who), row in zip(ELIGIBILITY, rows, strict=True)
        if row["eligibility"] != who
    }
    assert wrong == {}


LANGUAGES: list[tuple[str, list[str] | None, list[str] | None]] = [
    ("Fluent in English and German; knowledge of French is an asset.", ["de", "en"], ["fr"]),
    ("Sehr gute Englischkenntnisse (mindestens C1), Spanisch von Vorteil.", ["en"], ["es"]),
    ("Maîtrise du français et de l'anglais exigée.", ["en", "fr"], None),
    ("Nivel alto de inglés; se valorará el francés.", ["en"], ["fr"]),
    ("Ottima conoscenza della lingua inglese e del tedesco.", ["de", "en"], None),
    ("Fluência em inglês e bons conhecimentos de espanhol.", ["en", "es"], None),
    ("Je beheerst het Nederlands en Engels in woord en geschrift.", ["en", "nl"], None),
    ("Du talar flytande svenska och engelska.", ["en", "sv"], None),
    ("Du taler og skriver flydende dansk og engelsk.", ["da", "en"], None),
    ("Du behersker norsk og engelsk muntlig og skriftlig.", ["en", "nb"], None),
    ("Sujuva suomen ja englannin kielen taito.", ["en", "fi"], None),
    ("Bardzo dobra znajomość języka angielskiego, niemiecki będzie atutem.", ["en"], ["de"]),
    ("Plynná znalost angličtiny a češtiny.", ["cs", "en"], None),
    ("Cunoașterea limbii engleze la nivel avansat.", ["en"], None),
    ("Folyékony angol nyelvtudás.", ["en"], None),
    ("İyi derecede İngilizce bilen adaylar.", ["en"], None),
    ("Свободное владение английским языком, знание французского будет плюсом.", ["en"], ["fr"]),
    ("英語が堪能な方。中国語ができれば尚可。", ["en"], ["zh"]),
    ("영어 능통자, 프랑스어 가능자 우대", ["en"], ["fr"]),
    ("英语流利,会法语者优先。", ["en"], ["fr"]),
    ("إجادة اللغة الإنجليزية واللغة العربية", ["ar", "en"], None),
    ("English or French required.", None, None),
    ("Good command of English or Spanish.", None, None),
    ("You will work with our German partners and the French embassy.", None, None),
    ("Knowledge of German is not required.", None, None),
    ("Students of English literature are welcome.", None, None),
    ("IELTS 7 or above, DELE C1.", ["en", "es"], None),
    ("Open to Norwegian nationals with excellent academic records.", None, None),
    ("Good knowledge of the German market.", None, None),
    ("Strong knowledge of French law and good communication skills.", None, None),
    ("Hold a Dutch passport and be fluent in the English language.", ["en"], None),
    ("The Swedish embassy seeks an intern with good writing skills.", None, None),
    ("Polish your communication skills with excellent mentors.", None, None),
    ("Excellent English drafting skills.", ["en"], None),
    ("Fluent English speakers with good Spanish.", ["en", "es"], None),
    ("Bonne connaissance du marché français.", None, None),
    ("Bonne connaissance du français.", ["fr"], None),
    ("Buen conocimiento del mercado español.", None, None),
    ("Goede kennis van de Nederlandse markt.", None, None),
    ("Mycket goda kunskaper om den svenska marknaden.", None, None),
    ("Two positions require excellent French, the third good Arabic.", None, None),
    ("Zwei Plätze erfordern sehr gute Spanischkenntnisse, der dritte sehr gute Französischkenntnisse.", None, None),
    ("Knowledge of Chinese, Japanese or Korean is an advantage.", None, ["ja", "ko", "zh"]),
    ("Knowledge of Chinese, Japanese or Korean is required.", None, None),
    ("Fluent in English, German, and French.", ["de", "en", "fr"], None),
    ("Good German, French nice to have.", ["de"], ["fr"]),
    ("Selon le poste, une bonne maîtrise de l'espagnol est demandée.", None, None),
    ("Fluent German and English (other languages a plus), based in Bonn.", ["de", "en"], None),
    ("Sehr gutes Deutsch und Englisch, weitere Sprachen von Vorteil.", ["de", "en"], None),
    ("The CAE skills challenge welcomes talent with proficiency in design.", None, None),
    ("A equipe dele tem fluência em marketing.", None, None),
    ("Buscamos personas con DELE B2.", ["es"], None),
    ("Englisch erforderlich.", ["en"], None),
    ("Gode engelskkundskaber er en forudsætning.", ["en"], None),
    ("Goda engelskakunskaper krävs, finska är ett plus.", ["en"], ["fi"]),
    ("Výborná znalost anglického jazyka, znalost japonštiny výhodou.", ["en"], ["ja"]),
    ("Απαιτείται άριστη γνώση της αγγλικής γλώσσας.", ["en"], None),
    ("يشترط إجادة اللغتين العربية والإنجليزية، ومعرفة اللغة الفرنسية ميزة إضافية.", ["ar", "en"], ["fr"]),
    ("Ottima conoscenza dell'inglese e preferibilmente di una seconda lingua.", ["en"], None),
    ("Anglais courant, japonais apprécié (JLPT N3).", ["en"], ["ja"]),
    ("English is our working language, no German needed.", ["en"], None),
    ("Vloeiend Engels is vereist, Duits is mooi meegenomen.", ["en"], ["de"]),
    ("Fluent in two of the official languages of the Bank (English, Spanish, French).", None, None),
    ("English and at least one of the following languages: French, Spanish.", ["en"], None),
    ("Bilingual (English/French) imperative.", ["en", "fr"], None),
    ("Hakijalta edellytetään Suomen kansalaisuutta.", None, None),
    ("Nationalité française obligatoire.", None, None),
    ("Cetățenie română obligatorie.", None, None),
    ("Obywatelstwo polskie wymagane.", None, None),
    ("Cittadinanza italiana richiesta.", None, None),
    ("Nederlandse nationaliteit vereist.", None, None),
    ("Svenskt medborgarskap krävs.", None, None),
    ("Fluency in English is required. Knowledge of Thai or Khmer is an asset.", ["en"], ["km", "th"]),
]


def test_languages_required_and_preferred(listings: Listings) -> None:
    rows = listings([{"description": text} for text, *_ in LANGUAGES])
    detected = [
        (text, row["languages_required"], row["languages_preferred"])
        for (text, *_), row in zip(LANGUAGES, rows, strict=True)
    ]
    assert [one for one, expected in zip(detected, LANGUAGES, strict=True) if one != expected] == []


LEVELS = {
    "English (Fluent), Dutch (B2)": [("en", None, "Fluent"), ("nl", "B2", "B2")],
    "IELTS 7 or above, DELE C1.": [("en", "C1", "IELTS 7"), ("es", "C1", "C1")],
    "Fließendes Deutsch und gute Englischkenntnisse.": [("de", None, "Fließendes"), ("en", None, "gute")],
    "Fluent in French.": [("fr", None, "Fluent")],
    "Excellent German and English skills.": [("de", None, "Excellent"), ("en", None, "Excellent")],
    "Good German and fluent English.": [("de", None, "Good"), ("en", None, "fluent")],
    "German C1 and English are required.": [("de", "C1", "C1")],
    "Çok iyi derecede İngilizce bilen adaylar.": [("en", None, "Çok iyi")],
}


def test_levels_of_languages(described: Any) -> None:
    levels = {
        text: sorted((level["language"], level["cefr"], level["text"]) for level in found)
        for text, (found,) in described(LEVELS, "language_levels").items()
    }
    assert levels == LEVELS


FACTS: list[tuple[str, dict[str, Any]]] = [
    ("Applicants must be between 18 and 30 years old.", {"age_min": 18, "age_max": 30}),
    ("Höchstalter 28 Jahre.", {"age_max": 28}),
    ("Âgé de 18 à 25 ans.", {"age_min": 18, "age_max": 25}),
    ("Tener entre 20 y 29 años.", {"age_min": 20, "age_max": 29}),
    ("Wiek: 18-30 lat.", {"age_min": 18, "age_max": 30}),
    ("Возраст от 18 до 35 лет.", {"age_min": 18, "age_max": 35}),
    ("만 19세 이상 34세 이하", {"age_min": 19, "age_max": 34}),
    ("20歳以上30歳未満の方", {"age_min": 20, "age_max": 29}),
    ("The internship takes 12 to 20 weeks.", {}),
    ("Our company is over 20 years old.", {}),
    ("Depuis 25 ans nous formons.", {}),
    ("U.S. citizenship is required.", {"nationalities": ["US"], "nationality_rule": "only"}),
    ("Only EEA nationals may apply.", {"nationality_rule": "only"}),
    ("Es können sich nur deutsche Staatsangehörige bewerben.", {"nationalities": ["DE"], "nationality_rule": "only"}),
    ("Réservé aux ressortissants français.", {"nationalities": ["FR"], "nationality_rule": "only"}),
    ("Ser ciudadano español.", {"nationalities": ["ES"], "nationality_rule": "only"}),
    ("Wymagane obywatelstwo polskie.", {"nationalities": ["PL"], "nationality_rule": "only"}),
    ("Требуется гражданство РФ.", {"nationalities": ["RU"], "nationality_rule": "only"}),
    ("日本国籍を有する者に限る", {"nationalities": ["JP"], "nationality_rule": "only"}),
    ("대한민국 국적자만 지원 가능", {"nationalities": ["KR"], "nationality_rule": "only"}),
    ("须具有中国国籍", {"nationalities": ["CN"], "nationality_rule": "only"}),
    ("US citizens are not eligible to apply.", {"nationalities": ["US"], "nationality_rule": "excluded"}),
    ("You must have the right to work in the UK.", {"work_right": "required"}),
    ("We cannot sponsor visas.", {"visa_support": "no"}),
    ("We help you obtain the visa.", {"visa_support": "yes"}),
    ("Nous aidons à l'obtention du visa.", {"visa_support": "yes"}),
    ("Wir unterstützen dich bei der Visabeantragung.", {"visa_support": "yes"}),
    ("Nur Pflichtpraktikum im Rahmen des Studiums.", {"mandatory_only": True}),
    ("Freiwilliges Praktikum oder Pflichtpraktikum möglich.", {}),
    ("Accommodation and meals are provided free of charge.", {"support": ["housing", "meals"]}),
    ("Accommodation is not provided.", {}),
    ("Interns must arrange their own housing.", {}),
    ("Unterkunft wird gestellt, Fahrtkosten werden erstattet.", {"support": ["housing", "transport"]}),
    ("Le logement est fourni et les billets d'avion sont pris en charge.", {"support": ["flight", "housing"]}),
    ("El alojamiento corre por cuenta del estudiante.", {}),
    ("숙소 제공, 항공료 지원", {"support": ["flight", "housing"]}),
    ("提供住宿和餐补", {"support": ["housing", "meals"]}),
    ("宿舎あり、交通費支給", {"support": ["housing", "transport"]}),
    (
        "You will be supervised by a senior researcher and receive a certificate of completion.",
        {"supervision": True, "assessment": True},
    ),
    ("Possibilité d'embauche à l'issue du stage.", {"conversion": True}),
    ("The internship does not lead to employment.", {"conversion": False}),
    ("Please send your CV and a cover letter.", {"documents_required": ["cover_letter", "cv"]}),
    (
        "Bitte senden Sie Lebenslauf, Anschreiben und Immatrikulationsbescheinigung.",
        {"documents_required": ["cover_letter", "cv", "enrolment_certificate"]},
    ),
    ("提出書類:履歴書、成績証明書", {"documents_required": ["cv", "transcript"]}),
    ("Three internship positions are available.", {"positions": 3}),
    ("You will supervise two interns.", {}),
    ("Se ofrecen 5 plazas.", {"positions": 5}),
    ("募集人数:3名", {"positions": 3}),
    ("모집인원: 2명", {"positions": 2}),
    ("A registration fee of 50 euros must be paid.", {"risk": ["fee_before_offer"]}),
    ("There is no application fee.", {}),
    ("We will never ask candidates to pay a fee.", {}),
    ("Apply to best.internships@gmail.com", {"risk": ["free_mail_contact"]}),
    ("Contact us only via WhatsApp.", {"risk": ["messenger_only_contact"]}),
    ("You will manage our WhatsApp and Telegram channels.", {}),
    ("Salary: €90,000 per month.", {"risk": ["impossible_pay"]}),
    ("Salary: €2,000 per month.", {}),
    ("Only Serbian and Kenyan citizens may apply.", {"nationalities": ["KE", "RS"], "nationality_rule": "only"}),
    ("You must be a national of Albania.", {"nationalities": ["AL"], "nationality_rule": "only"}),
    ("Luanda/Angola (for Finnish nationals only)", {"nationalities": ["FI"], "nationality_rule": "only"}),
    ("Send us your portfolio.", {"documents_required": ["portfolio"]}),
    ("Lead the portfolio of applications, and the agency applications portfolio.", {}),
    ("Skip the cover letter and send your CV.", {"documents_required": ["cv"]}),
    ("Report on the lead-to-opportunity conversion rate.", {}),
    ("Show us that you'll learn it quickly.", {}),
    ("You will learn how to write a report.", {"learning_objectives": True}),
    ("Mentoring junior developers is part of the role.", {}),
    ("You get a mentor.", {"mentorship": True}),
    ("Bac+5, anglais courant.", {"study_levels": ["7"]}),
    ("Vous préparez un diplôme Bac+4/5.", {"study_levels": ["7"]}),
    ("Üniversitelerin 4.sınıfında öğrenim görüyorsan", {"study_years": [4]}),
    ("Ambassaden: fem praktikplatser höstterminen 2024", {"positions": 5, "season": "2024-autumn"}),
    ("Embassy internship programme, summer 2023", {"season": "2023-summer"}),
    ("Ab 18 Jahren.", {"age_min": 18}),
    ("The intern assists Chinese citizens who must hold a valid passport.", {}),
    ("Los candidatos no deben haber nacido antes; que no hayan cumplido 30 años.", {"age_max": 29}),
    ("Österreichische Staatsbürgerschaft, Führerschein.", {"nationality_rule": "only", "nationalities": ["AT"]}),
    ("Απαιτείται ελληνική ιθαγένεια.", {"nationality_rule": "only", "nationalities": ["GR"]}),
    ("Wymagania: obywatelstwo polskie.", {"nationality_rule": "only", "nationalities": ["PL"]}),
    ("Provide consular assistance to British nationals abroad.", {}),
    ("Open to EU citizens and a limited number of non-EU nationals.", {"nationality_rule": "any"}),
    ("Kunnen wij helaas geen werkvergunning regelen.", {"visa_support": "no"}),
    ("We take care of the work permit.", {"visa_support": "yes"}),
    ("Applicants must have the right to live and work in Austria.", {"work_right": "required"}),
    ("지원대상: 대학 3~4학년", {"study_years": [3, 4]}),
    ("Приглашаем студентов 3–4 курса.", {"study_years": [3, 4]}),
    ("3. lub 4. roku studiów", {"study_years": [3, 4]}),
    ("A degree of at least 3 years of study.", {}),
    ("In summer 2023 our interns visited Rome.", {}),
    ("Exercise caution and report what seems odd.", {}),
    ("Verser une caution de 200 euros.", {"risk": ["fee_before_offer"]}),
    ("Producto 5: informe final y fotografías.", {}),
    ("Al final recibirá una evaluación final.", {"assessment": True}),
]
FIELDS = (
    "age_min", "age_max", "work_right", "visa_support", "mandatory_only", "support", "supervision", "assessment",
    "conversion", "documents_required", "positions", "nationality_rule", "nationalities", "mentorship",
    "learning_objectives", "season", "study_levels", "study_years",
)  # fmt: skip


def test_single_facts(listings: Listings) -> None:
    wrong = {}
    for (text, expected), row in zip(FACTS, listings([{"description": text} for text, _ in FACTS]), strict=True):
        stated = {field: row[field] for field in FIELDS if row[field] is not None}
        if row["risk_flags"]:
            stated["risk"] = [flag["flag"] for flag in row["risk_flags"]]
        if "EEA" in text and len(stated.pop("nationalities")) != 30:
            wrong[text] = stated
        if stated != expected:
            wrong[text] = stated
    assert wrong == {}


def test_a_unit_of_two_letters_is_met_too(listings: Listings) -> None:
    [row] = listings([{"description": "Staj 11 ay sürer."}])
    assert (row["weeks_min"], row["weeks_max"]) == (48, 48)


def test_an_employers_graduate_programme_is_no_level_of_study(listings: Listings) -> None:
    cases = [
        ({"title": "Graduate Program - Engineering"}, None),
        ({"title": "National Communication Intern Fiji"}, None),
        ({"description": "Our graduate programme offers rotations."}, None),
        ({"description": "You are enrolled in a graduate program in economics."}, ["7"]),
        ({"title": "Graduate Student Intern"}, ["7"]),
    ]
    rows = listings([row for row, _ in cases])
    assert [row["study_levels"] for row in rows] == [levels for _, levels in cases]
    assert [row["nationalities"] for row in rows] == [None] * len(cases)


def test_a_heading_tells_what_its_lines_are_about(listings: Listings) -> None:
    text = (
        "What we offer\n- Housing\n- Insurance\nRequirements:\n- Own laptop\n- English C1\nNice to have:\n- French B1"
    )
    row = listings([{"description": text}])[0]
    assert row["support"] == ["housing", "insurance"]
    assert (row["languages_required"], row["languages_preferred"]) == (["en"], ["fr"])


def test_the_score_counts_the_marks_that_are_stated(listings: Listings) -> None:
    text = "You will be supervised by a researcher. You receive a certificate of completion. A learning agreement is signed."
    full, empty = listings([{"description": text}, {"description": "A place to work."}])
    assert (full["structure_score"], full["structure_silent"]) == (44, 5)
    assert (empty["structure_score"], empty["structure_silent"]) == (None, None)


IS_INTERNSHIP: list[tuple[str, str, bool]] = [
    ("Software Engineer", "You will lead two interns.", False),
    ("Teamleider", "Je stuurt twee stagiairs aan.", False),
    ("HR Manager", "Supervise interns\nRecruit staff", False),
    ("实习学分认定说明", "", False),
    ("인턴십 설명회 안내", "", False),
    ("Racconto di un tirocinio a Bruxelles", "", False),
    ("Information session: internships abroad", "", False),
    ("Useful links for internships", "", False),
    ("Mon stage à Londres", "", False),
    ("Praktikum in Rom: Erfahrungsbericht", "", False),
    ("CDI - Chargé de communication", "Vous encadrez un stagiaire", False),
    ("정규직 채용", "", False),
    ("Volunteer teacher", "You will be supervised by the head teacher.\nDuration: 3 months", True),
    ("Volunteer teacher", "Come and help.", False),
    ("Policy fellowship", "Under the supervision of the director, six months.", True),
    ("Ambassade de Suède", "Nous recherchons un stagiaire pour six mois.", True),
    ("Marketing Assistant", "During your internship you will write posts.", True),
    ("Moja praktyka w Berlinie", "", False),
    ("インターンシップ説明会", "", False),
    ("Стажировка: мой опыт", "", False),
    ("Staj deneyimim", "", False),
    ("Praktik hos ambassaden i Oslo", "", True),
    ("International Internship Program: timeline", "", False),
]


def test_what_is_offered_and_what_is_only_spoken_of(listings: Listings) -> None:
    rows = listings([{"title": title, "description": text or None} for title, text, _ in IS_INTERNSHIP])
    wrong = [
        (title, text, row["kind"])
        for (title, text, expected), row in zip(IS_INTERNSHIP, rows, strict=True)
        if row["is_internship"] != expected
    ]
    assert wrong == []


def test_regular_staff_is_not_called_new_graduates(listings: Listings) -> None:
    rows = listings([{"title": title} for title in ("Chargé de communication - CDI", "정규직 채용", "正社員募集")])
    assert [row["reject_rule"] for row in rows] == ["not_an_internship"] * 3


STATED: list[tuple[str, str, object]] = [
    # where the stay is
    ("The placement takes place in our office in Lisbon, Portugal.", "cities", ["Lisbon"]),
    ("Für unser Team in Hamburg suchen wir Verstärkung ab Mai, gerne mit Erfahrung im Verkauf.", "countries", ["DE"]),
    (
        "Il tirocinio dura sei mesi e si svolge presso la sede di Trento, in un gruppo di dodici persone.",
        "cities",
        ["Trento"],
    ),
    (
        "You will join our Dublin office for the summer and work on our next campaign with the team.",
        "countries",
        ["IE"],
    ),
    ("Ankara ofisimizde en az sekiz hafta staj yapacak üniversite öğrencileri arıyoruz.", "countries", ["TR"]),
    ("面试通过后，你将在北京实习。", "countries", ["CN"]),
    (
        "A previous internship in London and some experience with budgets would be welcome, but is no must.",
        "countries",
        None,
    ),
    ("Internships in Finance and Accounting are open to all who like numbers and can write well.", "countries", None),
    ("Founded in 2011 in Toronto, we have grown to 300 people and build scheduling tools for clinics.", "cities", None),
    # rooms and visas that are given
    ("Accommodation in the clinic's guest room", "support", ["housing"]),
    ("Alojamento em quarto individual e refeições.", "support", ["housing"]),
    ("Logement mis à disposition", "support", ["housing"]),
    ("Zakwaterowanie w akademiku", "support", ["housing"]),
    ("Accommodation in a single room: 400 EUR a month", "support", None),
    ("Accommodation in a shared room is not provided.", "support", None),
    ("Visa et assurance pris en charge", "support", ["insurance", "visa"]),
    ("Visum und Versicherung werden übernommen.", "visa_support", "yes"),
    # who may apply
    ("Open to nationals of NATO member states only.", "nationality_rule", "only"),
    ("Applicants must be nationals of one of the OECD member countries.", "nationality_rule", "only"),
    ("Be a citizen of a CERN Member State or Associate Member State.", "nationality_rule", None),
    ("Titulaire d'un Master 2 en droit, vous parlez anglais.", "eligibility", None),
    ("Vous êtes étudiant en Master 2.", "study_years", [5]),
    ("Запрошуємо студентів старших курсів.", "eligibility", ["student"]),
    ("Απευθύνεται σε φοιτητές νομικής.", "eligibility", ["student"]),
    ("Yêu cầu: sinh viên năm cuối ngành kế toán.", "eligibility", ["student"]),
    ("Kualifikasi: mahasiswa semester 5 ke atas.", "eligibility", ["student"]),
    # pay, fees, hours, days
    ("Il tirocinio non prevede retribuzione.", "pay_status", "unpaid"),
    ("参加費は98,000円（宿泊費込み）。", "fee_min", 98_000.0),
    ("Gross pay: 934 EUR per month. Cost of living 850 EUR per month.", "fee_min", None),
    ("Jornada de 6h diárias, de segunda a sexta.", "hours_per_week", None),
    ("접수: 2026.6.30. 18:00까지 이메일", "deadline", date(2026, 6, 30)),
    ("Pendaftaran paling lambat 20 April 2026.", "deadline", date(2026, 4, 20)),
    # how long
    ("Nabízíme šestiměsíční stáž v našem týmu.", "weeks_min", 26),
    ("Thời gian thực tập: 3 tháng", "weeks_min", 13),
    ("Ngày bắt đầu thực tập: 30 tháng 4 năm 2026", "weeks_min", None),
]


def test_what_prose_says_in_many_languages(listings: Listings) -> None:
    rows = listings([{"description": text} for text, _, _ in STATED])
    wrong = [
        (text, field, row[field])
        for (text, field, expected), row in zip(STATED, rows, strict=True)
        if row[field] != expected
    ]
    assert wrong == []


def test_an_agency_that_names_no_host_is_marked(raw_rows: Any, source: Any) -> None:
    arranged = {"organizer": {"name": "Far Away Placements", "type": "agency"}}
    rows = raw_rows(
        {"title": "Internship in hotel management", "description": "Four months by the sea."},
        {"title": "Internship in hotel management", "description": "Four months at Hotel Miramar."},
        {"title": "Internship in hotel management", "organization": "Hotel Miramar"},
    )
    cleaned = clean(rows, None, source(**arranged))
    flags = cleaned.listings.sort("url")["risk_flags"].to_list()
    assert flags == [[{"flag": "no_named_host", "quote": "organizer: {type: agency}"}], None, None]
    assert ("risk_flags", "source") in cleaned.evidence.select("field", "raw_field").rows()


@pytest.fixture
def read_one(listings: Listings) -> Callable[[str], dict[str, Any]]:
    """The listing that cleaning makes of a description."""
    return lambda text: listings([{"description": text}])[0]


def test_an_answer_on_a_line_of_its_own_belongs_to_the_label_above_it(read_one: Any) -> None:
    said = read_one("Visa sponsorship\nNo\nMeals\nNo\nHousing\nYes\nPaid\nNo\nAcademic credit\nNo\nHours\n40 a week")
    assert (said["visa_support"], said["pay_status"], said["academic_credit"]) == ("no", "unpaid", False)
    assert said["support"] == ["housing"]
    assert read_one("Visabeistand\nNein\nUnterkunft\nJa\nVergütung\nNein")["support"] == ["housing"]
    assert read_one("Logement\nOui\nRémunération\nNon")["pay_status"] == "unpaid"


def test_a_question_is_answered_by_the_no_behind_it(read_one: Any) -> None:
    said = read_one("Are travel costs paid? No. Is visa support provided? No. Is accommodation included?\nYes.")
    assert (said["support"], said["visa_support"], said["pay_status"]) == (["housing"], "no", None)
    assert read_one("Do you pay the flight?\nNo.")["pay_status"] is None, "what is not paid is the flight"


def test_months_since_a_degree_are_neither_those_of_the_stay_nor_a_year_of_study(read_one: Any) -> None:
    def months(text: str) -> int | None:
        return read_one(text)["graduated_within_months"]  # type: ignore[no-any-return]

    assert months("Cuatro becas para graduados universitarios que duran 12 meses como máximo.") is None
    assert months("Candidates are in the last year of a bachelor's course or have graduated.") is None
    assert (
        months("Avoir achevé son doctorat (trois ans au maximum après la soutenance) ou suivre la dernière année.")
        == 36
    )
    assert months("You graduated within the last year.") == 12


def test_a_limit_denies_nothing(read_one: Any) -> None:
    assert read_one("Credits: never more than 12 ECTS are recognised.")["academic_credit"] is True
    assert read_one("대학에서 20학점 안팎을 인정해 준다.")["academic_credit"] is True


def test_travel_costs_that_are_refunded_are_no_fee(read_one: Any) -> None:
    said = read_one("Each intern gets 300 EUR per month and travelling costs of up to 370 EUR.")
    assert (said["pay_min"], said["fee_min"]) == (300, None)


def test_a_preposition_is_no_year_of_study(read_one: Any) -> None:
    assert read_one("Stáže prebiehajú aj inokedy v roku.")["study_years"] is None
    assert read_one("Studenci V roku studiów.")["study_years"] == [5]


def test_who_is_too_young_to_apply_leaves_the_others(read_one: Any) -> None:
    for text in (
        "Persons under 18 may not apply.",
        "未滿18歲不得申請。",
        "Personas menores de 18 años no pueden postular.",
    ):
        said = read_one(text)
        assert (said["age_min"], said["age_max"]) == (18, None), text
    assert read_one("Applicants must be at least 18 years old, students of law may not apply.")["age_min"] == 18
    assert read_one("Ser mayor de 18 años salvo autorización de los padres.")["age_min"] == 18
    said = read_one("Applicants must be 18 to 30 years old. Citizens of Japan may not apply.")
    assert (said["age_min"], said["age_max"]) == (18, 30)
