"""Questions to the published warehouse: SQL, one internship, what suits a person."""
