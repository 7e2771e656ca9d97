-- What closed in the last week, and why?
-- The week ends on the newest night, about.night. A closed internship stays in the warehouse.
SELECT closed_on, title, because, deadline
FROM why_closed, about
WHERE closed_on > night - 7
ORDER BY closed_on, title;
