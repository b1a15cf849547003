-- What the staff note at a booking for the day of the activity.
CREATE TABLE booking_note (
    booking_id TEXT PRIMARY KEY REFERENCES booking (id),
    text TEXT NOT NULL,
    at BIGINT NOT NULL
);
