"""How a page or file is written, whoever publishes it: feeds, tables, lists, calendars, notices."""
