-- Which words of the sources does no dictionary know yet, and what should be added next?
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

COMMENT ON VIEW unknown_values IS 'words that no dictionary knows yet by source and column, the most frequent first';
COMMENT ON COLUMN unknown_values.listings IS 'listings that carry them, closed ones included';
COMMENT ON COLUMN unknown_values.open_listings IS 'open listings that carry them';
COMMENT ON COLUMN unknown_values.first_seen IS 'night the first of those listings was first seen';
