-- Where is help with a visa offered, and what exactly is said?
-- Each value of a listing rests on a quote from its source: the table evidence has them.
SELECT internships.title, internships.visa_support, evidence.quote
FROM with_visa_support AS internships
JOIN listings USING (internship_id)
JOIN evidence USING (listing_id)
WHERE evidence.field = 'visa_support'
ORDER BY ALL;
