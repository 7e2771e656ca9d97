-- Titles and names hold no e-mail address: it would be a person's, and persons are not what we collect.
-- Severity: warn
WITH shown AS (
    SELECT 'listings' AS stands_in, listing_id AS id, title, organization, organizer, host_organization FROM listings
    UNION ALL
    SELECT 'internships', internship_id, title, organization, organizer, host_organization FROM internships
)
SELECT stands_in, id, title, organization, organizer, host_organization
FROM shown
WHERE regexp_matches(
    concat_ws(' ', title, organization, organizer, host_organization),
    '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)*[.][A-Za-z]{2,}'
)
ORDER BY stands_in, id;
