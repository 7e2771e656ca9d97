-- Which host countries does each internship have, one per row?
-- Example: SELECT country_name, count(*) AS internships FROM internship_countries WHERE state = 'open' GROUP BY ALL ORDER BY internships DESC, country_name LIMIT 10;
CREATE OR REPLACE VIEW internship_countries AS
SELECT internship_id, state, country, countries.name AS country_name
FROM (SELECT internship_id, state, unnest(countries) AS country FROM internships)
LEFT JOIN countries ON iso2 = country
ORDER BY internship_id, country;

COMMENT ON VIEW internship_countries IS 'host countries of internships, one per row, to join and group by; an internship without one has no row';
COMMENT ON COLUMN internship_countries.country IS 'host country, ISO 3166-1 alpha-2';
COMMENT ON COLUMN internship_countries.country_name IS 'its English name';
