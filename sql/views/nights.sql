-- How many internships were open after each night, and what came and went?
-- Example: SELECT night, open, added, reopened, closed, unverified FROM nights ORDER BY night DESC LIMIT 14;
CREATE OR REPLACE VIEW nights AS
WITH run AS (
    SELECT night FROM source_runs UNION SELECT night FROM about UNION SELECT valid_from FROM internship_history
),
versions AS (
    SELECT
        internship_id,
        valid_from,
        valid_to,
        state,
        CASE WHEN lag(valid_to) OVER life = valid_from THEN lag(state) OVER life END AS state_before,
        lead(valid_from) OVER life IS NOT DISTINCT FROM valid_to AS goes_on
    FROM internship_history
    WINDOW life AS (PARTITION BY internship_id ORDER BY valid_from)
),
began AS (
    SELECT
        valid_from AS night,
        count(*) FILTER (state = 'open' AND state_before IS NULL) AS added,
        count(*) FILTER (state = 'open' AND state_before <> 'open') AS reopened,
        count(*) FILTER (state = 'closed' AND state_before = 'open') AS closed,
        count(*) FILTER (state = 'unverified' AND state_before = 'open') AS unverified
    FROM versions GROUP BY valid_from
),
ended AS (
    SELECT valid_to AS night, count(*) AS merged FROM versions
    WHERE state = 'open' AND valid_to IS NOT NULL AND NOT goes_on GROUP BY valid_to
),
standing AS (
    SELECT night, count(*) AS open
    FROM run JOIN internship_history ON valid_from <= night AND (valid_to IS NULL OR valid_to > night)
    WHERE state = 'open' GROUP BY night
)
SELECT
    night,
    coalesce(open, 0) AS open,
    coalesce(added, 0) AS added,
    coalesce(reopened, 0) AS reopened,
    coalesce(closed, 0) + coalesce(merged, 0) AS closed,
    coalesce(unverified, 0) AS unverified,
    coalesce(merged, 0) AS merged
FROM run
LEFT JOIN standing USING (night)
LEFT JOIN began USING (night)
LEFT JOIN ended USING (night)
ORDER BY night;

COMMENT ON VIEW nights IS 'one row per night; open = open of the night before + added + reopened - closed - unverified, for every night, because all of it is counted from internship_history';
COMMENT ON COLUMN nights.open IS 'internships open at the end of the night';
COMMENT ON COLUMN nights.added IS 'open internships that were not in the warehouse the night before, including those split off from another';
COMMENT ON COLUMN nights.reopened IS 'open internships that were closed or unverified the night before';
COMMENT ON COLUMN nights.closed IS 'internships open the night before that were closed, or merged into another';
COMMENT ON COLUMN nights.unverified IS 'internships open the night before that became unverified';
COMMENT ON COLUMN nights.merged IS 'those of closed that were merged into another internship, which goes on';
