-- Every country code is one of the reference table countries.
WITH used AS (
    SELECT 'listings' AS stands_in, listing_id AS id, unnest(
        list_concat(
            [organizer_country], countries, remote_countries, nationalities, residence_countries,
            list_transform(places, lambda place: place.country)
        )
    ) AS country
    FROM listings
    UNION ALL
    SELECT 'internships', internship_id, unnest(
        list_concat(
            [organizer_country], countries, remote_countries, nationalities, residence_countries,
            list_transform(places, lambda place: place.country)
        )
    )
    FROM internships
    UNION ALL
    SELECT 'sources', source_id, country FROM sources
)
SELECT DISTINCT stands_in, id, country
FROM used
ANTI JOIN countries ON countries.iso2 = used.country
WHERE country IS NOT NULL
ORDER BY ALL;
