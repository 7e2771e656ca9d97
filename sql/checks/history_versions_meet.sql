-- Versions of an internship follow each other without overlap or gap: one ends on the night the next begins.
WITH versions AS (
    SELECT
        internship_id,
        valid_from,
        valid_to,
        lead(valid_from) OVER (PARTITION BY internship_id ORDER BY valid_from) AS next_from
    FROM internship_history
)
SELECT *
FROM versions
WHERE valid_to <= valid_from OR (next_from IS NOT NULL AND valid_to IS DISTINCT FROM next_from)
ORDER BY internship_id, valid_from;
