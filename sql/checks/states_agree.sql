-- An internship is open while one of its listings is; closed when all of them are; else unverified.
WITH told AS (
    SELECT
        internship_id,
        CASE
            WHEN bool_or(state = 'open') THEN 'open'
            WHEN bool_or(state = 'unverified') THEN 'unverified'
            ELSE 'closed'
        END AS state
    FROM listings
    GROUP BY internship_id
)
SELECT internships.internship_id, internships.state, told.state AS state_of_listings
FROM internships
JOIN told USING (internship_id)
WHERE internships.state <> told.state
ORDER BY internships.internship_id;
