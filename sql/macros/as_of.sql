-- What did the internships look like on an earlier night?
-- Example: SELECT state, count(*) AS internships FROM as_of('2025-09-12') GROUP BY state ORDER BY state;
CREATE OR REPLACE MACRO as_of(night) AS TABLE
SELECT *
FROM internship_history
WHERE valid_from <= night::DATE AND (valid_to IS NULL OR valid_to > night::DATE)
ORDER BY internship_id;

COMMENT ON MACRO TABLE as_of IS 'every internship as of a night (a date, or its text), closed ones included: the version of internship_history that was valid then';
