-- How many internships does each field of study have open, and how many of them state pay?
-- Example: SELECT field_name, open_internships, paid, countries FROM by_field WHERE level = 'broad' ORDER BY open_internships DESC, field;
CREATE OR REPLACE VIEW by_field AS
WITH meant AS (
    SELECT
        internships.*,
        first_seen = about.night AS is_new,
        unnest(CASE WHEN len(fields) > 0 THEN fields ELSE [NULL] END) AS code
    FROM internships, about
    WHERE state = 'open'
),
studied AS (
    -- What is of a detailed field is of its narrow and its broad one as well.
    SELECT DISTINCT ON (internship_id, field) *
    FROM (SELECT *, unnest(CASE WHEN code IS NULL THEN [NULL] ELSE [code[:2], code[:3], code] END) AS field FROM meant)
)
SELECT
    field,
    named.name AS field_name,
    CASE length(field) WHEN 2 THEN 'broad' WHEN 3 THEN 'narrow' WHEN 4 THEN 'detailed' END AS level,
    count(*) AS open_internships,
    count(DISTINCT organization) AS organizations,
    count(*) FILTER (is_new) AS new_internships,
    count(*) FILTER (pay_status IN ('paid', 'allowance')) AS paid,
    count(*) FILTER (pay_status IS NULL) AS pay_not_stated,
    list_sort(list_distinct(flatten(list(countries)))) AS countries,
    min(deadline) AS next_deadline
FROM studied
LEFT JOIN fields_of_study AS named ON named.code = field
GROUP BY ALL
ORDER BY field;

COMMENT ON VIEW by_field IS 'open internships by field of study, on each of the three levels of ISCED-F 2013; one in two fields counts in each, one in a detailed field in its narrow and broad field as well';
COMMENT ON COLUMN by_field.field IS 'ISCED-F 2013 code; null if no field is stated';
COMMENT ON COLUMN by_field.field_name IS 'its English name';
COMMENT ON COLUMN by_field.level IS 'broad (two digits), narrow (three), detailed (four)';
COMMENT ON COLUMN by_field.open_internships IS 'internships open on the newest night';
COMMENT ON COLUMN by_field.organizations IS 'different organizations among them';
COMMENT ON COLUMN by_field.new_internships IS 'those first seen on the newest night';
COMMENT ON COLUMN by_field.paid IS 'those that state pay or an allowance';
COMMENT ON COLUMN by_field.pay_not_stated IS 'those that say nothing about pay';
COMMENT ON COLUMN by_field.countries IS 'host countries of them, ISO 3166-1 alpha-2';
COMMENT ON COLUMN by_field.next_deadline IS 'the earliest deadline among them';
