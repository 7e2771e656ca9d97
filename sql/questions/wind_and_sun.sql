-- What is there about wind or solar energy, in any language?
-- found says in which field each word matched best. Give the word in each language you can.
SELECT score, title, found
FROM search('wind eólico renewable الشمسية')
ORDER BY score DESC, title;
