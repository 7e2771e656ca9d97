-- Through which channels is each internship published, one per row?
-- Example: SELECT channel, count(*) AS internships FROM internship_channels WHERE state = 'open' GROUP BY ALL ORDER BY internships DESC, channel;
CREATE OR REPLACE VIEW internship_channels AS
SELECT internship_id, state, channel
FROM (SELECT internship_id, state, unnest(channels) AS channel FROM internships)
ORDER BY internship_id, channel;

COMMENT ON VIEW internship_channels IS 'channels of internships, one per row, to join and group by';
COMMENT ON COLUMN internship_channels.channel IS 'channel of one of its sources';
