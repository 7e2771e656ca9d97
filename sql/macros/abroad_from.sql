-- I live in this country: which open internships are abroad for me, and may I apply?
-- Example: SELECT title, organization, countries_abroad, open_to, best_url FROM abroad_from('IN') WHERE open_to <> 'no';
-- Example: SELECT count(*) AS internships FROM abroad_from('DE', nationality := 'BR') WHERE open_to = 'yes';
CREATE OR REPLACE MACRO abroad_from(country, nationality := NULL) AS TABLE
WITH asked AS (
    SELECT country_code(country) AS home, country_code(coalesce(nationality, country)) AS passport
)
SELECT
    list_filter(countries, lambda host: host <> home) AS countries_abroad,
    able_to_apply(nationality_rule, nationalities, passport) AS open_to,
    CASE
        WHEN coalesce(len(residence_countries), 0) = 0 THEN 'not stated'
        WHEN list_contains(residence_countries, home) THEN 'yes'
        ELSE 'no'
    END AS open_to_residents,
    internships.*
FROM internships, asked
WHERE state = 'open' AND len(list_filter(countries, lambda host: host <> home)) > 0
ORDER BY internship_id;

COMMENT ON MACRO TABLE abroad_from IS 'open internships with a host country other than the country of residence (a code or an English name, as in country_code); countries_abroad: those hosts; open_to: whether the nationality may apply (yes, no, not stated; without a nationality that of the country); open_to_residents: whether residents of the country may; then every column of internships. Internships without a stated country are not among them';
