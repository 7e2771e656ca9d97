-- Which deadlines fall within the next two weeks?
-- Example: SELECT days_left, title, organization, countries, best_url FROM closing_soon;
CREATE OR REPLACE VIEW closing_soon AS
SELECT
    deadline,
    date_diff('day', about.night, deadline) AS days_left,
    internship_id,
    title,
    organization,
    countries,
    cities,
    deadline_at,
    deadline_zone,
    best_url
FROM internships, about
WHERE state = 'open' AND deadline BETWEEN about.night AND about.night + 14
ORDER BY deadline, internship_id;

COMMENT ON VIEW closing_soon IS 'open internships whose deadline is the newest night or one of the 14 days after it, soonest first';
COMMENT ON COLUMN closing_soon.days_left IS 'days from the newest night to the deadline; 0 is the last day';
