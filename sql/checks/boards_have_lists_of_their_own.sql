-- No two boards of one system answer with the same list: an interface that ignores which employer is asked for gives all of them one.
-- Severity: warn
WITH lists AS (
    SELECT source_id, spider, count(*) AS open_listings, list_sort(list(native_id)) AS posting_ids
    FROM listings JOIN sources USING (source_id)
    WHERE state = 'open' AND native_id IS NOT NULL
    GROUP BY ALL
    HAVING count(*) >= 3
)
SELECT spider, string_agg(source_id, ', ' ORDER BY source_id) AS same_list, any_value(open_listings) AS open_listings
FROM lists
GROUP BY spider, posting_ids
HAVING count(*) > 1
ORDER BY spider, same_list;
