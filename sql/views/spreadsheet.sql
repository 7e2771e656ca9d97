-- Which internships are open, as a flat table for a spreadsheet?
-- Example: SELECT title, organization, countries, deadline, pay_status FROM spreadsheet ORDER BY deadline NULLS LAST LIMIT 10;
CREATE OR REPLACE VIEW spreadsheet AS
SELECT
    title,
    coalesce(organization, host_organization, organizer) AS organization,
    country_names AS countries,
    array_to_string(cities, ', ') AS cities,
    deadline,
    starts_on,
    season,
    weeks_min,
    weeks_max,
    pay_status,
    TRY_CAST(round(pay_month_eur) AS INTEGER) AS pay_month_eur,
    array_to_string(languages_required, ', ') AS languages_required,
    visa_support,
    work_mode,
    kind,
    field_names AS fields,
    array_to_string(channels, ', ') AS channels,
    best_url,
    first_seen,
    strftime(deadline_at AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M') AS deadline_at_utc,
    internship_id
FROM internships
LEFT JOIN (
    SELECT internship_id, string_agg(country_name, ', ' ORDER BY country_name) AS country_names
    FROM internship_countries
    GROUP BY internship_id
) USING (internship_id)
LEFT JOIN (
    SELECT internship_id, string_agg(name, ', ' ORDER BY name) AS field_names
    FROM (SELECT DISTINCT internship_id, left(field, 2) AS code FROM internship_fields)
    JOIN fields_of_study USING (code)
    GROUP BY internship_id
) USING (internship_id)
WHERE state = 'open'
ORDER BY first_seen DESC, internship_id;

COMMENT ON VIEW spreadsheet IS 'open internships as a flat table, newest first: no lists, no time with a zone, so that every spreadsheet takes it; it is internships.xlsx among the exports';
COMMENT ON COLUMN spreadsheet.countries IS 'English names of the host countries, in one text';
COMMENT ON COLUMN spreadsheet.cities IS 'host cities, in one text';
COMMENT ON COLUMN spreadsheet.pay_month_eur IS 'least pay a month in EUR, rounded';
COMMENT ON COLUMN spreadsheet.languages_required IS 'languages an applicant must have, ISO 639-1, in one text';
COMMENT ON COLUMN spreadsheet.fields IS 'English names of the broad fields of study, in one text';
COMMENT ON COLUMN spreadsheet.channels IS 'how a student finds it, in one text';
COMMENT ON COLUMN spreadsheet.deadline_at_utc IS 'the moment of the deadline in UTC as text, where an hour is stated';
