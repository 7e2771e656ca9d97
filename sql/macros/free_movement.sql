-- In which countries do nationals of each work in the others without a permit?
-- Example: SELECT unnest(free_movement()) AS countries;
CREATE OR REPLACE MACRO free_movement() AS [
    -- EEA and Switzerland: Directive 2004/38/EC, EEA Agreement, EU-Swiss agreement of 1999; Liechtenstein has quotas, so it is left out
    ['AT', 'BE', 'BG', 'CH', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IS', 'IT', 'LT', 'LU', 'LV',
     'MT', 'NL', 'NO', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK'],
    -- Common Travel Area
    ['GB', 'IE'],
    -- Trans-Tasman Travel Arrangement
    ['AU', 'NZ'],
    -- Gulf Cooperation Council: Economic Agreement of 2001, article 3
    ['AE', 'BH', 'KW', 'OM', 'QA', 'SA'],
    -- Eurasian Economic Union: treaty of 2014, article 97
    ['AM', 'BY', 'KG', 'KZ', 'RU']
];

COMMENT ON MACRO free_movement IS 'areas whose nationals may live and work in each of its countries without a visa or a permit, as lists of ISO 3166-1 alpha-2: the EEA with Switzerland (without Liechtenstein, which has quotas), the Common Travel Area, Australia with New Zealand, the Gulf Cooperation Council, the Eurasian Economic Union; what treaties grant in general, not advice on a case';
