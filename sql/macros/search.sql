-- Which open internships mention these words, in any language, best first?
-- Example: SELECT score, found, title, organization, best_url FROM search('marine biology portugal') LIMIT 10;
-- Example: SELECT score, title FROM search('인턴 디자인') LIMIT 10;
CREATE OR REPLACE MACRO search(words, descriptions := true) AS TABLE
WITH asked AS (
    -- Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese write or glue words without spaces.
    SELECT
        word,
        regexp_matches(word, '[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]') AS is_glued,
        CASE
            WHEN is_glued THEN list_transform(range(1, length(word)), lambda start: substr(word, start, 2))
            WHEN length(word) >= 5
                THEN list_transform(range(1, length(word)), lambda start: substr(' ' || word, start, 3))
            ELSE []
        END AS pieces
    FROM (
        SELECT DISTINCT unnest(
            regexp_extract_all(
                regexp_replace(
                    folded(words),
                    '([\p{Han}\p{Hiragana}\p{Katakana}ー\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+)', ' \1 ', 'g'
                ),
                '[\p{L}\p{M}\p{N}+#]+'
            )
        ) AS word
    )
),
named AS (
    SELECT
        internship_id,
        CASE WHEN descriptions THEN folded(description) END AS description_text,
        [title, coalesce(organization, host_organization, organizer), concat_ws(' ', array_to_string(cities, ' '), country_names), field_names] AS given
    FROM internships
    LEFT JOIN (
        SELECT internship_id, string_agg(name, ' ' ORDER BY name) AS country_names
        FROM (SELECT internship_id, unnest(countries) AS iso2 FROM internships)
        JOIN countries USING (iso2)
        GROUP BY internship_id
    ) USING (internship_id)
    LEFT JOIN (
        SELECT internship_id, string_agg(name, ' ' ORDER BY name) AS field_names
        FROM (SELECT internship_id, unnest(fields) AS code FROM internships)
        JOIN fields_of_study USING (code)
        GROUP BY internship_id
    ) USING (internship_id)
    WHERE state = 'open'
),
texts AS (
    SELECT
        internship_id,
        description_text,
        list_transform(
            given,
            lambda said: ' ' || trim(regexp_replace(folded(said), '[^\p{L}\p{M}\p{N}+#]+', ' ', 'g')) || ' '
        ) AS spaced
    FROM named
),
graded AS (
    SELECT
        internship_id,
        word,
        list_transform(spaced, lambda said: CASE
            WHEN contains(said, CASE WHEN is_glued THEN word ELSE ' ' || word || ' ' END) THEN 1.0
            WHEN length(word) >= 3 AND contains(said, ' ' || word) THEN 0.8
            WHEN len(list_filter(pieces, lambda piece: contains(said, piece))) >= greatest(0.65 * len(pieces), 1) THEN 0.4
        END) AS grades,
        CASE WHEN contains(description_text, word) THEN
            CASE
                WHEN is_glued THEN 1.0
                WHEN regexp_matches(description_text, '(^|[^\p{L}\p{M}\p{N}])\Q' || word || '\E') THEN 1.0
            END
        END AS described
    FROM texts, asked
),
placed AS (
    SELECT
        internship_id,
        word,
        ['title', 'organization', 'place', 'field', 'description'] AS names,
        list_transform(
            list_zip(list_append(grades, described), [8, 5, 4, 3, 1]),
            lambda pair: coalesce(pair[1], 0) * pair[2]
        ) AS points
    FROM graded
),
hits AS (
    SELECT internship_id, word, list_max(points) AS best, names[list_position(points, list_max(points))] AS place
    FROM placed
    WHERE list_max(points) > 0
),
rare AS (
    -- A word that no internship has tells nothing, so it lowers no score.
    SELECT word, ln(1 + (SELECT count(*) FROM internships WHERE state = 'open') / count(*)) AS rarity
    FROM hits
    GROUP BY word
),
ranked AS (
    SELECT
        internship_id,
        round(sum(best * rarity) / (SELECT sum(8 * rarity) FROM rare), 3) AS score,
        list(word || ': ' || place ORDER BY word) AS found
    FROM hits
    JOIN rare USING (word)
    GROUP BY internship_id
)
SELECT ranked.score, ranked.found, internships.*
FROM ranked
JOIN internships USING (internship_id)
ORDER BY score DESC, deadline NULLS LAST, internship_id;

COMMENT ON MACRO TABLE search IS 'open internships that have at least one of the words, the best first. Each word counts where it stands best: title 8, organization 5, place (cities, English names of the countries) 4, field of study (English name) 3, description 1; whole, or anywhere in a script without spaces: all of it; as the beginning of a word: 0.8; where most of its pieces of three letters (two in such a script) stand, but not in the description: 0.4. Rare words weigh more, words that none has nothing. score: 1 where every other word stands whole in the title; found: each word with its best place; then every column of internships. Case and accents do not matter. descriptions := false leaves descriptions out, which is faster';
