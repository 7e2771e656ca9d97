-- How many internships does each country have open, and how many of them state pay?
-- Example: SELECT country_name, open_internships, paid, pay_not_stated FROM by_country LIMIT 10;
CREATE OR REPLACE VIEW by_country AS
WITH placed AS (
    SELECT
        internships.*,
        first_seen = about.night AS is_new,
        unnest(CASE WHEN len(countries) > 0 THEN list_distinct(countries) ELSE [NULL] END) AS country
    FROM internships, about
    WHERE state = 'open'
)
SELECT
    placed.country,
    named.name AS country_name,
    count(*) AS open_internships,
    count(DISTINCT placed.organization) AS organizations,
    count(*) FILTER (placed.is_new) AS new_internships,
    count(*) FILTER (placed.pay_status IN ('paid', 'allowance')) AS paid,
    count(*) FILTER (placed.pay_status IS NULL) AS pay_not_stated,
    min(placed.deadline) AS next_deadline
FROM placed
LEFT JOIN countries AS named ON named.iso2 = placed.country
GROUP BY ALL
ORDER BY open_internships DESC, placed.country;

COMMENT ON VIEW by_country IS 'open internships by host country, most first; one in two countries counts in each';
COMMENT ON COLUMN by_country.country IS 'host country, ISO 3166-1 alpha-2; null if none is stated';
COMMENT ON COLUMN by_country.country_name IS 'its English name';
COMMENT ON COLUMN by_country.open_internships IS 'internships open on the newest night';
COMMENT ON COLUMN by_country.organizations IS 'different organizations among them';
COMMENT ON COLUMN by_country.new_internships IS 'those first seen on the newest night';
COMMENT ON COLUMN by_country.paid IS 'those that state pay or an allowance';
COMMENT ON COLUMN by_country.pay_not_stated IS 'those that say nothing about pay';
COMMENT ON COLUMN by_country.next_deadline IS 'the earliest deadline among them';
