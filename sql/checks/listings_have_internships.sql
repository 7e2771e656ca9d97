-- Every listing belongs to an internship that exists.
SELECT listing_id, internship_id
FROM listings
ANTI JOIN internships USING (internship_id)
ORDER BY listing_id;
