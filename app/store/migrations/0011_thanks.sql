-- What volunteers get back.

-- Somebody asks a center for a certificate of the hours that it has recorded.
CREATE TABLE certificate_request (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    center_id TEXT NOT NULL REFERENCES center (id),
    -- Of shifts that began in this stretch of time.
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    -- What for, in their own words; may be empty.
    purpose TEXT NOT NULL DEFAULT '',
    asked_at BIGINT NOT NULL,
    -- 'given' or 'declined'; NULL while it is open.
    ended TEXT,
    ended_at BIGINT,
    ended_by TEXT REFERENCES staff (id),
    certificate_id TEXT REFERENCES certificate (id),
    -- Why not, in the center's words.
    reason TEXT NOT NULL DEFAULT ''
);
-- One at a time of a person and a center.
CREATE UNIQUE INDEX certificate_request_open ON certificate_request (person_id, center_id)
    WHERE ended IS NULL;
CREATE INDEX certificate_request_by_center ON certificate_request (center_id, asked_at)
    WHERE ended IS NULL;
CREATE INDEX certificate_request_by_person ON certificate_request (person_id);

-- Thanks to volunteers: of a resident by the booking of something that they attended, of a lead to the
-- holder of one place in a shift. Whom a resident's thanks reach is derived from who was in the shifts.
CREATE TABLE thanks (
    id TEXT PRIMARY KEY,
    occurrence_id TEXT REFERENCES occurrence (id),
    booking_id TEXT REFERENCES booking (id),
    assignment_id TEXT REFERENCES assignment (id),
    staff_id TEXT REFERENCES staff (id),
    sentence TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX thanks_of_booking ON thanks (booking_id) WHERE booking_id IS NOT NULL;
CREATE UNIQUE INDEX thanks_of_lead ON thanks (assignment_id, staff_id)
    WHERE assignment_id IS NOT NULL;
CREATE INDEX thanks_by_occurrence ON thanks (occurrence_id) WHERE occurrence_id IS NOT NULL;
