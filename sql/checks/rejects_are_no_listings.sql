-- No posting is both kept and refused on one night.
SELECT rejects.reject_id, rejects.rule, rejects.last_seen
FROM rejects
JOIN listings ON listings.listing_id = rejects.reject_id
WHERE listings.state = 'open' AND listings.last_seen = rejects.last_seen
ORDER BY rejects.reject_id;
