-- What is a text without case and accents, as words are compared?
-- Example: SELECT folded('Stage à Łódź – Straße') AS words;
CREATE OR REPLACE MACRO folded(said) AS
    replace(replace(replace(translate(lower(strip_accents(said)), 'øłđðıħςىةـ', 'olddihσيه'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');

COMMENT ON MACRO folded IS 'a text in lower case, without accents, and with ß, æ, œ, ø, ł, đ, ð, ı, ħ, ς, ى, ة as the letters people type for them';
