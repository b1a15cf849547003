-- When social workers are at work, as they say it themselves: parts of a week, and days on which they
-- are not. Who has no row has said nothing.
CREATE TABLE staff_time (
    staff_id TEXT PRIMARY KEY REFERENCES staff (id),
    availability TEXT NOT NULL
);
