-- Changes tell what the history shows: added with a first version, closed and reopened where the state turns, and something for every later version.
WITH versions AS (
    SELECT
        internship_id,
        valid_from AS night,
        state,
        lag(state) OVER (PARTITION BY internship_id ORDER BY valid_from) AS state_before
    FROM internship_history
),
told AS (
    SELECT
        night,
        internship_id,
        bool_or(change IN ('added', 'split')) AS added,
        bool_or(change = 'closed') AS closed,
        bool_or(change = 'reopened') AS reopened,
        bool_and(change = 'merged') AS only_merged
    FROM changes
    GROUP BY night, internship_id
)
SELECT
    internship_id,
    night,
    CASE
        WHEN told.internship_id IS NULL THEN 'a version that no change tells of'
        WHEN versions.internship_id IS NULL THEN 'a change without a version'
        WHEN state_before IS NULL AND NOT added THEN 'a first version that is not told as added'
        WHEN state_before IS NULL THEN 'a first version told as closed or reopened'
        WHEN closed <> (state = 'closed' AND state_before <> 'closed') THEN 'closed is told wrongly'
        ELSE 'reopened is told wrongly'
    END AS problem
FROM versions
FULL JOIN told USING (internship_id, night)
WHERE told.internship_id IS NULL
    OR (versions.internship_id IS NULL AND NOT only_merged)
    OR (versions.internship_id IS NOT NULL AND state_before IS NULL AND (NOT added OR closed OR reopened))
    OR (state_before IS NOT NULL AND closed <> (state = 'closed' AND state_before <> 'closed'))
    OR (state_before IS NOT NULL AND reopened <> (state <> 'closed' AND state_before = 'closed'))
ORDER BY internship_id, night;
