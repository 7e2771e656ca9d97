-- Which languages does each internship ask for, one per row?
-- Example: SELECT language_name, count(*) AS internships FROM internship_languages WHERE state = 'open' AND is_required GROUP BY ALL ORDER BY internships DESC, language_name LIMIT 10;
CREATE OR REPLACE VIEW internship_languages AS
SELECT internship_id, state, language, languages.name AS language_name, is_required
FROM (
    SELECT internship_id, state, unnest(languages_required) AS language, true AS is_required FROM internships
    UNION ALL
    SELECT internship_id, state, unnest(languages_preferred) AS language, false AS is_required FROM internships
)
LEFT JOIN languages ON iso1 = language
ORDER BY internship_id, language, is_required DESC;

COMMENT ON VIEW internship_languages IS 'languages that internships require or prefer, one per row, to join and group by; an internship without one has no row';
COMMENT ON COLUMN internship_languages.language IS 'ISO 639-1 code';
COMMENT ON COLUMN internship_languages.language_name IS 'its English name';
COMMENT ON COLUMN internship_languages.is_required IS 'true if required, false if preferred';
