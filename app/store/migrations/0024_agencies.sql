-- Contracted agencies, the centers that they run with their days, and who of the staff is of which.

CREATE TABLE agency (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    short_name TEXT NOT NULL,
    -- The unified social credit code, where known.
    credit_code TEXT,
    phone TEXT NOT NULL,
    demo BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE contract (
    id TEXT NOT NULL PRIMARY KEY,
    agency_id TEXT NOT NULL REFERENCES agency (id),
    center_id TEXT NOT NULL REFERENCES center (id),
    -- First and last day. No day of a center is in two contracts.
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    number TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX contract_by_center ON contract (center_id, from_day);
CREATE INDEX contract_by_agency ON contract (agency_id, center_id);

-- NULL: employed by the subdistrict itself.
ALTER TABLE staff ADD COLUMN agency_id TEXT REFERENCES agency (id);
CREATE INDEX staff_by_agency ON staff (agency_id);

-- Whether a contract ends the grant earlier than it was given for, and what it was given for; NULL: for good.
ALTER TABLE role_grant ADD COLUMN cut BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE role_grant ADD COLUMN wanted_ends_at BIGINT;
