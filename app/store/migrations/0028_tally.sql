-- What a report adds up of one center and one month, kept so that a report of a city over years is not a
-- walk through every date there was. It is true where no `report_change` of the center lies in the month.
CREATE TABLE month_tally (
    -- `2026-11`, in Shanghai.
    month TEXT NOT NULL,
    center_id TEXT NOT NULL REFERENCES center (id),
    -- JSON, a line for each field.
    lines TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (month, center_id)
);

-- Whether anything is demo data is asked at every report.
CREATE INDEX activity_of_demo ON activity (center_id) WHERE demo;
CREATE INDEX shift_of_demo ON shift (center_id) WHERE demo;
