-- Which sources does a person have to look into, and why?
-- A source that fails once or twice is tried again; these will not recover by themselves.
SELECT source_id, outcome, why, evidence
FROM source_health
WHERE needs_person
ORDER BY source_id;
