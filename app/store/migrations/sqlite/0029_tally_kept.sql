-- What no longer is as a tally says, noted in the same statement, whoever writes the row. The same as in
-- ../postgres, in SQLite's words.

-- That something which reports count has changed at a center: of when it began. Without a reference, which
-- would make a scan wait for whoever changes the center.
CREATE TABLE report_change (
    at BIGINT NOT NULL,
    center_id TEXT NOT NULL,
    PRIMARY KEY (at, center_id)
);

-- There is one writer at a time: what is noted already need not be noted again.
CREATE TRIGGER occurrence_counts_anew
AFTER UPDATE OF came, walk_ins, no_shows, came_changes, kind, field, starts_at, center_id ON occurrence
WHEN (OLD.came_changes > 0 OR NEW.came_changes > 0 OR OLD.no_shows > 0 OR NEW.no_shows > 0)
    AND (OLD.came <> NEW.came OR OLD.walk_ins <> NEW.walk_ins OR OLD.no_shows <> NEW.no_shows
        OR OLD.came_changes <> NEW.came_changes OR OLD.kind <> NEW.kind OR OLD.field <> NEW.field
        OR OLD.starts_at <> NEW.starts_at OR OLD.center_id <> NEW.center_id)
BEGIN
    INSERT INTO report_change (at, center_id) SELECT NEW.starts_at, NEW.center_id
        WHERE NOT EXISTS (SELECT 1 FROM report_change
            WHERE at = NEW.starts_at AND center_id = NEW.center_id);
    INSERT INTO report_change (at, center_id) SELECT OLD.starts_at, OLD.center_id
        WHERE NOT EXISTS (SELECT 1 FROM report_change
            WHERE at = OLD.starts_at AND center_id = OLD.center_id);
END;

CREATE TRIGGER occurrence_counts_no_more AFTER DELETE ON occurrence
WHEN OLD.came_changes > 0 OR OLD.no_shows > 0
BEGIN
    INSERT INTO report_change (at, center_id) SELECT OLD.starts_at, OLD.center_id
        WHERE NOT EXISTS (SELECT 1 FROM report_change
            WHERE at = OLD.starts_at AND center_id = OLD.center_id);
END;

-- A shift counts for its occurrence's field, and so do the hours of it.
CREATE TRIGGER occurrence_field_anew AFTER UPDATE OF field ON occurrence
WHEN OLD.field <> '' AND OLD.field <> NEW.field
BEGIN
    INSERT INTO report_change (at, center_id)
        SELECT DISTINCT s.starts_at, s.center_id FROM shift s
        WHERE s.occurrence_id = NEW.id AND s.there_changes > 0
        AND NOT EXISTS (SELECT 1 FROM report_change r
            WHERE r.at = s.starts_at AND r.center_id = s.center_id);
    INSERT INTO report_change (at, center_id)
        SELECT DISTINCT h.served_at, h.center_id FROM shift s JOIN hour_entry h ON h.shift_id = s.id
        WHERE s.occurrence_id = NEW.id
        AND NOT EXISTS (SELECT 1 FROM report_change r
            WHERE r.at = h.served_at AND r.center_id = h.center_id);
END;

CREATE TRIGGER shift_counts_anew
AFTER UPDATE OF there_changes, starts_at, center_id, occurrence_id ON shift
WHEN (OLD.there_changes > 0 OR NEW.there_changes > 0)
    AND (OLD.there_changes <> NEW.there_changes OR OLD.starts_at <> NEW.starts_at
        OR OLD.center_id <> NEW.center_id OR OLD.occurrence_id IS DISTINCT FROM NEW.occurrence_id)
BEGIN
    INSERT INTO report_change (at, center_id) SELECT NEW.starts_at, NEW.center_id
        WHERE NOT EXISTS (SELECT 1 FROM report_change
            WHERE at = NEW.starts_at AND center_id = NEW.center_id);
    INSERT INTO report_change (at, center_id) SELECT OLD.starts_at, OLD.center_id
        WHERE NOT EXISTS (SELECT 1 FROM report_change
            WHERE at = OLD.starts_at AND center_id = OLD.center_id);
END;

CREATE TRIGGER shift_counts_no_more AFTER DELETE ON shift
WHEN OLD.there_changes > 0
BEGIN
    INSERT INTO report_change (at, center_id) SELECT OLD.starts_at, OLD.center_id
        WHERE NOT EXISTS (SELECT 1 FROM report_change
            WHERE at = OLD.starts_at AND center_id = OLD.center_id);
END;

CREATE TRIGGER shift_field_anew AFTER UPDATE OF occurrence_id ON shift
WHEN OLD.occurrence_id IS DISTINCT FROM NEW.occurrence_id
BEGIN
    INSERT INTO report_change (at, center_id)
        SELECT DISTINCT h.served_at, h.center_id FROM hour_entry h WHERE h.shift_id = NEW.id
        AND NOT EXISTS (SELECT 1 FROM report_change r
            WHERE r.at = h.served_at AND r.center_id = h.center_id);
END;

CREATE TRIGGER hour_entry_counts AFTER INSERT ON hour_entry
BEGIN
    INSERT INTO report_change (at, center_id) SELECT NEW.served_at, NEW.center_id
        WHERE NOT EXISTS (SELECT 1 FROM report_change
            WHERE at = NEW.served_at AND center_id = NEW.center_id);
END;

CREATE TRIGGER hour_word_counts AFTER INSERT ON hour_word
WHEN NEW.word IN ('approved', 'refused')
BEGIN
    INSERT INTO report_change (at, center_id)
        SELECT h.served_at, h.center_id FROM hour_entry h WHERE h.id = NEW.entry_id
        AND NOT EXISTS (SELECT 1 FROM report_change r
            WHERE r.at = h.served_at AND r.center_id = h.center_id);
END;
