-- Which internships are listed more than once, and why are they considered the same?
-- Example: SELECT title, organization, source_ids, reasons FROM duplicates_merged ORDER BY listing_count DESC LIMIT 10;
CREATE OR REPLACE VIEW duplicates_merged AS
SELECT
    internships.internship_id,
    internships.title,
    internships.organization,
    internships.listing_count,
    list(DISTINCT listings.source_id ORDER BY listings.source_id) AS source_ids,
    list(DISTINCT matches.reason ORDER BY matches.reason) FILTER (matches.reason <> 'first') AS reasons,
    min(matches.score) AS least_score,
    list(listings.url ORDER BY listings.listing_id) AS urls
FROM internships
JOIN listings USING (internship_id)
JOIN matches USING (listing_id)
WHERE internships.listing_count > 1
GROUP BY ALL
ORDER BY internships.internship_id;

COMMENT ON VIEW duplicates_merged IS 'internships with more than one listing: their sources, and what matched the listings';
COMMENT ON COLUMN duplicates_merged.source_ids IS 'sources of its listings';
COMMENT ON COLUMN duplicates_merged.reasons IS 'what matched the later listings to the first';
COMMENT ON COLUMN duplicates_merged.least_score IS 'lowest match probability among them, 0 to 1';
COMMENT ON COLUMN duplicates_merged.urls IS 'addresses of the listings, as given by the sources';
