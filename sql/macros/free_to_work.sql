-- Do these passports allow work in all of these countries without a permit?
-- Example: SELECT free_to_work(['PL'], ['FR', 'IE']) AS a_pole_in_france_and_ireland, free_to_work(['PL'], ['GB']) AS in_britain;
-- Example: SELECT title, countries, best_url FROM open_internships WHERE free_to_work(['IE'], countries) LIMIT 10;
CREATE OR REPLACE MACRO free_to_work(passports, hosts) AS
    len(hosts) > 0 AND len(list_filter(hosts, lambda host: NOT (
        list_contains(passports, host)
        OR len(list_filter(free_movement(), lambda area: list_contains(area, host) AND list_has_any(area, passports))) > 0
    ))) = 0;

COMMENT ON MACRO free_to_work IS 'whether one of these passports allows its holder to work in every one of these countries: its own country, or one in the same area of free_movement(); false for an empty list';
