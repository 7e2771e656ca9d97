-- May somebody of this nationality apply?
-- Example: SELECT title, open_to(internship_id, 'IN') AS for_indians FROM open_internships LIMIT 10;
CREATE OR REPLACE MACRO open_to(id, nationality) AS (
    SELECT able_to_apply(asked.nationality_rule, asked.nationalities, country_code(nationality))
    FROM internships AS asked
    WHERE asked.internship_id = id
);

COMMENT ON MACRO open_to IS 'whether the posting of an internship admits a nationality (a code or an English name, as in country_code): yes, no, not stated; null for an unknown internship. It says nothing about residence or visas';
