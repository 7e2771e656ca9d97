-- What is new since the night before?
-- Example: SELECT title, organization, countries, channels, best_url FROM new_tonight;
CREATE OR REPLACE VIEW new_tonight AS
SELECT internships.*
FROM internships, about
WHERE state = 'open' AND first_seen = about.night
ORDER BY internship_id;

COMMENT ON VIEW new_tonight IS 'open internships first seen on the newest night, with every column of internships';
