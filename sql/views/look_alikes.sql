-- Which internships look alike and are held to be two?
-- Example: SELECT title, organization, differs FROM look_alikes LIMIT 10;
CREATE OR REPLACE VIEW look_alikes AS
WITH alike AS (
    SELECT
        internship_id, title, organization, cities, countries, season, deadline, starts_on, best_url,
        lower(trim(regexp_replace(title, '[^\pL\pN]+', ' ', 'g'))) AS title_words,
        lower(organization) AS name
    FROM internships
    WHERE state <> 'closed' AND organization IS NOT NULL
)
SELECT
    one.internship_id,
    other.internship_id AS other_id,
    one.title,
    one.organization,
    list_filter(
        [
            CASE WHEN one.countries <> other.countries OR one.cities <> other.cities THEN 'place' END,
            CASE WHEN one.season <> other.season THEN 'season' END,
            CASE WHEN one.deadline <> other.deadline THEN 'deadline' END,
            CASE WHEN one.starts_on <> other.starts_on THEN 'start' END
        ],
        lambda fact: fact IS NOT NULL
    ) AS differs,
    one.best_url,
    other.best_url AS other_url
FROM alike AS one
JOIN alike AS other USING (title_words, name)
WHERE one.internship_id < other.internship_id
ORDER BY one.organization, one.title, one.internship_id, other.internship_id;

COMMENT ON VIEW look_alikes IS 'pairs of internships of one organization with the same title that are held to be two';
COMMENT ON COLUMN look_alikes.other_id IS 'the other internship';
COMMENT ON COLUMN look_alikes.differs IS 'stated facts in which the two differ: place, season, deadline, start; empty where only their ids or texts tell them apart';
COMMENT ON COLUMN look_alikes.other_url IS 'address of the other internship';
