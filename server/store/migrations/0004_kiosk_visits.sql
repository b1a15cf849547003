-- Somebody who books at a kiosk. One text for SQLite and PostgreSQL.

-- One screen has one person before it: whoever begins ends who was there. Only a hash of the
-- secret is kept, and the row goes with "done", idle, or a few minutes.
CREATE TABLE kiosk_visit (
    kiosk_id TEXT PRIMARY KEY REFERENCES kiosk (id),
    secret_hash TEXT NOT NULL,
    -- A code is on its way to this number; NULL once it was entered.
    phone TEXT,
    -- Proven: how, whose account, and for whom a place is wanted.
    proof TEXT CHECK (proof IN ('phone', 'card', 'ticket')),
    account_id TEXT REFERENCES account (id),
    person_id TEXT REFERENCES person (id),
    -- What booking came to, as JSON.
    answer TEXT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX kiosk_visit_by_age ON kiosk_visit (expires_at);
