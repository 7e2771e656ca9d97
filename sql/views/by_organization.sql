-- Who offers the most internships, and where (American spelling)?
-- Example: SELECT organization, open_internships, countries, next_deadline FROM by_organization LIMIT 10;
CREATE OR REPLACE VIEW by_organization AS
FROM by_organisation;

COMMENT ON VIEW by_organization IS 'the same as by_organisation, spelled as the column is';
COMMENT ON COLUMN by_organization.open_internships IS 'internships open on the newest night';
COMMENT ON COLUMN by_organization.countries IS 'host countries of them, ISO 3166-1 alpha-2';
COMMENT ON COLUMN by_organization.channels IS 'channels they are published through';
COMMENT ON COLUMN by_organization.next_deadline IS 'the earliest deadline among them';
COMMENT ON COLUMN by_organization.newest IS 'night the newest of them was first seen';
