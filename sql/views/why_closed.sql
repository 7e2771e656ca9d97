-- Why is an internship closed, and since when?
-- Example: SELECT closed_on, title, organization, because FROM why_closed ORDER BY closed_on DESC LIMIT 10;
CREATE OR REPLACE VIEW why_closed AS
SELECT
    internship_id,
    title,
    organization,
    closed_on,
    closed_reason,
    CASE closed_reason
        WHEN 'gone' THEN 'complete, healthy runs of its source no longer have it'
        WHEN 'source_closed' THEN 'its source marks it closed'
        WHEN 'deadline' THEN 'its deadline passed'
        WHEN 'not_found' THEN 'its page no longer exists'
        WHEN 'redirected' THEN 'its page redirects to another posting'
        WHEN 'closing_notice' THEN 'its page says that applications are closed'
    END AS because,
    first_seen,
    last_seen,
    deadline,
    source_ids
FROM internships
WHERE state = 'closed'
ORDER BY closed_on, internship_id;

COMMENT ON VIEW why_closed IS 'closed internships, each with its reason as a word and as a sentence';
COMMENT ON COLUMN why_closed.because IS 'the reason as a sentence';
