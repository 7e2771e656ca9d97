-- How does a text read without case and accents, as words are compared?
-- Example: SELECT folded('Stage à Łódź – Straße') AS words;
CREATE OR REPLACE MACRO folded(said) AS
    replace(replace(replace(replace(replace(replace(replace(replace(replace(lower(strip_accents(said)),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'ø', 'o'), 'ł', 'l'), 'đ', 'd'), 'ð', 'd'), 'ı', 'i'), 'ħ', 'h');

COMMENT ON MACRO folded IS 'a text in lower case, without accents, and with ß, æ, œ, ø, ł, đ, ð, ı, ħ as the letters people type for them';
