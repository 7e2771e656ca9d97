-- When is a season?
-- Example: SELECT season, season_days(season, places) AS days FROM open_internships WHERE season IS NOT NULL LIMIT 10;
CREATE OR REPLACE MACRO season_days(season, places) AS (
    CASE WHEN len(places) > 0 AND len(list_filter(places, lambda place: coalesce(place.latitude, 0) <= 0)) = 0 THEN
        CASE substr(season, 6)
            WHEN 'spring' THEN {'first': make_date(TRY_CAST(left(season, 4) AS INTEGER), 3, 1), 'last': make_date(TRY_CAST(left(season, 4) AS INTEGER), 5, 31)}
            WHEN 'summer' THEN {'first': make_date(TRY_CAST(left(season, 4) AS INTEGER), 6, 1), 'last': make_date(TRY_CAST(left(season, 4) AS INTEGER), 8, 31)}
            WHEN 'autumn' THEN {'first': make_date(TRY_CAST(left(season, 4) AS INTEGER), 9, 1), 'last': make_date(TRY_CAST(left(season, 4) AS INTEGER), 11, 30)}
        END
    END
);

COMMENT ON MACRO season_days IS 'first and last day of a season such as 2026-summer, by the months of the weather (March, June, September), where every one of the places is known to lie north of the equator; null elsewhere, and for a winter, whose year may be that of its beginning or its end';
