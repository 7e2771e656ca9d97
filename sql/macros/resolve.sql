-- Which internship does this id stand for now?
-- Example: SELECT resolve(old_id) AS internship_id, reason, night FROM redirects ORDER BY night DESC LIMIT 10;
CREATE OR REPLACE MACRO resolve(id) AS (
    -- The inner names are ones that no table has: an id given as a column would be taken for them.
    SELECT any_value(leads_to)
    FROM (
        SELECT old_id AS known_id, new_id AS leads_to FROM redirects
        UNION ALL
        SELECT internship_id, internship_id FROM internships
    )
    WHERE known_id = id
);

COMMENT ON MACRO resolve IS 'the internship that an id stands for now: itself, or the one it was merged into; null for an unknown id';
