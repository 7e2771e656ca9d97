-- Does a rule about nationalities admit this one?
-- Example: SELECT title, able_to_apply(nationality_rule, nationalities, 'IN') AS for_indians FROM as_of('2025-09-12') LIMIT 10;
CREATE OR REPLACE MACRO able_to_apply(rule, named, nationality) AS CASE
    WHEN rule = 'any' THEN 'yes'
    WHEN rule = 'only' AND len(named) > 0
        THEN CASE WHEN list_contains(named, upper(nationality)) THEN 'yes' ELSE 'no' END
    WHEN rule = 'excluded' AND len(named) > 0
        THEN CASE WHEN list_contains(named, upper(nationality)) THEN 'no' ELSE 'yes' END
    ELSE 'not stated'
END;

COMMENT ON MACRO able_to_apply IS 'whether a nationality_rule and its nationalities admit a nationality (ISO 3166-1 alpha-2): yes, no, not stated; for any table that has the two columns';
