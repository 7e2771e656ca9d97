-- Values before and after a change are JSON.
SELECT night, internship_id, field, old, new
FROM changes
WHERE NOT json_valid(old) OR NOT json_valid(new)
ORDER BY ALL;
