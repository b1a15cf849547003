-- What reports are made of follows the rows in the same statement, whoever writes them. The same as in
-- ../sqlite, in PostgreSQL's words. The functions of 0004 are written anew.

CREATE OR REPLACE FUNCTION booking_made() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE occurrence SET
        taken_online = taken_online + (NEW.state IN ('confirmed', 'checked_in') AND NEW.channel = 'online')::INT,
        taken_assisted = taken_assisted + (NEW.state IN ('confirmed', 'checked_in') AND NEW.channel <> 'online')::INT,
        waiting = waiting + (NEW.state = 'waitlisted')::INT,
        came = came + (NEW.state = 'checked_in')::INT,
        went = went + (NEW.state = 'checked_in' AND NEW.checked_out_at IS NOT NULL)::INT,
        no_shows = no_shows + (NEW.state = 'no_show')::INT,
        walk_ins = walk_ins + (NEW.state = 'checked_in' AND NEW.is_walk_in)::INT,
        came_changes = came_changes + (NEW.state = 'checked_in')::INT
    WHERE id = NEW.occurrence_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION booking_gone() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE occurrence SET
        taken_online = taken_online - (OLD.state IN ('confirmed', 'checked_in') AND OLD.channel = 'online')::INT,
        taken_assisted = taken_assisted - (OLD.state IN ('confirmed', 'checked_in') AND OLD.channel <> 'online')::INT,
        waiting = waiting - (OLD.state = 'waitlisted')::INT,
        came = came - (OLD.state = 'checked_in')::INT,
        went = went - (OLD.state = 'checked_in' AND OLD.checked_out_at IS NOT NULL)::INT,
        no_shows = no_shows - (OLD.state = 'no_show')::INT,
        walk_ins = walk_ins - (OLD.state = 'checked_in' AND OLD.is_walk_in)::INT,
        came_changes = came_changes + (OLD.state = 'checked_in')::INT
    WHERE id = OLD.occurrence_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION booking_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE occurrence SET
        taken_online = taken_online
            + (NEW.state IN ('confirmed', 'checked_in') AND NEW.channel = 'online')::INT
            - (OLD.state IN ('confirmed', 'checked_in') AND OLD.channel = 'online')::INT,
        taken_assisted = taken_assisted
            + (NEW.state IN ('confirmed', 'checked_in') AND NEW.channel <> 'online')::INT
            - (OLD.state IN ('confirmed', 'checked_in') AND OLD.channel <> 'online')::INT,
        waiting = waiting + (NEW.state = 'waitlisted')::INT - (OLD.state = 'waitlisted')::INT,
        came = came + (NEW.state = 'checked_in')::INT - (OLD.state = 'checked_in')::INT,
        went = went
            + (NEW.state = 'checked_in' AND NEW.checked_out_at IS NOT NULL)::INT
            - (OLD.state = 'checked_in' AND OLD.checked_out_at IS NOT NULL)::INT,
        no_shows = no_shows + (NEW.state = 'no_show')::INT - (OLD.state = 'no_show')::INT,
        walk_ins = walk_ins + (NEW.state = 'checked_in' AND NEW.is_walk_in)::INT
            - (OLD.state = 'checked_in' AND OLD.is_walk_in)::INT,
        came_changes = came_changes + ((NEW.state = 'checked_in') <> (OLD.state = 'checked_in')
            OR (NEW.state = 'checked_in' AND OLD.person_id <> NEW.person_id))::INT
    WHERE id = NEW.occurrence_id;
    RETURN NULL;
END $$;

DROP TRIGGER booking_changed ON booking;
CREATE TRIGGER booking_changed
    AFTER UPDATE OF state, channel, checked_out_at, person_id, is_walk_in ON booking
    FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.channel <> NEW.channel OR OLD.person_id <> NEW.person_id
        OR OLD.is_walk_in <> NEW.is_walk_in
        OR (OLD.checked_out_at IS NULL) <> (NEW.checked_out_at IS NULL))
    EXECUTE FUNCTION booking_changed();

CREATE OR REPLACE FUNCTION occurrence_made() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    SELECT field, menu_item_id, kind INTO NEW.field, NEW.menu_item_id, NEW.kind
        FROM activity WHERE id = NEW.activity_id;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION activity_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE occurrence SET field = NEW.field, menu_item_id = NEW.menu_item_id, kind = NEW.kind
        WHERE activity_id = NEW.id;
    RETURN NULL;
END $$;
DROP TRIGGER activity_changed ON activity;
CREATE TRIGGER activity_changed AFTER UPDATE OF field, menu_item_id, kind ON activity
    FOR EACH ROW EXECUTE FUNCTION activity_changed();

-- What moves to another month, field or center is rare where somebody has been there: all of the
-- center's sets are made anew.
CREATE FUNCTION occurrence_moved() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM people_cell WHERE center_id IN (OLD.center_id, NEW.center_id)
        AND (what = 'served' OR NEW.came_changes > 0);
    RETURN NULL;
END $$;
CREATE TRIGGER occurrence_moved AFTER UPDATE OF starts_at, field, center_id ON occurrence
    FOR EACH ROW
    WHEN (OLD.starts_at <> NEW.starts_at OR OLD.field <> NEW.field OR OLD.center_id <> NEW.center_id)
    EXECUTE FUNCTION occurrence_moved();
CREATE FUNCTION shift_moved() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM people_cell WHERE center_id IN (OLD.center_id, NEW.center_id) AND what = 'served';
    RETURN NULL;
END $$;
CREATE TRIGGER shift_moved AFTER UPDATE OF starts_at, occurrence_id, center_id ON shift
    FOR EACH ROW
    WHEN (NEW.there_changes > 0 AND (OLD.starts_at <> NEW.starts_at OR OLD.center_id <> NEW.center_id
        OR OLD.occurrence_id IS DISTINCT FROM NEW.occurrence_id))
    EXECUTE FUNCTION shift_moved();

CREATE FUNCTION shift_set_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE shift SET there_changes = there_changes + 1
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.shift_id ELSE NEW.shift_id END;
    RETURN NULL;
END $$;
CREATE TRIGGER assignment_made AFTER INSERT ON assignment
    FOR EACH ROW
    WHEN (NEW.state IN ('checked_in', 'checked_out', 'validated') AND NEW.person_id IS NOT NULL)
    EXECUTE FUNCTION shift_set_changed();
CREATE TRIGGER assignment_changed AFTER UPDATE OF state, person_id ON assignment
    FOR EACH ROW
    WHEN (COALESCE(OLD.person_id, NEW.person_id) IS NOT NULL
        AND ((OLD.state IN ('checked_in', 'checked_out', 'validated'))
                <> (NEW.state IN ('checked_in', 'checked_out', 'validated'))
            OR (NEW.state IN ('checked_in', 'checked_out', 'validated')
                AND OLD.person_id IS DISTINCT FROM NEW.person_id)))
    EXECUTE FUNCTION shift_set_changed();
CREATE TRIGGER assignment_gone AFTER DELETE ON assignment
    FOR EACH ROW
    WHEN (OLD.state IN ('checked_in', 'checked_out', 'validated') AND OLD.person_id IS NOT NULL)
    EXECUTE FUNCTION shift_set_changed();

-- A person's number in those sets, never given twice.
CREATE TABLE person_number (
    number BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    person_id TEXT NOT NULL UNIQUE
);


-- What is there already.
UPDATE occurrence SET kind = a.kind FROM activity a WHERE a.id = occurrence.activity_id;
UPDATE occurrence SET came_changes = came WHERE came > 0;
UPDATE occurrence SET walk_ins = c.walk_ins FROM (SELECT occurrence_id, COUNT(*) AS walk_ins FROM booking
    WHERE state = 'checked_in' AND is_walk_in GROUP BY occurrence_id) c
WHERE c.occurrence_id = occurrence.id;
UPDATE shift SET there_changes = c.there FROM (SELECT shift_id, COUNT(*) AS there FROM assignment
    WHERE state IN ('checked_in', 'checked_out', 'validated') AND person_id IS NOT NULL
    GROUP BY shift_id) c
WHERE c.shift_id = shift.id;
