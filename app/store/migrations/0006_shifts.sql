-- Volunteers, and the shifts in which social workers and volunteers work together.

-- A training that somebody can have; `includes`: the codes of trainings that it covers too, as JSON.
CREATE TABLE training (
    name TEXT PRIMARY KEY,
    includes TEXT NOT NULL DEFAULT '[]'
);

-- Who has asked to be a volunteer, or is one. Two standings, two numbers.
CREATE TABLE volunteer (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL UNIQUE REFERENCES person (id),
    center_id TEXT REFERENCES center (id),
    standing TEXT NOT NULL,
    probation_no TEXT UNIQUE,
    formal_no TEXT UNIQUE,
    -- Names of skills, as JSON.
    skills TEXT NOT NULL DEFAULT '[]',
    applied_at BIGINT NOT NULL,
    accepted_at BIGINT,
    formal_at BIGINT,
    left_at BIGINT,
    demo BOOLEAN NOT NULL DEFAULT FALSE,
    revision BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX volunteer_by_center ON volunteer (center_id, standing);

-- What somebody was trained in, and until when it counts.
CREATE TABLE trained (
    person_id TEXT NOT NULL REFERENCES person (id),
    training TEXT NOT NULL REFERENCES training (name),
    since BIGINT NOT NULL,
    until BIGINT,
    PRIMARY KEY (person_id, training)
);

-- A stretch of work: of an occurrence, or a center's own duty. `leads`, `volunteers` and `waiting`
-- are counted anew from the assignments in each transaction that changes one.
CREATE TABLE shift (
    id TEXT PRIMARY KEY,
    center_id TEXT NOT NULL REFERENCES center (id),
    occurrence_id TEXT REFERENCES occurrence (id),
    duty TEXT,
    title TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    place TEXT NOT NULL DEFAULT '',
    joining TEXT NOT NULL,
    leads_min BIGINT NOT NULL CHECK (leads_min >= 1),
    volunteers_min BIGINT NOT NULL CHECK (volunteers_min >= 0),
    volunteers_max BIGINT NOT NULL CHECK (volunteers_max >= 1),
    waitlist_capacity BIGINT NOT NULL DEFAULT 0 CHECK (waitlist_capacity >= 0),
    -- Positions, skills and trainings, as JSON.
    positions TEXT NOT NULL DEFAULT '[]',
    skills TEXT NOT NULL DEFAULT '[]',
    trainings TEXT NOT NULL DEFAULT '[]',
    min_age BIGINT,
    guardian_below BIGINT NOT NULL,
    risks TEXT NOT NULL DEFAULT '',
    risks_version BIGINT NOT NULL DEFAULT 1,
    status TEXT NOT NULL,
    cancel_reason TEXT NOT NULL DEFAULT '',
    leads BIGINT NOT NULL DEFAULT 0,
    volunteers BIGINT NOT NULL DEFAULT 0,
    waiting BIGINT NOT NULL DEFAULT 0,
    demo BOOLEAN NOT NULL DEFAULT FALSE,
    sequence BIGINT NOT NULL DEFAULT 0,
    revision BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL
);
CREATE INDEX shift_by_center ON shift (center_id, starts_at);
CREATE INDEX shift_by_start ON shift (starts_at, id);
CREATE INDEX shift_by_occurrence ON shift (occurrence_id) WHERE occurrence_id IS NOT NULL;

-- Somebody's place in a shift: of a volunteer by person, of a lead by member of staff.
CREATE TABLE assignment (
    id TEXT PRIMARY KEY,
    shift_id TEXT NOT NULL REFERENCES shift (id),
    role TEXT NOT NULL,
    person_id TEXT REFERENCES person (id),
    account_id TEXT REFERENCES account (id),
    staff_id TEXT REFERENCES staff (id),
    -- The position that was asked for, and while a place is held the one that it is in.
    position TEXT,
    state TEXT NOT NULL,
    channel TEXT NOT NULL,
    short_code TEXT NOT NULL UNIQUE,
    queue_no BIGINT,
    -- Which version of the text of risks was confirmed, and when (C-96).
    risks_version BIGINT,
    risks_at BIGINT,
    -- Why the staff set a rule aside (C-81).
    override_reason TEXT,
    asked_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    ended_at BIGINT,
    ended_by TEXT,
    end_reason TEXT NOT NULL DEFAULT '',
    sequence BIGINT NOT NULL DEFAULT 0
);
-- Nobody is in the same shift twice, in whatever part (C-78).
CREATE UNIQUE INDEX assignment_live_person ON assignment (shift_id, person_id)
    WHERE person_id IS NOT NULL
    AND state IN ('waitlisted', 'requested', 'confirmed', 'checked_in', 'checked_out', 'validated');
CREATE UNIQUE INDEX assignment_live_staff ON assignment (shift_id, staff_id)
    WHERE staff_id IS NOT NULL
    AND state IN ('waitlisted', 'requested', 'confirmed', 'checked_in', 'checked_out', 'validated');
CREATE INDEX assignment_by_shift ON assignment (shift_id, state);
CREATE INDEX assignment_by_person ON assignment (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX assignment_by_account ON assignment (account_id, asked_at) WHERE account_id IS NOT NULL;
CREATE INDEX assignment_by_staff ON assignment (staff_id) WHERE staff_id IS NOT NULL;

-- What somebody has promised to be at: now also shifts.
DROP VIEW commitment;
CREATE VIEW commitment AS
    SELECT 'booking' AS subject_kind, b.id AS subject_id, b.person_id, b.occurrence_id AS event_id,
        a.title, o.starts_at, o.ends_at
    FROM booking b
    JOIN occurrence o ON o.id = b.occurrence_id
    JOIN activity a ON a.id = o.activity_id
    WHERE b.state IN ('confirmed', 'checked_in') AND NOT o.is_transparent
    UNION ALL
    SELECT 'assignment' AS subject_kind, s.id AS subject_id, s.person_id, s.shift_id AS event_id,
        t.title, t.starts_at, t.ends_at
    FROM assignment s
    JOIN shift t ON t.id = s.shift_id
    WHERE s.state IN ('confirmed', 'checked_in') AND s.person_id IS NOT NULL;

-- A program's token may speak for a member of staff, who leads and validates.
ALTER TABLE token ADD COLUMN staff_id TEXT REFERENCES staff (id);
