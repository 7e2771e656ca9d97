-- In which month do the deadlines fall, by field of study?
-- A field stands on three levels in ISCED-F; its first two digits are the broad one.
SELECT fields_of_study.name AS field, strftime(deadline, '%Y-%m') AS month, count(DISTINCT internship_id) AS internships
FROM (SELECT internship_id, deadline, unnest(fields) AS detailed FROM open_internships)
JOIN fields_of_study ON fields_of_study.code = detailed[:2]
WHERE deadline < DATE '2027-01-01'
GROUP BY ALL
ORDER BY month, internships DESC, field;
