-- Every internship has exactly one open version in its history; an id that was merged away has none.
WITH versions AS (
    SELECT internship_id, count(*) FILTER (valid_to IS NULL) AS open_versions FROM internship_history GROUP BY internship_id
)
SELECT internship_id, coalesce(open_versions, 0) AS open_versions, internships.internship_id IS NOT NULL AS exists_now
FROM internships
FULL JOIN versions USING (internship_id)
WHERE coalesce(open_versions, 0) <> CASE WHEN internships.internship_id IS NULL THEN 0 ELSE 1 END
ORDER BY internship_id;
