-- Which openings are listed by more than one source, and what matched them?
-- posting_id: the same posting of the same system; words: the same organisation, title and place.
SELECT title, source_ids, reasons
FROM duplicates_merged
WHERE len(source_ids) > 1
ORDER BY title;
