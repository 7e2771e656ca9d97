-- Which open internships of this country pay at least what is usual there?
-- Example: SELECT title, organization, pay_month_ppp, usual_ppp, times_usual, usual_from FROM paid_enough('PT');
CREATE OR REPLACE MACRO paid_enough(country) AS TABLE
WITH asked AS (
    SELECT country_code(country) AS host
),
stated AS (
    SELECT pay_month_ppp AS pay, coalesce(list_contains(countries, host), false) AS is_here
    FROM internships, asked
    WHERE pay_month_ppp > 0
),
counted AS (
    SELECT
        count(*) FILTER (is_here) AS here,
        count(*) AS everywhere,
        median(pay) FILTER (is_here) AS usual_here,
        median(pay) AS usual_everywhere
    FROM stated
),
yardstick AS (
    SELECT
        CASE WHEN here >= 5 THEN usual_here ELSE usual_everywhere END AS usual_ppp,
        CASE WHEN here >= 5 THEN 'country' ELSE 'all countries' END AS usual_from,
        CASE WHEN here >= 5 THEN here ELSE everywhere END AS usual_of
    FROM counted
)
SELECT
    round(usual_ppp, 2) AS usual_ppp,
    usual_from,
    usual_of,
    round(pay_month_ppp / usual_ppp, 2) AS times_usual,
    internships.*
FROM internships, yardstick, asked
WHERE state = 'open' AND list_contains(countries, host) AND pay_month_ppp >= yardstick.usual_ppp
ORDER BY pay_month_ppp DESC, internship_id;

COMMENT ON MACRO TABLE paid_enough IS 'open internships of a host country (a code or an English name, as in country_code) whose least pay a month, in international dollars, is at least the usual one. The yardstick comes from the warehouse itself, not from a law or a cost of living: usual_ppp is the median of what the internships of that country state, closed ones included; where fewer than 5 state it, of all countries (usual_from says which, usual_of how many). times_usual: the pay in medians; then every column of internships. What states no sum is not among them';
