-- Where is help with a visa offered?
-- Example: SELECT title, organization, countries, visa_support, best_url FROM with_visa_support;
CREATE OR REPLACE VIEW with_visa_support AS
SELECT *
FROM internships
WHERE state = 'open' AND (visa_support IN ('yes', 'case_by_case') OR list_contains(support, 'visa'))
ORDER BY internship_id;

COMMENT ON VIEW with_visa_support IS 'open internships that offer help with a visa, always or case by case, with every column of internships; internships whose posting does not mention visas are not among them';
