-- What a rider has earned on a day: the own page asks for it whenever it is loaded.
CREATE INDEX view_deals_rider ON view_deals (rider, day) WHERE rider IS NOT NULL;
