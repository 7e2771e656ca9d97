-- Which open internships mention these words, in any language, best first?
-- Example: SELECT score, found, title, organization, best_url FROM search('marine biology portugal') LIMIT 10;
-- Example: SELECT score, title FROM search('인턴 디자인') LIMIT 10;
-- Example: SELECT found, title, pay_status FROM search('unpaid NYC "data science"') LIMIT 10;
-- Example: SELECT title, organization FROM search('Nations Unies avocat') LIMIT 10;
CREATE OR REPLACE MACRO search(words, descriptions := true) AS TABLE
WITH openings AS (
    SELECT
        internship_id, title, coalesce(organization, host_organization, organizer) AS organization, countries, cities, fields,
        occupation, pay_status, visa_support, work_mode, channels,
        CASE WHEN descriptions THEN folded(description) END AS description_text
    FROM internships
    WHERE state = 'open'
),
given AS (
    -- A word in quotation marks begins with one, so that it is part of no term.
    SELECT flatten(list_transform(
        string_split(regexp_replace(words, '[“”„«»]', '"', 'g'), '"'),
        lambda part, nth: list_transform(search_words(part), lambda word: CASE WHEN nth % 2 = 0 THEN '"' ELSE '' END || word)
    )) AS tokens
),
spans AS (
    SELECT first, first + width AS beyond, array_to_string(list_slice(tokens, first, first + width - 1), ' ') AS said
    FROM given, (SELECT unnest(range(1, 6)) AS width), (SELECT unnest(range(1, len(tokens) + 1)) AS first FROM given)
    WHERE first + width - 1 <= len(tokens)
),
known AS (
    -- A span that is a term stands for it, else for the longest stem that it begins with.
    SELECT first, beyond, said, arg_max(facet, weight) AS facet, string_split(arg_max(value, weight), '|') AS facet_values
    FROM (
        SELECT first, beyond, said, unnest(list_append(list_transform(range(greatest(4, length(said) - length(split_part(said, ' ', -1)) + 1), length(said) + 1), lambda size: left(said, size) || '*'), said || ' ')) AS begun
        FROM spans
    )
    JOIN (SELECT *, CASE WHEN ends_with(term, '*') THEN length(term) ELSE 1000 END AS weight FROM search_terms) ON term = rtrim(begun, ' ')
    WHERE CASE facet
        WHEN 'town' THEN list_has_any(string_split(value, '|'), (SELECT list(DISTINCT city) FROM (SELECT unnest(cities) AS city FROM openings)))
        WHEN 'occupation' THEN list_has_any(string_split(value, '|'), (SELECT list(DISTINCT occupation) FROM openings))
        ELSE true
    END
    GROUP BY first, beyond, said
),
understood AS (
    SELECT first, beyond, said, facet, facet_values
    FROM known
    WHERE NOT EXISTS (
        FROM known AS wider
        WHERE wider.first <= known.first AND wider.beyond >= known.beyond AND wider.beyond - wider.first > known.beyond - known.first
    )
),
units AS (
    SELECT DISTINCT said, string_split(said, ' ') AS parts, facet, facet_values, false AS is_quoted
    FROM understood
    WHERE facet <> 'nothing'
    UNION ALL
    SELECT DISTINCT ltrim(said, '"'), [ltrim(said, '"')], NULL, NULL, starts_with(said, '"')
    FROM spans
    WHERE beyond = first + 1
        AND NOT EXISTS (FROM understood WHERE understood.first <= spans.first AND understood.beyond >= spans.beyond)
),
asked AS (
    SELECT
        word,
        is_quoted,
        regexp_matches(word, '[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]') AS is_glued,
        regexp_full_match(word, '[a-z]{5,}') AND NOT is_quoted AS may_slip,
        CASE
            WHEN is_quoted THEN []
            WHEN is_glued THEN list_transform(range(1, length(word)), lambda start: substr(word, start, 2))
            WHEN length(word) >= 5
                THEN list_transform(range(1, length(word)), lambda start: substr(' ' || word, start, 3))
            ELSE []
        END AS pieces
    FROM (SELECT DISTINCT unnest(parts) AS word, is_quoted FROM units)
),
named AS (
    SELECT
        internship_id,
        [title, organization, concat_ws(' ', array_to_string(cities, ' '), country_names), field_names] AS texts
    FROM openings
    LEFT JOIN (
        SELECT internship_id, string_agg(name, ' ' ORDER BY name) AS country_names
        FROM (SELECT internship_id, unnest(countries) AS iso2 FROM openings)
        JOIN countries USING (iso2)
        GROUP BY internship_id
    ) USING (internship_id)
    LEFT JOIN (
        SELECT internship_id, string_agg(name, ' ' ORDER BY name) AS field_names
        FROM (SELECT internship_id, unnest(fields) AS code FROM openings)
        JOIN fields_of_study USING (code)
        GROUP BY internship_id
    ) USING (internship_id)
),
tokens AS (
    SELECT DISTINCT internship_id, place, unnest(regexp_extract_all(folded(texts[place]), '[\p{L}\p{M}\p{N}+#]+')) AS token
    FROM named, (SELECT unnest([1, 2, 3, 4]) AS place)
),
vocabulary AS MATERIALIZED (SELECT DISTINCT token FROM tokens),
alike AS MATERIALIZED (
    SELECT word, is_quoted, token, may_slip, CASE
        WHEN CASE WHEN is_glued THEN contains(token, word) ELSE token = word END THEN 1.0
        WHEN length(word) >= 3 AND starts_with(token, word) THEN 0.8
        WHEN len(list_filter(pieces, lambda piece: contains(' ' || token, piece))) >= greatest(0.65 * len(pieces), 1) THEN 0.4
        WHEN may_slip AND abs(length(token) - length(word)) <= 1 AND regexp_full_match(token, '[a-z]+') AND damerau_levenshtein(token, word) = 1
            THEN 0.0
    END AS grade
    FROM asked, vocabulary
    WHERE grade IS NOT NULL
),
unwritten AS (
    -- Words that stand nowhere, not even as the beginning of one: they are taken for those that are one letter away.
    SELECT word FROM asked WHERE may_slip AND word NOT IN (SELECT word FROM alike WHERE grade >= 0.8)
),
graded AS (
    SELECT word, is_quoted, token, CASE WHEN grade = 0 THEN 0.4 ELSE grade END AS grade
    FROM alike
    WHERE grade > 0 OR word IN (FROM unwritten)
),
meant AS (
    SELECT said, parts, is_quoted, facet, facet_values, 1.0 AS facet_grade FROM units WHERE facet IS NOT NULL
    UNION ALL
    SELECT word, [word], false, 'country', list_sort(list_distinct(flatten(list(string_split(value, '|'))))), 0.4
    FROM unwritten
    JOIN search_terms ON facet = 'country' AND abs(length(term) - length(word)) <= 1
        AND regexp_full_match(term, '[a-z]{5,}') AND damerau_levenshtein(term, word) = 1
    WHERE word IN (SELECT said FROM units WHERE facet IS NULL)
    GROUP BY word
),
named_so AS (
    -- Organizations that have one of the names of the one that is meant.
    SELECT said, is_quoted, organization, facet_grade
    FROM meant
    JOIN (
        SELECT DISTINCT organization, ' ' || array_to_string(search_words(organization), ' ') || ' ' AS organization_words
        FROM openings
        WHERE EXISTS (FROM meant WHERE facet = 'organization')
    ) ON len(list_filter(facet_values, lambda name: contains(organization_words, ' ' || name || ' '))) > 0
    WHERE facet = 'organization'
),
written AS (
    -- Where the words of a text stand: a unit of several words is as good as the worst of them, and a term of several has each of
    -- them at least as the beginning of a word.
    SELECT internship_id, said, is_quoted, place, min(grade) AS grade
    FROM (
        SELECT internship_id, word, is_quoted, place, max(grade) AS grade
        FROM tokens JOIN graded USING (token)
        GROUP BY internship_id, word, is_quoted, place
        UNION ALL
        SELECT internship_id, word, is_quoted, 6, 1.0
        FROM openings, asked
        -- "US", "UN": in running text two letters are words of many languages.
        WHERE word NOT IN (SELECT said FROM units WHERE facet IS NOT NULL AND regexp_full_match(said, '[a-z]{1,2}')) AND CASE
            WHEN contains(description_text, word)
                THEN is_glued OR contains(' ' || regexp_replace(description_text, '[^\p{L}\p{M}\p{N}+#]+', ' ', 'g'), ' ' || word)
        END
    )
    JOIN (
        SELECT
            said, is_quoted, len(list_distinct(parts)) AS wanted, unnest(list_distinct(parts)) AS word,
            CASE WHEN len(parts) > 1 THEN 0.8 ELSE 0 END AS least_grade
        FROM units
    ) USING (word, is_quoted)
    WHERE grade >= least_grade
    GROUP BY internship_id, said, is_quoted, place, wanted
    HAVING count(*) = wanted
),
placed AS (
    SELECT internship_id, said, is_quoted, place, grade * [8, 5, 4, 3, 3, 1][place] AS points FROM written
    UNION ALL
    SELECT
        internship_id, said, is_quoted,
        CASE WHEN facet IN ('country', 'town') THEN 3 WHEN facet IN ('field', 'occupation') THEN 4 ELSE 5 END AS place,
        facet_grade * [8, 5, 4, 3, 3, 1][place]
    FROM openings, meant
    WHERE CASE facet
        WHEN 'country' THEN list_has_any(countries, facet_values)
        WHEN 'town' THEN list_has_any(cities, facet_values)
        WHEN 'field' THEN len(list_filter(fields, lambda code: len(list_filter(facet_values, lambda wanted: starts_with(code, wanted))) > 0)) > 0
        WHEN 'occupation' THEN list_contains(facet_values, occupation)
        WHEN 'pay_status' THEN list_contains(facet_values, pay_status)
        WHEN 'visa_support' THEN list_contains(facet_values, visa_support)
        WHEN 'work_mode' THEN list_contains(facet_values, work_mode)
        WHEN 'channel' THEN list_has_any(channels, facet_values)
    END
    UNION ALL
    SELECT internship_id, said, is_quoted, 2, facet_grade * 5 FROM openings JOIN named_so USING (organization)
),
hits AS (
    SELECT
        internship_id, said, is_quoted, max(points) AS best,
        ['title', 'organization', 'place', 'field', 'fact', 'description'][arg_max(place, points * 10 - place)] AS place
    FROM placed
    GROUP BY internship_id, said, is_quoted
),
rare AS (
    -- A word that no internship has tells nothing, so it lowers no score.
    SELECT said, is_quoted, ln(1 + (SELECT count(*) FROM openings) / count(*)) AS rarity
    FROM hits
    GROUP BY said, is_quoted
),
ranked AS (
    SELECT
        internship_id,
        count(*) = (SELECT count(*) FROM rare) AS has_all,
        round(sum(best * rarity) / (SELECT sum(8 * rarity) FROM rare), 3) AS score,
        list(said || ': ' || place ORDER BY said, is_quoted) AS found
    FROM hits
    JOIN rare USING (said, is_quoted)
    GROUP BY internship_id
)
SELECT ranked.score, ranked.found, internships.*
FROM ranked
JOIN internships USING (internship_id)
ORDER BY has_all DESC, score DESC, deadline NULLS LAST, internship_id;

COMMENT ON MACRO TABLE search IS 'open internships that have at least one of the words; those with all that any has first, then the best. What search_terms knows is understood: a country, a town, a field, an occupation, an organization by any of its names, pay, a visa, where the work is done, the channel by which it is found; in quotation marks words are taken as they stand. Each word, or term of several, counts where it stands best: title 8, organization (its name, or the one meant) 5, place (cities, English names of the countries, or the country or town meant) 4, field of study (English name, or the field or occupation meant) 3, fact (pay_status, visa_support, work_mode, channel meant) 3, description 1, but not a term of one or two Latin letters; whole, or anywhere in a script without spaces: all of it; as the beginning of a word: 0.8; a word with most of its pieces of three letters (two in such a script), or for a word of five letters that stands nowhere, a word or country one letter away, but not in the description, and not of a term of several words: 0.4. Rare words weigh more, words that none has nothing. score: 1 where every other word stands whole in the title; found: each word with its best place; then every column of internships. Case and accents do not matter. descriptions := false leaves descriptions out, which is faster';
