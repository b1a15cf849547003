-- What volunteers arrange among themselves, and how the staff find somebody in time.

-- A place that somebody would give to another, and for it take one of those in `swap_wish`. It stands
-- while the place is held and its shift has not begun.
CREATE TABLE swap_offer (
    assignment_id TEXT PRIMARY KEY REFERENCES assignment (id),
    -- Whether whoever suits may simply take it over.
    hand_over BOOLEAN NOT NULL,
    offered_at BIGINT NOT NULL
);
CREATE TABLE swap_wish (
    assignment_id TEXT NOT NULL REFERENCES swap_offer (assignment_id),
    shift_id TEXT NOT NULL REFERENCES shift (id),
    -- Which version of that shift's text of risks was confirmed with the wish (C-96).
    risks_version BIGINT,
    PRIMARY KEY (assignment_id, shift_id)
);
CREATE INDEX swap_wish_by_shift ON swap_wish (shift_id);

-- A second place that is kept for a friend for a while: nobody else gets it until then.
CREATE TABLE invitation (
    id TEXT PRIMARY KEY,
    shift_id TEXT NOT NULL REFERENCES shift (id),
    -- Who invites: their own place in the shift.
    assignment_id TEXT NOT NULL REFERENCES assignment (id),
    -- The friend's telephone number; blanked once it is over.
    phone TEXT NOT NULL,
    invited_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    -- How it ended: 'taken', 'declined', 'taken_back' or 'expired'; NULL while the place is kept.
    ended TEXT,
    ended_at BIGINT
);
CREATE INDEX invitation_open ON invitation (shift_id, until) WHERE ended IS NULL;
CREATE INDEX invitation_by_phone ON invitation (phone) WHERE ended IS NULL;
CREATE INDEX invitation_by_assignment ON invitation (assignment_id);
-- Places that invitations keep: counted with the others.
ALTER TABLE shift ADD COLUMN kept BIGINT NOT NULL DEFAULT 0;

-- Two volunteers who would like to serve together; it counts once the other has agreed.
CREATE TABLE partner (
    person_id TEXT NOT NULL REFERENCES person (id),
    other_id TEXT NOT NULL REFERENCES person (id),
    asked_at BIGINT NOT NULL,
    agreed_at BIGINT,
    PRIMARY KEY (person_id, other_id)
);
CREATE INDEX partner_by_other ON partner (other_id);

-- Who wants to be told when a shift, or the shifts of a kind at a center, change how they stand.
CREATE TABLE watch (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    shift_id TEXT REFERENCES shift (id),
    center_id TEXT REFERENCES center (id),
    -- Of a center's shifts: those of this duty, or of occurrences; all without one.
    kind TEXT,
    since BIGINT NOT NULL,
    -- How many messages it brought, and how many places were taken after one.
    told BIGINT NOT NULL DEFAULT 0,
    came BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX watch_of_shift ON watch (account_id, shift_id) WHERE shift_id IS NOT NULL;
CREATE UNIQUE INDEX watch_of_kind ON watch (account_id, center_id, kind)
    WHERE center_id IS NOT NULL AND kind IS NOT NULL;
CREATE UNIQUE INDEX watch_of_center ON watch (account_id, center_id)
    WHERE center_id IS NOT NULL AND kind IS NULL;
CREATE INDEX watch_by_shift ON watch (shift_id) WHERE shift_id IS NOT NULL;
CREATE INDEX watch_by_center ON watch (center_id) WHERE center_id IS NOT NULL;

-- Somebody whom the staff asked to help out in a shift.
CREATE TABLE cover_call (
    id TEXT PRIMARY KEY,
    shift_id TEXT NOT NULL REFERENCES shift (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    asked_by TEXT NOT NULL REFERENCES staff (id),
    asked_at BIGINT NOT NULL,
    -- 'yes' or 'no'; NULL while they have not said.
    answer TEXT,
    answered_at BIGINT
);
CREATE UNIQUE INDEX cover_call_once ON cover_call (shift_id, person_id);
CREATE INDEX cover_call_by_person ON cover_call (person_id, asked_at);
CREATE INDEX cover_call_by_account ON cover_call (account_id);

-- When whoever can act was reminded of an alert 24 and 2 hours before the beginning (C-82).
ALTER TABLE shift_alert ADD COLUMN day_before_at BIGINT;
ALTER TABLE shift_alert ADD COLUMN hours_before_at BIGINT;

-- A training that everybody has who attended, and for how many months it counts.
ALTER TABLE occurrence ADD COLUMN grants_training TEXT REFERENCES training (name);
ALTER TABLE occurrence ADD COLUMN training_months BIGINT;
CREATE INDEX occurrence_granting ON occurrence (grants_training, ends_at)
    WHERE grants_training IS NOT NULL;

-- Whether a shift without a lead may begin: 'blocks' or 'warns'. The center's policy, not law.
ALTER TABLE center ADD COLUMN missing_lead TEXT NOT NULL DEFAULT 'blocks';

-- Centers where a volunteer likes to serve, and languages that they speak, as JSON.
ALTER TABLE volunteer ADD COLUMN centers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE volunteer ADD COLUMN languages TEXT NOT NULL DEFAULT '[]';

-- Shifts that last longer than a day: who lists what is on at a time looks for these alone further back
-- than a day.
CREATE INDEX shift_long ON shift (starts_at, ends_at) WHERE ends_at - starts_at > 86400000;

-- On which step of the ladder of supervision a social worker is; none is the front line.
ALTER TABLE staff ADD COLUMN grade TEXT;
