-- Unknown words belong to a listing that exists.
SELECT listing_id, field, text
FROM unknown_texts
ANTI JOIN listings USING (listing_id)
ORDER BY ALL;
