-- What is there about wind or solar energy, in whatever language?
-- found says where each word stands best. Give the word in each language you can.
SELECT score, title, found
FROM search('wind eólico renewable الشمسية')
ORDER BY score DESC, title;
