-- Which paid internships in Portugal may a Brazilian who lives in Germany apply to until Christmas?
-- "not stated" is no "no": of most postings nobody says who may apply.
SELECT title, organization, deadline, open_to, open_to_residents
FROM abroad_from('DE', nationality := 'BR')
WHERE list_contains(countries, 'PT')
    AND pay_status IN ('paid', 'allowance')
    AND open_to <> 'no' AND open_to_residents <> 'no'
    AND deadline <= DATE '2026-12-24'
ORDER BY deadline, title;
