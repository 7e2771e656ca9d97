-- When do the editions of a returning internship open and close each year?
-- Example: SELECT title, organization, year, opened_on, deadline, starts_on FROM programme_calendar WHERE editions > 1 ORDER BY programme_id, year;
-- Example: SELECT title, organization, median(dayofyear(opened_on)) AS usual_day FROM programme_calendar WHERE editions > 1 GROUP BY ALL ORDER BY usual_day, title;
CREATE OR REPLACE VIEW programme_calendar AS
WITH editions AS (
    SELECT *, least(posted_on, first_seen) AS opened, year(coalesce(starts_on, deadline, opened)) AS edition
    FROM internships
)
SELECT
    programme_id,
    edition AS year,
    count(*) OVER (PARTITION BY programme_id) AS editions,
    arg_max(title, internship_id) AS title,
    arg_max(organization, internship_id) AS organization,
    count(*) AS internships,
    count(*) FILTER (state = 'open') AS open_internships,
    min(opened) AS opened_on,
    max(deadline) AS deadline,
    max(closed_on) AS closed_on,
    min(starts_on) AS starts_on,
    list_sort(list_distinct(flatten(list(countries)))) AS countries
FROM editions
GROUP BY programme_id, edition
ORDER BY programme_id, edition;

COMMENT ON VIEW programme_calendar IS 'one row per programme and year: when that edition opened and closed; an internship that has not returned yet is a programme with one edition';
COMMENT ON COLUMN programme_calendar.editions IS 'years in which the programme has an edition; a recurring one has several';
COMMENT ON COLUMN programme_calendar.year IS 'year of the edition: of its start, else of its deadline, else of its opening';
COMMENT ON COLUMN programme_calendar.internships IS 'internships of that edition';
COMMENT ON COLUMN programme_calendar.open_internships IS 'those open on the newest night';
COMMENT ON COLUMN programme_calendar.opened_on IS 'earliest day on which one of them was posted, else first seen';
COMMENT ON COLUMN programme_calendar.deadline IS 'latest deadline among them';
COMMENT ON COLUMN programme_calendar.closed_on IS 'latest night on which one of them was closed; null if none was';
COMMENT ON COLUMN programme_calendar.starts_on IS 'earliest first day among them';
COMMENT ON COLUMN programme_calendar.countries IS 'host countries of them, ISO 3166-1 alpha-2';
