-- Checking in to shifts, and the ledger of volunteer hours.

-- What was scanned for a shift.
ALTER TABLE check_in ADD COLUMN shift_id TEXT REFERENCES shift (id);

ALTER TABLE assignment ADD COLUMN checked_in_at BIGINT;
ALTER TABLE assignment ADD COLUMN checked_out_at BIGINT;

CREATE INDEX shift_by_end ON shift (ends_at);

-- How many of each half are there: counted with the others.
ALTER TABLE shift ADD COLUMN leads_in BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shift ADD COLUMN volunteers_in BIGINT NOT NULL DEFAULT 0;

-- A half that was lost, until it stands again (C-82).
CREATE TABLE shift_alert (
    id TEXT PRIMARY KEY,
    shift_id TEXT NOT NULL REFERENCES shift (id),
    center_id TEXT NOT NULL REFERENCES center (id),
    half TEXT NOT NULL,
    loss TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    cleared_at BIGINT
);
CREATE UNIQUE INDEX shift_alert_open ON shift_alert (shift_id, half, loss)
    WHERE cleared_at IS NULL;
CREATE INDEX shift_alert_by_center ON shift_alert (center_id) WHERE cleared_at IS NULL;

-- When its hours were validated, and by whom.
ALTER TABLE shift ADD COLUMN closed_at BIGINT;
ALTER TABLE shift ADD COLUMN closed_by TEXT REFERENCES staff (id);

-- Hours: only ever added to (C-92).
CREATE TABLE hour_entry (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    center_id TEXT NOT NULL REFERENCES center (id),
    shift_id TEXT NOT NULL REFERENCES shift (id),
    assignment_id TEXT NOT NULL REFERENCES assignment (id),
    kind TEXT NOT NULL,
    -- Verified or entered; of a correction, which of the two it changes.
    counts_as TEXT NOT NULL,
    minutes BIGINT NOT NULL,
    -- The stretches that count, as JSON: start and end in UTC milliseconds (C-86).
    spans TEXT NOT NULL DEFAULT '[]',
    -- Whose word it takes beside its author's.
    approval TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    corrects TEXT REFERENCES hour_entry (id),
    -- The shift's beginning: the day that it counts for.
    served_at BIGINT NOT NULL,
    -- The member of staff who validated or entered it.
    author TEXT REFERENCES staff (id),
    at BIGINT NOT NULL,
    demo BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX hour_entry_by_person ON hour_entry (person_id, served_at);
CREATE INDEX hour_entry_by_shift ON hour_entry (shift_id);
CREATE INDEX hour_entry_by_center ON hour_entry (center_id, served_at);
-- Hours of a place in a shift are verified once.
CREATE UNIQUE INDEX hour_entry_verified ON hour_entry (assignment_id) WHERE kind = 'verified';

-- What is said of an entry: approved, refused, objected to, answered. Only ever added to.
CREATE TABLE hour_word (
    id TEXT PRIMARY KEY,
    entry_id TEXT NOT NULL REFERENCES hour_entry (id),
    -- From 1, in the order in which it was said.
    nth BIGINT NOT NULL,
    word TEXT NOT NULL,
    said_by TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX hour_word_by_entry ON hour_word (entry_id, nth);
-- Approved or refused once.
CREATE UNIQUE INDEX hour_word_decided ON hour_word (entry_id) WHERE word IN ('approved', 'refused');

-- Stars: proposed by the ledger, granted by people (`domain.md` 3.3).
CREATE TABLE star (
    person_id TEXT NOT NULL REFERENCES person (id),
    star BIGINT NOT NULL,
    granted_at BIGINT NOT NULL,
    granted_by TEXT NOT NULL REFERENCES staff (id),
    center_id TEXT NOT NULL REFERENCES center (id),
    PRIMARY KEY (person_id, star)
);

-- Certificates: what stands on the paper never changes.
CREATE TABLE certificate (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    person_id TEXT NOT NULL REFERENCES person (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    center_id TEXT NOT NULL REFERENCES center (id),
    -- What stands on the paper, as JSON, and its signature.
    content TEXT NOT NULL,
    signature TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    issued_by TEXT REFERENCES staff (id),
    withdrawn_at BIGINT,
    withdrawn_by TEXT REFERENCES staff (id),
    withdraw_reason TEXT NOT NULL DEFAULT '',
    demo BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX certificate_by_account ON certificate (account_id, issued_at);
CREATE INDEX certificate_by_center ON certificate (center_id, issued_at);
CREATE TABLE certificate_entry (
    certificate_id TEXT NOT NULL REFERENCES certificate (id),
    entry_id TEXT NOT NULL REFERENCES hour_entry (id),
    PRIMARY KEY (certificate_id, entry_id)
);
CREATE INDEX certificate_entry_by_entry ON certificate_entry (entry_id);
