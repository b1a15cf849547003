-- Kiosks, and what phones scan off their screens. One text for SQLite and PostgreSQL.

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
    camera TEXT NOT NULL DEFAULT 'unknown' CHECK (camera IN ('unknown', 'ok', 'failed')),
    scanner TEXT NOT NULL DEFAULT 'unknown' CHECK (scanner IN ('unknown', 'ok', 'failed')),
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
