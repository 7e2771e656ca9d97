-- What is closed has its night and its reason; what is not has neither.
WITH held AS (
    SELECT 'listing' AS what, listing_id AS id, state, closed_on, closed_reason FROM listings
    UNION ALL
    SELECT 'internship', internship_id, state, closed_on, closed_reason FROM internships
)
SELECT *
FROM held
WHERE (state = 'closed') <> (closed_on IS NOT NULL) OR (state = 'closed') <> (closed_reason IS NOT NULL)
ORDER BY what, id;
