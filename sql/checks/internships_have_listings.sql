-- An internship's listing_count is the number of its listings, and at least one.
SELECT internships.internship_id, internships.listing_count, count(listings.listing_id) AS counted
FROM internships
LEFT JOIN listings USING (internship_id)
GROUP BY internships.internship_id, internships.listing_count
HAVING counted = 0 OR counted <> internships.listing_count
ORDER BY internships.internship_id;
