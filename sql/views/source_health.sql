-- How healthy is each source, and which ones need a person?
-- Example: SELECT source_id, outcome, evidence, nights_since_healthy, why FROM source_health WHERE needs_person;
CREATE OR REPLACE VIEW source_health AS
WITH asked AS (
    SELECT * FROM source_runs WHERE outcome NOT IN ('not_due', 'not_recorded')
),
newest AS (
    SELECT * FROM asked QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY night DESC) = 1
),
healthy AS (
    SELECT source_id, max(night) AS last_healthy FROM asked WHERE complete GROUP BY source_id
),
ill AS (
    SELECT source_id, count(*) AS ill_runs
    FROM asked
    LEFT JOIN healthy USING (source_id)
    WHERE last_healthy IS NULL OR night > last_healthy
    GROUP BY source_id
),
held AS (
    SELECT source_id, count(*) AS open_listings FROM listings WHERE state = 'open' GROUP BY source_id
),
judged AS (
    SELECT
        sources.source_id,
        sources.name,
        sources.channel,
        newest.night AS last_run,
        newest.outcome,
        newest.evidence,
        newest.seen,
        last_healthy,
        date_diff('day', last_healthy, about.night) AS nights_since_healthy,
        coalesce(ill_runs, 0) AS ill_runs,
        coalesce(open_listings, 0) AS open_listings,
        CASE
            WHEN newest.outcome = 'gone' THEN 'its address is gone'
            WHEN newest.outcome = 'layout_changed' THEN 'page layout no longer matches the catalogue entry'
            WHEN ill_runs >= 3 THEN 'no healthy run in ' || ill_runs || ' attempts'
        END AS why
    FROM sources
    CROSS JOIN about
    LEFT JOIN newest USING (source_id)
    LEFT JOIN healthy USING (source_id)
    LEFT JOIN ill USING (source_id)
    LEFT JOIN held USING (source_id)
)
SELECT *, why IS NOT NULL AS needs_person
FROM judged
ORDER BY source_id;

COMMENT ON VIEW source_health IS 'one row per source of the catalogue: its newest run, since when it fails, whether it needs a person; nights on which it was not due or not recorded do not count as runs';
COMMENT ON COLUMN source_health.last_run IS 'newest night on which it was fetched; null if never';
COMMENT ON COLUMN source_health.outcome IS 'outcome of that run';
COMMENT ON COLUMN source_health.evidence IS 'evidence for the outcome';
COMMENT ON COLUMN source_health.seen IS 'rows its pages showed in that run';
COMMENT ON COLUMN source_health.last_healthy IS 'newest night with a complete, healthy run; null if there is none';
COMMENT ON COLUMN source_health.nights_since_healthy IS 'days from then to the newest night';
COMMENT ON COLUMN source_health.ill_runs IS 'runs since the last healthy one';
COMMENT ON COLUMN source_health.open_listings IS 'its open listings';
COMMENT ON COLUMN source_health.why IS 'what a person has to look into; null if nothing';
COMMENT ON COLUMN source_health.needs_person IS 'its address is gone, its page layout changed, or three runs in a row failed';
