-- No least is above its greatest.
-- Severity: warn
WITH held AS (
    SELECT 'listings' AS stands_in, listing_id AS id, weeks_min, weeks_max, pay_min, pay_max, age_min, age_max, starts_on, ends_on
    FROM listings
    UNION ALL
    SELECT 'internships', internship_id, weeks_min, weeks_max, pay_min, pay_max, age_min, age_max, starts_on, ends_on
    FROM internships
)
SELECT *
FROM held
WHERE weeks_min > weeks_max OR pay_min > pay_max OR age_min > age_max OR starts_on > ends_on
ORDER BY stands_in, id;
