-- Where are internships found, and through which channel? What is missing?
-- Example: SELECT country_name, channel, open_internships FROM coverage ORDER BY open_internships DESC LIMIT 20;
CREATE OR REPLACE VIEW coverage AS
WITH placed AS (
    SELECT
        internship_id,
        channels,
        unnest(CASE WHEN len(countries) > 0 THEN list_distinct(countries) ELSE [NULL] END) AS country
    FROM internships
    WHERE state = 'open'
),
found AS (
    SELECT internship_id, country, unnest(list_distinct(channels)) AS channel FROM placed
)
SELECT
    found.country,
    named.name AS country_name,
    found.channel,
    count(*) AS open_internships
FROM found
LEFT JOIN countries AS named ON named.iso2 = found.country
GROUP BY ALL
ORDER BY found.country, found.channel;

COMMENT ON VIEW coverage IS 'open internships by host country and channel; one in two countries or found through two channels counts in each';
COMMENT ON COLUMN coverage.country IS 'host country, ISO 3166-1 alpha-2; null where none is stated';
COMMENT ON COLUMN coverage.country_name IS 'its English name';
COMMENT ON COLUMN coverage.open_internships IS 'internships open on the newest night';
