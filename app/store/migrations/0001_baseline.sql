-- One text for SQLite and PostgreSQL. Instants are UTC milliseconds, dates ISO text, ids text, JSON
-- text. A column states a fact; counts and whether something is full are derived from the rows. Sets
-- of words (states, kinds, channels) are not listed here: the enums of the code guard every read and
-- write, and SQLite cannot widen a CHECK without rebuilding its table.

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Places ------------------------------------------------------------------------------------

CREATE TABLE center (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    district_code TEXT NOT NULL,
    district TEXT NOT NULL,
    subdistrict_code TEXT NOT NULL,
    subdistrict TEXT NOT NULL,
    community TEXT NOT NULL,
    address TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    hours TEXT NOT NULL DEFAULT '',
    lat_e6 BIGINT,
    lng_e6 BIGINT,
    coordinates_demo BOOLEAN NOT NULL DEFAULT FALSE,
    name_source TEXT NOT NULL,
    second_site_demo BOOLEAN NOT NULL DEFAULT FALSE,
    demo BOOLEAN NOT NULL DEFAULT FALSE,
    status TEXT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX center_by_subdistrict ON center (subdistrict_code);

-- A space or a piece of equipment; parent_id: the room that it is part of.
CREATE TABLE room (
    id TEXT PRIMARY KEY,
    center_id TEXT NOT NULL REFERENCES center (id),
    parent_id TEXT REFERENCES room (id),
    kind TEXT NOT NULL DEFAULT 'space',
    name TEXT NOT NULL,
    seats BIGINT,
    UNIQUE (center_id, name)
);

-- The service menu ---------------------------------------------------------------------------

CREATE TABLE service_field (
    code TEXT PRIMARY KEY,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    icon TEXT NOT NULL DEFAULT '',
    sensitive BOOLEAN NOT NULL DEFAULT FALSE,
    sort BIGINT NOT NULL
);

-- center_id NULL: an item of the city's template; else the center's own.
CREATE TABLE menu_item (
    id TEXT PRIMARY KEY,
    center_id TEXT REFERENCES center (id),
    code TEXT,
    field TEXT NOT NULL REFERENCES service_field (code),
    how TEXT NOT NULL,
    min_age BIGINT,
    max_age BIGINT,
    sensitive BOOLEAN NOT NULL DEFAULT FALSE,
    texts_zh TEXT NOT NULL,
    texts_en TEXT,
    sort BIGINT NOT NULL DEFAULT 0,
    status TEXT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    UNIQUE (center_id, code)
);
CREATE INDEX menu_item_by_center ON menu_item (center_id);

-- What a center changes of the template.
CREATE TABLE menu_override (
    center_id TEXT NOT NULL REFERENCES center (id),
    item_id TEXT NOT NULL REFERENCES menu_item (id),
    hidden BOOLEAN NOT NULL DEFAULT FALSE,
    texts_zh TEXT NOT NULL DEFAULT '{}',
    texts_en TEXT NOT NULL DEFAULT '{}',
    revision BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (center_id, item_id)
);

-- Activities ---------------------------------------------------------------------------------

CREATE TABLE activity (
    id TEXT PRIMARY KEY,
    center_id TEXT NOT NULL REFERENCES center (id),
    title TEXT NOT NULL,
    summary TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL,
    field TEXT NOT NULL REFERENCES service_field (code),
    menu_item_id TEXT REFERENCES menu_item (id),
    enrolment TEXT NOT NULL,
    rrule TEXT,
    status TEXT NOT NULL,
    demo BOOLEAN NOT NULL DEFAULT FALSE,
    revision BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL
);
CREATE INDEX activity_by_center ON activity (center_id);

CREATE TABLE occurrence (
    id TEXT PRIMARY KEY,
    activity_id TEXT NOT NULL REFERENCES activity (id),
    center_id TEXT NOT NULL REFERENCES center (id),
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    room_id TEXT REFERENCES room (id),
    allocation TEXT NOT NULL,
    unit TEXT NOT NULL,
    capacity BIGINT NOT NULL CHECK (capacity >= 0),
    waitlist_capacity BIGINT NOT NULL CHECK (waitlist_capacity >= 0),
    held_back BIGINT NOT NULL DEFAULT 0 CHECK (held_back >= 0),
    held_until BIGINT,
    min_age BIGINT,
    max_age BIGINT,
    residents_first_until BIGINT,
    booking_opens_at BIGINT NOT NULL,
    booking_closes_at BIGINT NOT NULL,
    cancel_until BIGINT NOT NULL,
    parties_may_be_passed BOOLEAN NOT NULL DEFAULT FALSE,
    door_opens_before_min BIGINT NOT NULL DEFAULT 60,
    asks_check_out BOOLEAN NOT NULL DEFAULT FALSE,
    bring TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL,
    cancel_reason TEXT NOT NULL DEFAULT '',
    sequence BIGINT NOT NULL DEFAULT 0,
    revision BIGINT NOT NULL DEFAULT 1,
    CHECK (ends_at > starts_at)
);
CREATE INDEX occurrence_by_activity ON occurrence (activity_id, starts_at);
CREATE INDEX occurrence_by_center ON occurrence (center_id, starts_at);
CREATE INDEX occurrence_by_time ON occurrence (starts_at);
CREATE INDEX occurrence_by_end ON occurrence (ends_at);
CREATE INDEX occurrence_by_release ON occurrence (held_until) WHERE held_until IS NOT NULL;

-- People -------------------------------------------------------------------------------------

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    phone TEXT NOT NULL UNIQUE,
    locale TEXT NOT NULL DEFAULT 'zh-CN',
    center_id TEXT REFERENCES center (id),
    demo BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE person (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    relation TEXT NOT NULL,
    name TEXT NOT NULL,
    birth_year BIGINT NOT NULL,
    community TEXT,
    consent_version TEXT,
    consent_at BIGINT,
    status TEXT NOT NULL DEFAULT 'active',
    created_at BIGINT NOT NULL
);
CREATE INDEX person_by_account ON person (account_id);
CREATE UNIQUE INDEX person_self ON person (account_id) WHERE relation = 'self';

-- Bookings -----------------------------------------------------------------------------------

CREATE TABLE booking (
    id TEXT PRIMARY KEY,
    occurrence_id TEXT NOT NULL REFERENCES occurrence (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    enrolment_id TEXT,
    party_id TEXT,
    state TEXT NOT NULL,
    channel TEXT NOT NULL,
    short_code TEXT NOT NULL UNIQUE,
    queue_no BIGINT,
    promised_cancel_until BIGINT NOT NULL,
    booked_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    cancelled_at BIGINT,
    cancelled_by TEXT,
    cancel_reason TEXT NOT NULL DEFAULT '',
    -- What the evidence amounts to; kept with the log of check-ins in the same transaction.
    checked_in_at BIGINT,
    checked_out_at BIGINT,
    sequence BIGINT NOT NULL DEFAULT 0
);
-- Rule 2, and C-35: whatever makes a row live meets this index.
CREATE UNIQUE INDEX booking_live ON booking (occurrence_id, person_id)
    WHERE state IN ('waitlisted', 'confirmed', 'checked_in');
-- Holds all that a count of places needs.
CREATE INDEX booking_by_occurrence ON booking (occurrence_id, state, channel, queue_no);
CREATE INDEX booking_by_person ON booking (person_id);
CREATE INDEX booking_by_account ON booking (account_id, booked_at);
CREATE INDEX booking_by_enrolment ON booking (enrolment_id) WHERE enrolment_id IS NOT NULL;

-- What somebody has promised to be at, and holds a place in. Whatever asks for something else at
-- that time asks this view.
CREATE VIEW commitment AS
    SELECT 'booking' AS subject_kind, b.id AS subject_id, b.person_id, b.occurrence_id AS event_id,
        a.title, o.starts_at, o.ends_at
    FROM booking b
    JOIN occurrence o ON o.id = b.occurrence_id
    JOIN activity a ON a.id = o.activity_id
    WHERE b.state IN ('confirmed', 'checked_in');

CREATE TABLE ticket_key (
    kid BIGINT PRIMARY KEY,
    secret TEXT NOT NULL,
    public TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT,
    revoked_at BIGINT
);

-- Answers given before, by idempotency key (C-31, C-33).
CREATE TABLE idempotency (
    caller TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (caller, idempotency_key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- Messages -----------------------------------------------------------------------------------

CREATE TABLE message (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    dedupe_key TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    read_at BIGINT
);
CREATE INDEX message_by_account ON message (account_id, created_at);

CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    locale TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    dedupe_key TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    sent_at BIGINT,
    failed_at BIGINT,
    error TEXT
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE sent_at IS NULL AND failed_at IS NULL;

-- Signing in ---------------------------------------------------------------------------------

CREATE TABLE sign_in_code (
    id TEXT PRIMARY KEY,
    phone TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    used_at BIGINT
);
CREATE INDEX sign_in_code_by_phone ON sign_in_code (phone, created_at);

CREATE TABLE staff (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    totp_secret TEXT,
    totp_last_step BIGINT,
    demo BOOLEAN NOT NULL DEFAULT FALSE,
    status TEXT NOT NULL DEFAULT 'active',
    created_at BIGINT NOT NULL
);

CREATE TABLE role_grant (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    ends_at BIGINT,
    PRIMARY KEY (staff_id, role, scope)
);

CREATE TABLE token (
    id TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    account_id TEXT REFERENCES account (id),
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);

-- A signed-in browser. The cookie's secret is never stored, only its hash.
CREATE TABLE login (
    id TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    account_id TEXT REFERENCES account (id),
    staff_id TEXT REFERENCES staff (id),
    device TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX login_by_account ON login (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX login_by_staff ON login (staff_id) WHERE staff_id IS NOT NULL;

-- Tries that are counted: codes sent, codes entered, passwords, look-ups.
CREATE TABLE attempt (
    subject TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX attempt_by_subject ON attempt (subject, at);
CREATE INDEX attempt_by_age ON attempt (at);

-- One row for each subject whose tries are counted: writing it makes those who try the same
-- thing at the same moment stand in line. Failures are those in a row.
CREATE TABLE guard (
    subject TEXT PRIMARY KEY,
    failures BIGINT NOT NULL DEFAULT 0,
    locked_until BIGINT,
    touched_at BIGINT NOT NULL
);

-- The audit log: append-only.
CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    center_id TEXT,
    detail TEXT NOT NULL
);
CREATE INDEX audit_by_center ON audit (center_id, at);
CREATE INDEX audit_by_subject ON audit (subject_kind, subject_id);
CREATE INDEX audit_by_time ON audit (at);

-- The door ---------------------------------------------------------------------------------

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
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    device_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    center_id TEXT REFERENCES center (id),
    door TEXT NOT NULL DEFAULT '',
    caller TEXT NOT NULL,
    method TEXT NOT NULL,
    direction TEXT NOT NULL,
    result TEXT NOT NULL,
    reason TEXT,
    -- The commitment that the scan stood for: a booking, or an assignment to a shift.
    subject_kind TEXT,
    subject_id TEXT,
    occurrence_id TEXT REFERENCES occurrence (id),
    person_id TEXT REFERENCES person (id),
    card_id TEXT REFERENCES card (id),
    undoes TEXT REFERENCES check_in (id),
    is_evidence BOOLEAN NOT NULL,
    review TEXT,
    verdict TEXT NOT NULL
);
CREATE INDEX check_in_by_subject ON check_in (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX check_in_by_center ON check_in (center_id, at);
CREATE INDEX check_in_by_occurrence ON check_in (occurrence_id) WHERE occurrence_id IS NOT NULL;
-- Taken back once, closed once (C-113, C-114).
CREATE UNIQUE INDEX check_in_undone ON check_in (undoes) WHERE undoes IS NOT NULL;
CREATE UNIQUE INDEX check_in_closed ON check_in (subject_id) WHERE kind = 'close';

-- Kiosks, and what phones scan off their screens ---------------------------------------------

-- A paired device. Its way in is its token; a revoked token ends it. Health is what it told last.
CREATE TABLE kiosk (
    id TEXT PRIMARY KEY,
    center_id TEXT NOT NULL REFERENCES center (id),
    name TEXT NOT NULL,
    token_id TEXT NOT NULL UNIQUE REFERENCES token (id),
    wall_secret TEXT NOT NULL,
    paired_by TEXT NOT NULL,
    paired_at BIGINT NOT NULL,
    seen_at BIGINT,
    version TEXT NOT NULL DEFAULT '',
    clock_off_ms BIGINT,
    camera TEXT NOT NULL DEFAULT 'unknown',
    scanner TEXT NOT NULL DEFAULT 'unknown',
    checks TEXT NOT NULL DEFAULT '[]',
    checked_at BIGINT
);
CREATE INDEX kiosk_by_center ON kiosk (center_id);

-- One-time codes by which a device is paired; only a keyed hash is kept.
CREATE TABLE pairing (
    id TEXT PRIMARY KEY,
    code_hash TEXT NOT NULL UNIQUE,
    center_id TEXT NOT NULL REFERENCES center (id),
    name TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX pairing_by_age ON pairing (expires_at);

-- A kiosk that somebody before it asks to let go: the number on its screen.
CREATE TABLE kiosk_exit (
    kiosk_id TEXT PRIMARY KEY REFERENCES kiosk (id),
    number TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- What a center allows at its door beyond kiosks and staff. No row: nothing.
CREATE TABLE door_policy (
    center_id TEXT PRIMARY KEY REFERENCES center (id),
    poster_secret TEXT UNIQUE,
    changed_at BIGINT NOT NULL
);

-- Somebody has scanned a wall code and may be checked in for it, once. kiosk_id NULL: the poster.
CREATE TABLE claim (
    id TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    center_id TEXT NOT NULL REFERENCES center (id),
    kiosk_id TEXT REFERENCES kiosk (id),
    step BIGINT,
    scanned_at BIGINT NOT NULL,
    late_ms BIGINT NOT NULL DEFAULT 0,
    expires_at BIGINT NOT NULL,
    device_hash TEXT NOT NULL,
    account_id TEXT REFERENCES account (id),
    used_at BIGINT
);
CREATE INDEX claim_by_center ON claim (center_id, scanned_at);
CREATE INDEX claim_by_age ON claim (scanned_at);

-- One screen has one person before it: whoever begins ends who was there. Only a hash of the
-- secret is kept, and the row goes with "done", idle, or a few minutes.
CREATE TABLE kiosk_visit (
    kiosk_id TEXT PRIMARY KEY REFERENCES kiosk (id),
    secret_hash TEXT NOT NULL,
    -- A code is on its way to this number; NULL once it was entered.
    phone TEXT,
    -- Proven: how, whose account, and for whom a place is wanted.
    proof TEXT,
    account_id TEXT REFERENCES account (id),
    person_id TEXT REFERENCES person (id),
    -- What booking came to, as JSON.
    answer TEXT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX kiosk_visit_by_age ON kiosk_visit (expires_at);
