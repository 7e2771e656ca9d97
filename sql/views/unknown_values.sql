-- Which words of the sources are in no dictionary yet, and what should be added next?
-- Example: SELECT field, text, sum(open_listings) AS open_listings FROM unknown_values GROUP BY ALL ORDER BY open_listings DESC, text LIMIT 20;
CREATE OR REPLACE VIEW unknown_values AS
SELECT
    listings.source_id,
    unknown_texts.field,
    unknown_texts.text,
    count(*) AS listings,
    count(*) FILTER (listings.state = 'open') AS open_listings,
    min(listings.first_seen) AS first_seen
FROM unknown_texts
JOIN listings USING (listing_id)
GROUP BY ALL
ORDER BY open_listings DESC, listings DESC, listings.source_id, unknown_texts.field, unknown_texts.text;

COMMENT ON VIEW unknown_values IS 'words that are in no dictionary yet, by source and column, the most frequent first';
COMMENT ON COLUMN unknown_values.listings IS 'listings with them, including closed ones';
COMMENT ON COLUMN unknown_values.open_listings IS 'open listings with them';
COMMENT ON COLUMN unknown_values.first_seen IS 'night the first of those listings was first seen';
