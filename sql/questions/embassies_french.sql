-- Which embassies and cultural institutions take interns who speak French?
-- languages_required is what one must speak, languages_preferred what helps.
SELECT DISTINCT
    sources.name AS taken_by,
    internships.title,
    internships.languages_required,
    internships.languages_preferred
FROM open_internships AS internships
JOIN sources ON list_contains(internships.source_ids, sources.source_id)
WHERE sources.channel = 'embassy'
    AND (list_contains(languages_required, 'fr') OR list_contains(languages_preferred, 'fr'))
ORDER BY ALL;
