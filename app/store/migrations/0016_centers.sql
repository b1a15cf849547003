-- What a center says of itself: how to reach it, when it is open, which rooms it has.

-- Whether telephone and address, and the hours of the week, are the center's own word: an import
-- leaves them as they are.
ALTER TABLE center ADD COLUMN own_contact BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE center ADD COLUMN own_hours BOOLEAN NOT NULL DEFAULT FALSE;

-- A day on which a center is not open as on others of its weekday. `hours` is written as those of a
-- day in `center.hours`; empty: it is closed all day.
CREATE TABLE center_exception (
    center_id TEXT NOT NULL REFERENCES center (id),
    on_day TEXT NOT NULL,
    hours TEXT NOT NULL,
    reason TEXT NOT NULL,
    said_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (center_id, on_day)
);

-- Since when the room is used no more; NULL: it is used.
ALTER TABLE room ADD COLUMN retired_at BIGINT;
