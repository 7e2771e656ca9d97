"""When: dates, deadlines, periods, durations and hours."""
