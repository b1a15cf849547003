-- The evaluation of a center by a third party: one for each stage of a contract's year. `findings` is
-- JSON; a center replies once it was handed in.
CREATE TABLE evaluation (
    center_id TEXT NOT NULL REFERENCES center (id),
    year BIGINT NOT NULL,
    stage TEXT NOT NULL,
    findings TEXT NOT NULL,
    saved_by TEXT NOT NULL REFERENCES staff (id),
    saved_at BIGINT NOT NULL,
    handed_in_at BIGINT,
    reply TEXT NOT NULL DEFAULT '',
    replied_by TEXT REFERENCES staff (id),
    replied_at BIGINT,
    -- Rises with every change.
    revision BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (center_id, year, stage)
);
