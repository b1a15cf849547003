-- What reports are made of. Figures come out of attendance: counts on the occurrence's row, beside those
-- that are there, and who came, as sets of numbers.

-- Whether the booking was made for somebody who stood at the door without one (C-14).
ALTER TABLE booking ADD COLUMN is_walk_in BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE booking SET is_walk_in = TRUE WHERE channel = 'desk' AND EXISTS (
    SELECT 1 FROM check_in c WHERE c.subject_id = booking.id AND c.method = 'walk_in'
    AND c.received_at = booking.booked_at);

-- What the occurrence's activity is, as `field` is; how many came without a booking; and how often the
-- set of those who came has changed.
ALTER TABLE occurrence ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE occurrence ADD COLUMN walk_ins BIGINT NOT NULL DEFAULT 0;
ALTER TABLE occurrence ADD COLUMN came_changes BIGINT NOT NULL DEFAULT 0;

-- How often the set of volunteers who were there has changed.
ALTER TABLE shift ADD COLUMN there_changes BIGINT NOT NULL DEFAULT 0;

-- Who came to one center's occurrences of one field in one month, or served in its shifts: a set of
-- `person_number`s as a Roaring bitmap. It is true as long as `changes` is the sum of its rows' own
-- counts of changes, and is made anew where it is not.
CREATE TABLE people_cell (
    what TEXT NOT NULL,
    center_id TEXT NOT NULL REFERENCES center (id),
    -- `2026-11`, in Shanghai.
    month TEXT NOT NULL,
    -- Empty for a shift of the center's own duty.
    field TEXT NOT NULL,
    changes BIGINT NOT NULL,
    people BIGINT NOT NULL,
    numbers TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (what, center_id, month, field)
);

-- A month that a center has closed, with the figures that it reported then: what is corrected later is
-- told beside them. `figures` is JSON, a line for the whole and one for each field.
CREATE TABLE closed_month (
    center_id TEXT NOT NULL REFERENCES center (id),
    month TEXT NOT NULL,
    figures TEXT NOT NULL,
    closed_at BIGINT NOT NULL,
    closed_by TEXT NOT NULL,
    PRIMARY KEY (center_id, month)
);

-- What a center's contract asks of a year.
CREATE TABLE contract_target (
    center_id TEXT NOT NULL REFERENCES center (id),
    year BIGINT NOT NULL,
    figure TEXT NOT NULL,
    target BIGINT NOT NULL,
    PRIMARY KEY (center_id, year, figure)
);

-- SQLite looks for what refers to an assignment that is written beside something else.
CREATE INDEX hour_entry_by_assignment ON hour_entry (assignment_id);
