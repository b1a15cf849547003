-- The door: what it asks, who was there, every scan, printed cards.

ALTER TABLE occurrence ADD COLUMN door_opens_before_min BIGINT NOT NULL DEFAULT 60;
ALTER TABLE occurrence ADD COLUMN asks_check_out BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX occurrence_by_end ON occurrence (ends_at);

-- What the evidence of a booking amounts to; kept with the log in the same transaction.
ALTER TABLE booking ADD COLUMN checked_in_at BIGINT;
ALTER TABLE booking ADD COLUMN checked_out_at BIGINT;

-- A person's printed card. One that is lost is revoked; a person has at most one that is not.
CREATE TABLE card (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    center_id TEXT NOT NULL REFERENCES center (id),
    short_code TEXT NOT NULL UNIQUE,
    issued_at BIGINT NOT NULL,
    issued_by TEXT NOT NULL,
    revoked_at BIGINT,
    revoked_by TEXT
);
CREATE UNIQUE INDEX card_live ON card (person_id) WHERE revoked_at IS NULL;
CREATE INDEX card_by_center ON card (center_id, issued_at);

-- The log of the doors: append-only, refused scans included. The device makes the id, so that the
-- same scan sent twice is one. What was scanned is not kept, only what it led to.
CREATE TABLE check_in (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('scan', 'undo', 'close')),
    at BIGINT NOT NULL,
    device_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    center_id TEXT REFERENCES center (id),
    door TEXT NOT NULL DEFAULT '',
    caller TEXT NOT NULL,
    method TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out', 'either')),
    result TEXT NOT NULL,
    reason TEXT,
    booking_id TEXT REFERENCES booking (id),
    occurrence_id TEXT REFERENCES occurrence (id),
    person_id TEXT REFERENCES person (id),
    card_id TEXT REFERENCES card (id),
    undoes TEXT REFERENCES check_in (id),
    is_evidence BOOLEAN NOT NULL,
    review TEXT,
    verdict TEXT NOT NULL
);
CREATE INDEX check_in_by_booking ON check_in (booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX check_in_by_center ON check_in (center_id, at);
CREATE INDEX check_in_by_occurrence ON check_in (occurrence_id) WHERE occurrence_id IS NOT NULL;
-- Taken back once, closed once (C-113, C-114).
CREATE UNIQUE INDEX check_in_undone ON check_in (undoes) WHERE undoes IS NOT NULL;
CREATE UNIQUE INDEX check_in_closed ON check_in (booking_id) WHERE kind = 'close';
