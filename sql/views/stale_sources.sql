-- Which sources have been failing for longer than their grace period, so that their listings may be out of date?
-- Example: SELECT source_id, outcome, last_healthy, open_listings, unverified_listings FROM stale_sources;
CREATE OR REPLACE VIEW stale_sources AS
WITH unverified AS (
    SELECT source_id, count(*) AS unverified_listings FROM listings WHERE state = 'unverified' GROUP BY source_id
)
SELECT
    health.source_id,
    health.name,
    health.channel,
    health.last_run,
    health.outcome,
    health.evidence,
    health.last_healthy,
    health.nights_since_healthy,
    sources.patience_nights,
    health.open_listings,
    coalesce(unverified_listings, 0) AS unverified_listings
FROM source_health AS health
JOIN sources USING (source_id)
LEFT JOIN unverified USING (source_id)
WHERE health.last_run IS NOT NULL
    AND (health.last_healthy IS NULL OR health.nights_since_healthy > sources.patience_nights)
ORDER BY health.source_id;

COMMENT ON VIEW stale_sources IS 'sources that were fetched and had no healthy run within their grace period (patience_nights), or never one';
COMMENT ON COLUMN stale_sources.last_run IS 'newest night on which it was fetched';
COMMENT ON COLUMN stale_sources.outcome IS 'outcome of that run';
COMMENT ON COLUMN stale_sources.evidence IS 'evidence for the outcome';
COMMENT ON COLUMN stale_sources.last_healthy IS 'newest night with a complete, healthy run; null if there is none';
COMMENT ON COLUMN stale_sources.nights_since_healthy IS 'days from then to the newest night';
COMMENT ON COLUMN stale_sources.open_listings IS 'its listings that still count as open';
COMMENT ON COLUMN stale_sources.unverified_listings IS 'its listings that were not confirmed for too long';
