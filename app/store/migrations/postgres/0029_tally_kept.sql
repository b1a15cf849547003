-- What no longer is as a tally says, noted in the same statement, whoever writes the row. The same as in
-- ../sqlite, in PostgreSQL's words.

-- That something which reports count has changed at a center: of when it began. Only ever added to by
-- those who change something, and never looked at by them: a note that is there already may be on its way
-- out with a tally that does not know of this change. Without a reference, which would make a scan wait for
-- whoever changes the center.
CREATE TABLE report_change (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    center_id TEXT NOT NULL
);
CREATE INDEX report_change_by_time ON report_change (at, center_id);

CREATE FUNCTION counts_anew() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO report_change (at, center_id) VALUES (NEW.starts_at, NEW.center_id);
    END IF;
    IF TG_OP = 'DELETE' OR OLD.starts_at <> NEW.starts_at OR OLD.center_id <> NEW.center_id THEN
        INSERT INTO report_change (at, center_id) VALUES (OLD.starts_at, OLD.center_id);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER occurrence_counts_anew
    AFTER UPDATE OF came, walk_ins, no_shows, came_changes, kind, field, starts_at, center_id ON occurrence
    FOR EACH ROW
    WHEN ((OLD.came_changes > 0 OR NEW.came_changes > 0 OR OLD.no_shows > 0 OR NEW.no_shows > 0)
        AND (OLD.came <> NEW.came OR OLD.walk_ins <> NEW.walk_ins OR OLD.no_shows <> NEW.no_shows
            OR OLD.came_changes <> NEW.came_changes OR OLD.kind <> NEW.kind OR OLD.field <> NEW.field
            OR OLD.starts_at <> NEW.starts_at OR OLD.center_id <> NEW.center_id))
    EXECUTE FUNCTION counts_anew();
CREATE TRIGGER occurrence_counts_no_more AFTER DELETE ON occurrence
    FOR EACH ROW
    WHEN (OLD.came_changes > 0 OR OLD.no_shows > 0)
    EXECUTE FUNCTION counts_anew();

CREATE TRIGGER shift_counts_anew
    AFTER UPDATE OF there_changes, starts_at, center_id, occurrence_id ON shift
    FOR EACH ROW
    WHEN ((OLD.there_changes > 0 OR NEW.there_changes > 0)
        AND (OLD.there_changes <> NEW.there_changes OR OLD.starts_at <> NEW.starts_at
            OR OLD.center_id <> NEW.center_id OR OLD.occurrence_id IS DISTINCT FROM NEW.occurrence_id))
    EXECUTE FUNCTION counts_anew();
CREATE TRIGGER shift_counts_no_more AFTER DELETE ON shift
    FOR EACH ROW WHEN (OLD.there_changes > 0) EXECUTE FUNCTION counts_anew();

-- A shift counts for its occurrence's field, and so do the hours of it.
CREATE FUNCTION occurrence_field_anew() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO report_change (at, center_id)
        SELECT s.starts_at, s.center_id FROM shift s
        WHERE s.occurrence_id = NEW.id AND s.there_changes > 0;
    INSERT INTO report_change (at, center_id)
        SELECT DISTINCT h.served_at, h.center_id FROM shift s JOIN hour_entry h ON h.shift_id = s.id
        WHERE s.occurrence_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER occurrence_field_anew AFTER UPDATE OF field ON occurrence
    FOR EACH ROW WHEN (OLD.field <> NEW.field) EXECUTE FUNCTION occurrence_field_anew();

CREATE FUNCTION shift_field_anew() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO report_change (at, center_id)
        SELECT DISTINCT h.served_at, h.center_id FROM hour_entry h WHERE h.shift_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER shift_field_anew AFTER UPDATE OF occurrence_id ON shift
    FOR EACH ROW WHEN (OLD.occurrence_id IS DISTINCT FROM NEW.occurrence_id)
    EXECUTE FUNCTION shift_field_anew();

CREATE FUNCTION hour_entry_counts() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO report_change (at, center_id) VALUES (NEW.served_at, NEW.center_id);
    RETURN NULL;
END $$;
CREATE TRIGGER hour_entry_counts AFTER INSERT ON hour_entry
    FOR EACH ROW EXECUTE FUNCTION hour_entry_counts();

CREATE FUNCTION hour_word_counts() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO report_change (at, center_id)
        SELECT h.served_at, h.center_id FROM hour_entry h WHERE h.id = NEW.entry_id;
    RETURN NULL;
END $$;
CREATE TRIGGER hour_word_counts AFTER INSERT ON hour_word
    FOR EACH ROW WHEN (NEW.word IN ('approved', 'refused')) EXECUTE FUNCTION hour_word_counts();
