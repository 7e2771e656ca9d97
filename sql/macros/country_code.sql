-- Which country is this?
-- Example: SELECT country_code('India') AS code, country_code('ind') = country_code('IN') AS is_the_same;
CREATE OR REPLACE MACRO country_code(said) AS (
    -- The inner names are ones that no other table has: a country given as a column would be taken for them.
    SELECT CASE WHEN count(*) > 0 OR said IS NULL THEN any_value(known_code)
        ELSE error('no country ' || said || '; write it as in the table countries, such as IN, IND or India') END
    FROM (SELECT iso2 AS known_code, iso3 AS known_iso3, upper(name) AS known_name FROM countries)
    WHERE upper(said) IN (known_code, known_iso3, known_name)
);

COMMENT ON MACRO country_code IS 'the ISO 3166-1 alpha-2 code of a country given by alpha-2 code, alpha-3 code or English name; null for null; an unknown country is an error, so that a typo does not look like an empty result';
