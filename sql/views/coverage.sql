-- Which countries, fields and channels are covered? What is missing?
-- Example: SELECT country_name, channel, sum(open_internships) AS open_internships FROM coverage WHERE field = '06' GROUP BY ALL ORDER BY ALL;
CREATE OR REPLACE VIEW coverage AS
WITH placed AS (
    SELECT
        internship_id,
        unnest(CASE WHEN len(countries) > 0 THEN list_distinct(countries) ELSE [NULL] END) AS country,
        list_distinct(list_transform(fields, lambda code: code[:2])) AS broad,
        channels
    FROM internships
    WHERE state = 'open'
),
studied AS (
    SELECT internship_id, country, unnest(CASE WHEN len(broad) > 0 THEN broad ELSE [NULL] END) AS field, channels
    FROM placed
),
found AS (
    SELECT internship_id, country, field, unnest(list_distinct(channels)) AS channel FROM studied
)
SELECT
    found.country,
    named.name AS country_name,
    found.field,
    fields_of_study.name AS field_name,
    found.channel,
    count(*) AS open_internships
FROM found
LEFT JOIN countries AS named ON named.iso2 = found.country
LEFT JOIN fields_of_study ON fields_of_study.code = found.field
GROUP BY ALL
ORDER BY found.country, found.field, found.channel;

COMMENT ON VIEW coverage IS 'open internships by host country, broad field of study and channel; one in two countries, fields or channels counts in each';
COMMENT ON COLUMN coverage.country IS 'host country, ISO 3166-1 alpha-2; null if none is stated';
COMMENT ON COLUMN coverage.country_name IS 'its English name';
COMMENT ON COLUMN coverage.field IS 'broad field of study, ISCED-F 2013 code of two digits; null if none is stated';
COMMENT ON COLUMN coverage.field_name IS 'its English name';
COMMENT ON COLUMN coverage.open_internships IS 'internships open on the newest night';
