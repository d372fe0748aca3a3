-- Where the store of a job is, by which a rider's list is ordered; and what was earned with it, as the domain says, on which day in Seoul.
-- Read models: rebuilt at the first start.
ALTER TABLE view_jobs DROP COLUMN fee;
ALTER TABLE view_jobs ADD COLUMN store_lat REAL NOT NULL DEFAULT 0;
ALTER TABLE view_jobs ADD COLUMN store_lon REAL NOT NULL DEFAULT 0;
ALTER TABLE view_jobs ADD COLUMN earned_day TEXT;
ALTER TABLE view_jobs ADD COLUMN earned_won INTEGER;
CREATE INDEX view_jobs_earned ON view_jobs (rider, earned_day) WHERE earned_day IS NOT NULL;
-- A rider's earnings are no longer asked of the deals.
DROP INDEX IF EXISTS view_deals_rider;
