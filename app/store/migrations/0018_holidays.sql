-- Public holidays and the weekends that are worked instead, as notices announce them. City-wide.

CREATE TABLE holiday_notice (
    -- The year that it is of; days of December before it can be among its days.
    year BIGINT NOT NULL PRIMARY KEY,
    -- A JSON list of the addresses where it can be read.
    papers TEXT NOT NULL,
    demo BOOLEAN NOT NULL,
    imported_by TEXT NOT NULL,
    imported_at BIGINT NOT NULL
);

CREATE TABLE holiday (
    notice BIGINT NOT NULL REFERENCES holiday_notice (year),
    on_day TEXT NOT NULL,
    name TEXT NOT NULL,
    -- A day off, or a weekend that is worked.
    is_off BOOLEAN NOT NULL,
    PRIMARY KEY (notice, on_day)
);

-- A series that was postponed: where its dates were, as JSON, so that they can go back.
CREATE TABLE postponement (
    id TEXT NOT NULL PRIMARY KEY,
    activity_id TEXT NOT NULL REFERENCES activity (id),
    steps BIGINT NOT NULL,
    moves TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    undone_at BIGINT
);
CREATE INDEX postponement_by_activity ON postponement (activity_id, made_at);
