-- Evidence belongs to a listing that exists, and quotes something.
SELECT listing_id, field, quote
FROM evidence
LEFT JOIN listings USING (listing_id)
WHERE listings.listing_id IS NULL OR quote = ''
ORDER BY listing_id, field;
