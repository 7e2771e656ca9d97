-- An id that was merged away is in use no longer, and leads to an internship that exists.
SELECT old_id, new_id
FROM redirects
LEFT JOIN internships AS target ON target.internship_id = new_id
WHERE target.internship_id IS NULL OR old_id IN (SELECT internship_id FROM internships)
ORDER BY old_id;
