-- Every listing and every run belongs to a source that the table sources has; one that left the catalogue stays in it.
SELECT DISTINCT source_id, 'listings' AS stands_in
FROM listings
ANTI JOIN sources USING (source_id)
UNION ALL
SELECT DISTINCT source_id, 'source_runs'
FROM source_runs
ANTI JOIN sources USING (source_id)
ORDER BY source_id, stands_in;
