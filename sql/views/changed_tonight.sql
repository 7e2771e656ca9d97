-- What happened on the newest night to internships that were known before?
-- Example: SELECT change, count(DISTINCT internship_id) AS internships FROM changed_tonight GROUP BY change ORDER BY change;
CREATE OR REPLACE VIEW changed_tonight AS
SELECT
    changes.change,
    changes.internship_id,
    internships.title,
    internships.organization,
    changes.field,
    changes.old,
    changes.new,
    internships.best_url
FROM changes
JOIN about ON changes.night = about.night
LEFT JOIN internships USING (internship_id)
WHERE changes.change <> 'added'
ORDER BY ALL;

COMMENT ON VIEW changed_tonight IS 'changes of the newest night except added internships, which are in new_tonight; title and best_url are null for an id that was merged into another';
