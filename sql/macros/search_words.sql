-- Which words does a text have, as a search compares them?
-- Example: SELECT search_words('Stage à Łódź, データ分析 & C++') AS words;
CREATE OR REPLACE MACRO search_words(said) AS
    regexp_extract_all(
        -- Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese write or glue words without spaces.
        regexp_replace(folded(said), '([\p{Han}\p{Hiragana}\p{Katakana}ー\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+)', ' \1 ', 'g'),
        '[\p{L}\p{M}\p{N}+#]+'
    );

COMMENT ON MACRO search_words IS 'the words of a text in their order, folded; a run of a script that writes no spaces is one';
