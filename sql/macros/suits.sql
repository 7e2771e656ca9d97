-- Which open internships suit this person, and what speaks for and against each?
-- Example: SELECT score, title, countries, reasons, against, unknown FROM suits('{"passports": ["IN"], "residence": "DE", "enrolled": true, "languages": [{"language": "en", "cefr": "C1"}], "needs": ["paid"]}') WHERE suits LIMIT 10;
-- Example: SELECT excluded_by[1] AS excluded_by, count(*) AS internships FROM suits('{"passports": ["BR"], "languages": [{"language": "pt"}]}') WHERE NOT suits GROUP BY ALL ORDER BY ALL;
CREATE OR REPLACE MACRO suits(profile) AS TABLE
WITH asked AS (
    SELECT
        profile::JSON AS said,
        list_concat(
            list_filter(coalesce(json_keys(said), []), lambda key: NOT list_contains(
                ['passports', 'residence', 'studies', 'level', 'year', 'enrolled', 'languages', 'available', 'weeks', 'needs', 'wishes'], key
            )),
            list_filter(coalesce(json_keys(said, '$.available'), []), lambda key: NOT list_contains(['from', 'to'], key)),
            list_filter(coalesce(json_keys(said, '$.weeks'), []), lambda key: NOT list_contains(['least', 'most'], key)),
            list_filter(coalesce(json_keys(said, '$.wishes'), []), lambda key: NOT list_contains(
                ['countries', 'fields', 'remote', 'words'], key
            )),
            list_filter(coalesce(from_json(said -> '$.needs', '["VARCHAR"]'), []), lambda need: NOT list_contains(
                ['paid', 'visa', 'housing'], need
            ))
        ) AS unknown
),
given AS (
    SELECT from_json(CASE WHEN len(unknown) = 0 THEN said ELSE error('suits: a profile has no ' || array_to_string(unknown, ', ')) END, '{
        "passports": ["VARCHAR"], "residence": "VARCHAR",
        "studies": ["VARCHAR"], "level": "VARCHAR", "year": "INTEGER", "enrolled": "BOOLEAN",
        "languages": [{"language": "VARCHAR", "cefr": "VARCHAR"}],
        "available": {"from": "DATE", "to": "DATE"}, "weeks": {"least": "INTEGER", "most": "INTEGER"},
        "needs": ["VARCHAR"],
        "wishes": {"countries": ["VARCHAR"], "fields": ["VARCHAR"], "remote": "BOOLEAN", "words": "VARCHAR"}
    }') AS told
    FROM asked
),
person AS (
    SELECT
        coalesce((SELECT list(country_code(named) ORDER BY turn) FROM (SELECT unnest(told.passports) AS named, generate_subscripts(told.passports, 1) AS turn)), []) AS passports,
        country_code(told.residence) AS home,
        told.level AS level,
        told.year AS study_year,
        told.enrolled AS enrolled,
        coalesce(told.languages, []) AS spoken,
        list_transform(spoken, lambda known: known.language) AS tongues,
        told.available['from'] AS free_from,
        told.available['to'] AS free_to,
        told.weeks.least AS least_weeks,
        coalesce(told.weeks.most, date_diff('day', free_from, free_to) // 7) AS most_weeks,
        coalesce(told.needs, []) AS needs,
        coalesce((SELECT list(country_code(named) ORDER BY turn) FROM (SELECT unnest(told.wishes.countries) AS named, generate_subscripts(told.wishes.countries, 1) AS turn)), []) AS wished_countries,
        list_concat(coalesce(told.wishes.fields, []), coalesce(told.studies, [])) AS own_fields,
        told.wishes.remote AS wants_remote,
        ['A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'native'] AS cefr_levels,
        map {'5': 'short-cycle', '6': 'bachelor', '7': 'master', '8': 'doctorate'} AS level_names,
        (SELECT map(list(iso2), list(name)) FROM countries) AS country_names,
        (SELECT map(list(iso1), list(name)) FROM languages) AS language_names,
        (SELECT map(list(code), list(name)) FROM fields_of_study) AS field_names
    FROM given
),
worded AS (
    SELECT internship_id, score AS word_score, found FROM search((SELECT coalesce(told.wishes.words, '') FROM given), descriptions := false)
),
compared AS (
    SELECT
        internships.*,
        person.*,
        worded.word_score,
        worded.found,
        coalesce(countries, []) AS hosts,
        free_to_work(passports, hosts) AS is_free_to_work,
        season_days(season, places) AS season_span,
        coalesce(fields, []) AS asked_fields,
        list_transform(passports, lambda own: able_to_apply(nationality_rule, nationalities, own)) AS admitted,
        list_filter(coalesce(languages_required, []), lambda code: NOT list_contains(tongues, code)) AS not_spoken,
        list_filter(
            coalesce(language_levels, []),
            lambda asked: asked.required AND asked.cefr IS NOT NULL AND list_contains(tongues, asked.language)
                AND coalesce(list_position(cefr_levels, spoken[list_position(tongues, asked.language)].cefr), 0)
                    < list_position(cefr_levels, asked.cefr)
        ) AS levels_short,
        list_filter(
            levels_short, lambda asked: spoken[list_position(tongues, asked.language)].cefr IS NOT NULL
        ) AS levels_missed
    FROM internships
    CROSS JOIN person
    LEFT JOIN worded USING (internship_id)
    WHERE state = 'open'
),
judged AS (
    SELECT
        internship_id,
        list_filter([
            CASE
                WHEN len(passports) = 0 THEN NULL
                WHEN list_contains(admitted, 'yes') THEN {'says': 'for', 'points': 1.0, 'words': 'open to your nationality'}
                WHEN list_contains(admitted, 'not stated')
                    THEN {'says': 'unknown', 'points': 0.0, 'words': 'which nationalities may apply'}
                ELSE {'says': 'no', 'points': 0.0, 'words': 'nationality: not open to '
                    || array_to_string(list_transform(passports, lambda code: coalesce(country_names[code], code)), ', ')}
            END,
            CASE
                WHEN home IS NULL OR coalesce(len(residence_countries), 0) = 0 THEN NULL
                WHEN list_contains(residence_countries, home)
                    THEN {'says': 'for', 'points': 1.0, 'words': 'open to residents of ' || coalesce(country_names[home], home)}
                ELSE {'says': 'no', 'points': 0.0, 'words': 'residence: not open to residents of '
                    || coalesce(country_names[home], home)}
            END,
            CASE
                WHEN enrolment = 'required' AND enrolled
                    THEN {'says': 'for', 'points': 1.0, 'words': 'for enrolled students'}
                WHEN enrolment = 'required' AND NOT enrolled
                    THEN {'says': 'no', 'points': 0.0, 'words': 'enrolment: one must be enrolled'}
                WHEN enrolment = 'required' THEN {'says': 'unknown', 'points': 0.0, 'words': 'whether you are enrolled, as one must be'}
                WHEN eligibility = ['student'] AND NOT enrolled
                    THEN {'says': 'no', 'points': 0.0, 'words': 'enrolment: for students only'}
                WHEN enrolled AND len(eligibility) > 0 AND NOT list_contains(eligibility, 'student')
                    THEN {'says': 'against', 'points': -1.0, 'words': 'not for students'}
                WHEN enrolled IS NOT NULL AND len(eligibility) > 0
                    THEN {'says': 'for', 'points': 1.0, 'words': CASE WHEN enrolled THEN 'for students' ELSE 'for graduates' END}
                WHEN enrolled IS NOT NULL AND enrolment IS NULL
                    THEN {'says': 'unknown', 'points': 0.0, 'words': 'whether one must be enrolled'}
            END,
            CASE WHEN mandatory_only
                THEN {'says': 'unknown', 'points': 0.0, 'words': 'whether it is an obligatory part of your studies, as it must be'}
            END,
            CASE
                WHEN level IS NULL OR coalesce(len(study_levels), 0) = 0 THEN NULL
                WHEN list_contains(study_levels, level)
                    THEN {'says': 'for', 'points': 1.0, 'words': 'for your level of study'}
                ELSE {'says': 'against', 'points': -1.0, 'words': 'for another level of study: '
                    || array_to_string(list_transform(study_levels, lambda code: coalesce(level_names[code], code)), ', ')}
            END,
            CASE
                WHEN study_year IS NULL OR coalesce(len(study_years), 0) = 0 THEN NULL
                WHEN list_contains(study_years, study_year)
                    THEN {'says': 'for', 'points': 1.0, 'words': 'for your year of study'}
                ELSE {'says': 'against', 'points': -1.0, 'words': 'for another year of study: ' || array_to_string(study_years, ', ')}
            END,
            CASE
                WHEN len(tongues) = 0 THEN NULL
                WHEN len(not_spoken) > 0 THEN {'says': 'no', 'points': 0.0, 'words': 'language: asks for '
                    || array_to_string(list_transform(not_spoken, lambda code: coalesce(language_names[code], code)), ', ')}
                WHEN len(levels_missed) > 0 THEN {'says': 'no', 'points': 0.0, 'words': 'language: asks for '
                    || array_to_string(list_transform(levels_missed,
                        lambda asked: coalesce(language_names[asked.language], asked.language) || ' ' || asked.cefr), ', ')}
                WHEN len(levels_short) > 0 THEN {'says': 'unknown', 'points': 0.0, 'words': 'whether you have '
                    || array_to_string(list_transform(levels_short,
                        lambda asked: coalesce(language_names[asked.language], asked.language) || ' ' || asked.cefr), ', ')}
                WHEN len(languages_required) > 0 THEN {'says': 'for', 'points': 1.0, 'words': 'you speak '
                    || array_to_string(list_transform(languages_required, lambda code: coalesce(language_names[code], code)), ', ')}
                ELSE {'says': 'unknown', 'points': 0.0, 'words': 'which languages are asked for'}
            END,
            CASE
                WHEN len(tongues) = 0 OR coalesce(len(languages_preferred), 0) = 0 THEN NULL
                WHEN list_has_any(languages_preferred, tongues)
                    THEN {'says': 'for', 'points': 1.0, 'words': 'welcomes a language you speak'}
                ELSE {'says': 'against', 'points': -1.0, 'words': 'would like '
                    || array_to_string(list_transform(languages_preferred, lambda code: coalesce(language_names[code], code)), ', ')}
            END,
            CASE WHEN len(tongues) > 0 AND NOT list_contains(tongues, posting_language)
                THEN {'says': 'against', 'points': -1.0,
                      'words': 'written in ' || coalesce(language_names[posting_language], posting_language)}
            END,
            CASE
                WHEN free_from IS NULL AND free_to IS NULL THEN NULL
                WHEN starts_on < free_from
                    THEN {'says': 'no', 'points': 0.0, 'words': 'dates: starts on ' || starts_on || ', before you are free'}
                WHEN starts_on > free_to OR ends_on > free_to OR starts_on + 7 * weeks_min > free_to + 1
                    THEN {'says': 'no', 'points': 0.0, 'words': 'dates: lasts until '
                        || coalesce(ends_on, starts_on + 7 * coalesce(weeks_min, 0)) || ', beyond your time'}
                WHEN ends_on < free_from
                    THEN {'says': 'no', 'points': 0.0, 'words': 'dates: ends on ' || ends_on || ', before you are free'}
                WHEN starts_on IS NULL AND coalesce(free_from <= season_span['first'], true) AND coalesce(free_to >= season_span['last'], true)
                    AND season_span IS NOT NULL
                    THEN {'says': 'for', 'points': 1.0, 'words': 'takes place when you are free (' || season || ')'}
                WHEN starts_on IS NULL AND (season_span['last'] + 61 < free_from OR season_span['first'] - 61 > free_to)
                    THEN {'says': 'against', 'points': -1.0, 'words': 'takes place when you are not free (' || season || ')'}
                WHEN starts_on IS NULL
                    THEN {'says': 'unknown', 'points': 0.0, 'words': 'when it starts' || coalesce(' (' || season || ')', '')}
                ELSE {'says': 'for', 'points': 1.0, 'words': 'starts when you are free, on ' || starts_on}
            END,
            CASE
                WHEN most_weeks IS NULL AND least_weeks IS NULL THEN NULL
                WHEN weeks_min > most_weeks
                    THEN {'says': 'no', 'points': 0.0, 'words': 'dates: lasts at least ' || weeks_min || ' weeks'}
                WHEN coalesce(weeks_max, weeks_min) < least_weeks
                    THEN {'says': 'against', 'points': -1.0, 'words': 'lasts only ' || coalesce(weeks_max, weeks_min) || ' weeks'}
                WHEN weeks_min IS NULL AND weeks_max IS NULL
                    THEN {'says': 'unknown', 'points': 0.0, 'words': 'how long it lasts'}
                ELSE {'says': 'for', 'points': 1.0, 'words': 'lasts '
                    || concat_ws(' to ', weeks_min, CASE WHEN weeks_max IS DISTINCT FROM weeks_min THEN weeks_max END) || ' weeks'}
            END,
            CASE
                WHEN NOT list_contains(needs, 'paid') THEN NULL
                WHEN pay_status IN ('paid', 'allowance')
                    THEN {'says': 'for', 'points': 3.0, 'words': CASE pay_status WHEN 'paid' THEN 'paid' ELSE 'an allowance' END
                        || coalesce(', about ' || TRY_CAST(round(pay_month_eur) AS BIGINT) || ' EUR a month', '')}
                WHEN pay_status IS NOT NULL
                    THEN {'says': 'against', 'points': -3.0, 'words': CASE pay_status WHEN 'unpaid' THEN 'unpaid' ELSE 'pays expenses only' END}
                ELSE {'says': 'unknown', 'points': 0.0, 'words': 'whether it is paid'}
            END,
            CASE
                WHEN NOT list_contains(needs, 'visa') THEN
                    CASE
                        WHEN len(passports) = 0 OR work_right IS DISTINCT FROM 'required' THEN NULL
                        WHEN is_free_to_work
                            THEN {'says': 'for', 'points': 1.0, 'words': 'your passport lets you work there, as one must be allowed to'}
                        ELSE {'says': 'unknown', 'points': 0.0, 'words': 'whether you are already allowed to work there, as one must be'}
                    END
                WHEN len(hosts) > 0 AND list_has_all(passports, hosts)
                    THEN {'says': 'for', 'points': 3.0, 'words': 'no visa: the country is that of your passport'}
                WHEN is_free_to_work
                    THEN {'says': 'for', 'points': 3.0, 'words': 'no visa: your passport lets you work there'}
                WHEN visa_support = 'yes' OR list_contains(support, 'visa')
                    THEN {'says': 'for', 'points': 3.0, 'words': 'helps with a visa'}
                WHEN visa_support = 'no' THEN {'says': 'against', 'points': -3.0, 'words': 'no help with a visa'}
                WHEN work_right = 'required'
                    THEN {'says': 'against', 'points': -3.0, 'words': 'one must already be allowed to work there'}
                WHEN visa_support = 'case_by_case'
                    THEN {'says': 'unknown', 'points': 0.0, 'words': 'whether it helps with a visa (case by case)'}
                ELSE {'says': 'unknown', 'points': 0.0, 'words': 'whether it helps with a visa'}
            END,
            CASE
                WHEN NOT list_contains(needs, 'housing') THEN NULL
                WHEN list_contains(support, 'housing') THEN {'says': 'for', 'points': 3.0, 'words': 'helps with housing'}
                ELSE {'says': 'unknown', 'points': 0.0, 'words': 'whether it helps with housing'}
            END,
            CASE
                WHEN len(wished_countries) = 0 THEN NULL
                WHEN list_has_any(hosts, wished_countries) THEN {'says': 'for', 'points': 2.0, 'words': 'in '
                    || array_to_string(list_transform(list_filter(hosts, lambda code: list_contains(wished_countries, code)),
                        lambda code: coalesce(country_names[code], code)), ', ')}
                WHEN len(hosts) = 0 THEN {'says': 'unknown', 'points': 0.0, 'words': 'in which country it is'}
                ELSE {'says': 'against', 'points': -2.0, 'words': 'in no country you wish for'}
            END,
            CASE WHEN hosts = [home] AND NOT list_contains(wished_countries, home)
                THEN {'says': 'against', 'points': -2.0, 'words': 'in the country you live in'}
            END,
            CASE
                WHEN len(own_fields) = 0 THEN NULL
                WHEN len(list_filter(asked_fields, lambda code: len(list_filter(own_fields,
                        lambda own: starts_with(code, own) OR starts_with(own, code))) > 0)) > 0
                    THEN {'says': 'for', 'points': 3.0, 'words': 'your field: '
                        || array_to_string(list_transform(list_filter(asked_fields, lambda code: len(list_filter(own_fields,
                            lambda own: starts_with(code, own) OR starts_with(own, code))) > 0),
                            lambda code: coalesce(field_names[code], code)), ', ')}
                WHEN len(asked_fields) = 0 THEN {'says': 'unknown', 'points': 0.0, 'words': 'the field of study'}
                ELSE {'says': 'against', 'points': -3.0, 'words': 'another field: '
                    || array_to_string(list_transform(asked_fields, lambda code: coalesce(field_names[code], code)), ', ')}
            END,
            CASE
                WHEN wants_remote IS NULL THEN NULL
                WHEN work_mode IS NULL
                    THEN {'says': 'unknown', 'points': 0.0, 'words': 'whether it can be done remotely'}
                WHEN work_mode = 'remote' AND wants_remote AND len(remote_countries) > 0 AND NOT list_contains(remote_countries, home)
                    THEN {'says': 'against', 'points': -2.0, 'words': 'remote, but not from '
                        || coalesce(country_names[home], home)}
                WHEN (work_mode = 'remote') = wants_remote
                    THEN {'says': 'for', 'points': 2.0, 'words': CASE work_mode WHEN 'onsite' THEN 'on site' ELSE work_mode END}
                ELSE {'says': 'against', 'points': -2.0, 'words': CASE work_mode WHEN 'onsite' THEN 'on site' ELSE work_mode END}
            END,
            CASE WHEN word_score IS NOT NULL
                THEN {'says': 'for', 'points': 2.0 * word_score, 'words': 'speaks of ' || array_to_string(found, ', ')}
            END,
            CASE WHEN fee_min > 0
                THEN {'says': 'against', 'points': -2.0,
                      'words': 'costs at least ' || TRY_CAST(round(fee_min) AS BIGINT) || coalesce(' ' || fee_currency, '')}
            END,
            CASE WHEN len(risk_flags) > 0
                THEN {'says': 'against', 'points': -1.0 * len(risk_flags), 'words': 'marks of risk: '
                    || array_to_string(list_transform(risk_flags, lambda mark: replace(mark.flag, '_', ' ')), ', ')}
            END,
            CASE WHEN len(life_flags) > 0
                THEN {'says': 'against', 'points': -1.0 * len(life_flags), 'words': array_to_string(list_transform(life_flags,
                    lambda mark: replace(mark.flag, '_', ' ') || ' since ' || mark.dates[1]), ', ')}
            END
        ], lambda judgement: judgement IS NOT NULL) AS judgements
    FROM compared
)
SELECT
    len(list_filter(judgements, lambda judgement: judgement.says = 'no')) = 0 AS suits,
    round(coalesce(list_sum(list_transform(judgements, lambda judgement: judgement.points)), 0), 2)::DOUBLE AS score,
    list_transform(list_filter(judgements, lambda judgement: judgement.says = 'for'), lambda judgement: judgement.words) AS reasons,
    list_transform(list_filter(judgements, lambda judgement: judgement.says = 'against'), lambda judgement: judgement.words) AS against,
    list_transform(list_filter(judgements, lambda judgement: judgement.says = 'unknown'), lambda judgement: judgement.words) AS unknown,
    list_transform(list_filter(judgements, lambda judgement: judgement.says = 'no'), lambda judgement: judgement.words) AS excluded_by,
    internships.*
FROM judged
JOIN internships USING (internship_id)
ORDER BY suits DESC, score DESC, len(unknown), deadline NULLS LAST, first_seen DESC, internship_id;

COMMENT ON MACRO TABLE suits IS 'every open internship judged for a person, the best first. profile: JSON with any of passports, residence (countries as country_code knows them), studies (ISCED-F 2013), level (ISCED 2011: 6 bachelor, 7 master, 8 doctorate), year, enrolled, languages (list of language and cefr: A1 to C2 or native), available (from, to), weeks (least, most), needs (paid, visa, housing), wishes (countries, fields, remote, words); what is not told is not asked, and another key or need is an error, so that a typo does not look like an answer. suits is false where nationality, residence, enrolment, a required language or the dates rule it out, and excluded_by says what; reasons, against, unknown: the rest in words. score: what speaks for it less what speaks against it: a need and the field 3, a wish 2, other facts 1, words 2 times their score in search(words, descriptions := false); a fee costs 2, a mark of risk or of its life (life_flags) 1; the unknown counts nothing. A passport counts as a visa where free_to_work(passports, countries). A season counts as dates where season_days knows it: for, where the person is free for all of it; against, where two months lie between. Then every column of internships';
