-- What can I apply for now?
-- Example: SELECT title, organization, countries, deadline, best_url FROM open_internships ORDER BY first_seen DESC LIMIT 10;
CREATE OR REPLACE VIEW open_internships AS
SELECT *
FROM internships
WHERE state = 'open'
ORDER BY internship_id;

COMMENT ON VIEW open_internships IS 'internships that are open on the newest night, with every column of internships';
