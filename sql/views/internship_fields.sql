-- Which fields of study does each internship have, one per row?
-- Example: SELECT field_name, count(*) AS internships FROM internship_fields WHERE state = 'open' GROUP BY ALL ORDER BY internships DESC, field_name LIMIT 10;
CREATE OR REPLACE VIEW internship_fields AS
SELECT internship_id, state, field, fields_of_study.name AS field_name
FROM (SELECT internship_id, state, unnest(fields) AS field FROM internships)
LEFT JOIN fields_of_study ON code = field
ORDER BY internship_id, field;

COMMENT ON VIEW internship_fields IS 'fields of study of internships, one per row, to join and group by; an internship without one has no row';
COMMENT ON COLUMN internship_fields.field IS 'ISCED-F 2013 code';
COMMENT ON COLUMN internship_fields.field_name IS 'its English name';
