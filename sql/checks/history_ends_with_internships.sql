-- The open version of the history is what internships says, column by column.
WITH newest AS (
    SELECT * EXCLUDE (valid_from, valid_to) FROM internship_history WHERE valid_to IS NULL
),
held AS (
    SELECT * EXCLUDE (last_seen, provenance) FROM internships
)
SELECT held.internship_id, held.title, newest.title AS title_in_history
FROM held
JOIN newest ON newest.internship_id = held.internship_id
WHERE newest IS DISTINCT FROM held
ORDER BY held.internship_id;
