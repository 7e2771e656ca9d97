-- Who offers the most internships, and where?
-- Example: SELECT organization, open_internships, countries, next_deadline FROM by_organisation LIMIT 10;
CREATE OR REPLACE VIEW by_organisation AS
SELECT
    organization,
    count(*) AS open_internships,
    list_sort(list_distinct(flatten(list(countries)))) AS countries,
    list_sort(list_distinct(flatten(list(channels)))) AS channels,
    min(deadline) AS next_deadline,
    max(first_seen) AS newest
FROM internships
WHERE state = 'open'
GROUP BY organization
ORDER BY open_internships DESC, organization;

COMMENT ON VIEW by_organisation IS 'open internships by organization as named, most first; the row without a name has those that name none';
COMMENT ON COLUMN by_organisation.open_internships IS 'internships open on the newest night';
COMMENT ON COLUMN by_organisation.countries IS 'host countries of them, ISO 3166-1 alpha-2';
COMMENT ON COLUMN by_organisation.channels IS 'channels they are published through';
COMMENT ON COLUMN by_organisation.next_deadline IS 'the earliest deadline among them';
COMMENT ON COLUMN by_organisation.newest IS 'night the newest of them was first seen';
