-- Who is known at a center: whoever booked, served, asked to serve, was given hours or a card there. It
-- follows the rows in the same statement, whoever writes them. The same as in ../sqlite, in PostgreSQL's
-- words.

ALTER TABLE person ADD COLUMN search TEXT NOT NULL DEFAULT '';
CREATE TABLE known_at (
    -- Without a reference, which would make a booking wait for whoever changes the center.
    center_id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES person (id),
    -- As on the person's row, so that a search reads one stretch of one index.
    search TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (center_id, person_id)
);
CREATE INDEX known_at_by_person ON known_at (person_id);
-- By the last four digits of a telephone number.
CREATE INDEX account_by_tail ON account (substr(phone, 8));

-- One person who was there twice: into whom they were merged, what moved, and of whom it was said that they
-- are two.
ALTER TABLE person ADD COLUMN merged_into TEXT REFERENCES person (id);
CREATE INDEX person_by_merged ON person (merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE person_merge (
    id TEXT PRIMARY KEY,
    gone_id TEXT NOT NULL REFERENCES person (id),
    kept_id TEXT NOT NULL REFERENCES person (id),
    center_id TEXT NOT NULL REFERENCES center (id),
    merged_by TEXT NOT NULL,
    merged_at BIGINT NOT NULL,
    undone_by TEXT,
    undone_at BIGINT
);
CREATE INDEX person_merge_by_kept ON person_merge (kept_id);
CREATE INDEX person_merge_by_gone ON person_merge (gone_id);
CREATE TABLE merged_row (
    merge_id TEXT NOT NULL REFERENCES person_merge (id),
    kind TEXT NOT NULL,
    row_id TEXT NOT NULL,
    -- The state that the row had.
    was TEXT NOT NULL,
    PRIMARY KEY (merge_id, kind, row_id)
);
CREATE TABLE person_apart (
    one_id TEXT NOT NULL REFERENCES person (id),
    other_id TEXT NOT NULL REFERENCES person (id),
    said_by TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    PRIMARY KEY (one_id, other_id)
);

INSERT INTO known_at (center_id, person_id)
    SELECT o.center_id, b.person_id FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
    UNION SELECT s.center_id, a.person_id FROM assignment a JOIN shift s ON s.id = a.shift_id
        WHERE a.person_id IS NOT NULL
    UNION SELECT center_id, person_id FROM volunteer WHERE center_id IS NOT NULL
    UNION SELECT center_id, person_id FROM card
    UNION SELECT center_id, person_id FROM hour_entry;

CREATE FUNCTION makes_known(center TEXT, who TEXT) RETURNS VOID LANGUAGE SQL AS $$
    INSERT INTO known_at (center_id, person_id, search)
        SELECT center, p.id, p.search FROM person p
        WHERE p.id = who AND center IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM known_at k WHERE k.center_id = center AND k.person_id = who)
        ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION booking_makes_known() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM makes_known((SELECT center_id FROM occurrence WHERE id = NEW.occurrence_id), NEW.person_id);
    RETURN NULL;
END $$;
CREATE TRIGGER booking_makes_known AFTER INSERT OR UPDATE OF person_id ON booking
    FOR EACH ROW EXECUTE FUNCTION booking_makes_known();

CREATE FUNCTION assignment_makes_known() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM makes_known((SELECT center_id FROM shift WHERE id = NEW.shift_id), NEW.person_id);
    RETURN NULL;
END $$;
CREATE TRIGGER assignment_makes_known AFTER INSERT OR UPDATE OF person_id ON assignment
    FOR EACH ROW
    WHEN (NEW.person_id IS NOT NULL) EXECUTE FUNCTION assignment_makes_known();

CREATE FUNCTION volunteer_makes_known() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM makes_known(NEW.center_id, NEW.person_id);
    RETURN NULL;
END $$;
CREATE TRIGGER volunteer_makes_known AFTER INSERT OR UPDATE OF person_id, center_id ON volunteer
    FOR EACH ROW
    WHEN (NEW.center_id IS NOT NULL) EXECUTE FUNCTION volunteer_makes_known();

CREATE FUNCTION card_makes_known() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM makes_known(NEW.center_id, NEW.person_id);
    RETURN NULL;
END $$;
CREATE TRIGGER card_makes_known AFTER INSERT OR UPDATE OF person_id ON card
    FOR EACH ROW EXECUTE FUNCTION card_makes_known();

CREATE FUNCTION hour_entry_makes_known() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    PERFORM makes_known(NEW.center_id, NEW.person_id);
    RETURN NULL;
END $$;
CREATE TRIGGER hour_entry_makes_known AFTER INSERT ON hour_entry
    FOR EACH ROW EXECUTE FUNCTION hour_entry_makes_known();

CREATE FUNCTION person_searched() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE known_at SET search = NEW.search WHERE person_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER person_searched AFTER UPDATE OF search ON person
    FOR EACH ROW WHEN (OLD.search <> NEW.search) EXECUTE FUNCTION person_searched();
