-- One text for SQLite and PostgreSQL. Instants are UTC milliseconds, ids text, JSON text.
-- A column states a fact; counts and whether something is full are derived from the rows.

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
    status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
    revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX center_by_subdistrict ON center (subdistrict_code);

CREATE TABLE room (
    id TEXT PRIMARY KEY,
    center_id TEXT NOT NULL REFERENCES center (id),
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
    how TEXT NOT NULL CHECK (how IN ('walk_in', 'book', 'request')),
    min_age BIGINT,
    max_age BIGINT,
    sensitive BOOLEAN NOT NULL DEFAULT FALSE,
    texts_zh TEXT NOT NULL,
    texts_en TEXT,
    sort BIGINT NOT NULL DEFAULT 0,
    status TEXT NOT NULL CHECK (status IN ('on', 'off')),
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
    kind TEXT NOT NULL CHECK (kind IN ('casework', 'group', 'community_activity')),
    field TEXT NOT NULL REFERENCES service_field (code),
    menu_item_id TEXT REFERENCES menu_item (id),
    enrolment TEXT NOT NULL CHECK (enrolment IN ('single', 'series')),
    rrule TEXT,
    status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'cancelled')),
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
    room TEXT NOT NULL DEFAULT '',
    allocation TEXT NOT NULL CHECK (allocation IN ('first_come', 'drop_in')),
    unit TEXT NOT NULL CHECK (unit IN ('people', 'pairs', 'households')),
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
    status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'cancelled')),
    cancel_reason TEXT NOT NULL DEFAULT '',
    sequence BIGINT NOT NULL DEFAULT 0,
    revision BIGINT NOT NULL DEFAULT 1,
    CHECK (ends_at > starts_at)
);
CREATE INDEX occurrence_by_activity ON occurrence (activity_id, starts_at);
CREATE INDEX occurrence_by_center ON occurrence (center_id, starts_at);
CREATE INDEX occurrence_by_time ON occurrence (starts_at);
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
    relation TEXT NOT NULL CHECK (relation IN ('self', 'spouse', 'child', 'grandchild', 'parent', 'other')),
    name TEXT NOT NULL,
    birth_year BIGINT NOT NULL,
    community TEXT,
    consent_version TEXT,
    consent_at BIGINT,
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'removed')),
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
    state TEXT NOT NULL CHECK (state IN ('waitlisted', 'confirmed', 'checked_in', 'cancelled', 'no_show')),
    channel TEXT NOT NULL CHECK (channel IN ('online', 'kiosk', 'desk', 'telephone')),
    short_code TEXT NOT NULL UNIQUE,
    queue_no BIGINT,
    promised_cancel_until BIGINT NOT NULL,
    booked_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    cancelled_at BIGINT,
    cancelled_by TEXT,
    cancel_reason TEXT NOT NULL DEFAULT '',
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
    channel TEXT NOT NULL CHECK (channel IN ('sms')),
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
    status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'closed')),
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
    kind TEXT NOT NULL CHECK (kind IN ('resident', 'staff')),
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
