-- First seen, last seen and closed come in that order, and none after the newest night.
WITH held AS (
    SELECT 'listing' AS what, listing_id AS id, first_seen, last_seen, closed_on FROM listings
    UNION ALL
    SELECT 'internship', internship_id, first_seen, last_seen, closed_on FROM internships
)
SELECT held.*, about.night
FROM held, about
WHERE last_seen < first_seen OR closed_on < first_seen OR last_seen > about.night OR closed_on > about.night
ORDER BY what, id;
