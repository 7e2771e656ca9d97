-- Which deadlines fall within the next six days, and where?
-- The days count from the newest night, about.night, never from the clock.
SELECT days_left, deadline, title, countries
FROM closing_soon
WHERE days_left <= 6
ORDER BY deadline, title;
