-- Numbers are finite, coordinates lie on the globe, and a score lies between 0 and 100.
WITH held AS (
    SELECT 'listings' AS stands_in, listing_id AS id, pay_min, pay_max, pay_month_eur, pay_month_ppp, fee_min, structure_score, places
    FROM listings
    UNION ALL
    SELECT 'internships', internship_id, pay_min, pay_max, pay_month_eur, pay_month_ppp, fee_min, structure_score, places
    FROM internships
)
SELECT stands_in, id
FROM held
WHERE NOT list_bool_and(
        list_transform([pay_min, pay_max, pay_month_eur, pay_month_ppp, fee_min], lambda number: isfinite(number))
    )
    OR structure_score NOT BETWEEN 0 AND 100
    OR list_bool_or(
        list_transform(places, lambda place: abs(place.latitude) > 90 OR abs(place.longitude) > 180
            OR NOT isfinite(place.latitude) OR NOT isfinite(place.longitude))
    )
ORDER BY stands_in, id;
