-- Every listing has its match, and every match its listing, with the same internship.
SELECT
    listing_id,
    listings.internship_id AS internship_of_listing,
    matches.internship_id AS internship_of_match
FROM listings
FULL JOIN matches USING (listing_id)
WHERE listings.internship_id IS DISTINCT FROM matches.internship_id
ORDER BY listing_id;
