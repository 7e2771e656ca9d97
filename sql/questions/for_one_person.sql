-- What suits a computer science student from India who lives in Germany, speaks English and German, and must be paid?
-- The same as: internships suggest --profile FILE.
SELECT score, title, reasons, against, unknown
FROM suits('{
    "passports": ["IN"], "residence": "DE", "studies": ["061"], "level": "7", "enrolled": true,
    "languages": [{"language": "en", "cefr": "C1"}, {"language": "de", "cefr": "B1"}],
    "needs": ["paid"], "wishes": {"countries": ["NL", "FR", "CH"]}
}')
WHERE suits AND score >= 8
ORDER BY score DESC, title;
