-- What reports are made of follows the rows in the same statement, whoever writes them. The same as in
-- ../postgres, in SQLite's words. The triggers of 0004 are written anew.

DROP TRIGGER booking_made;
CREATE TRIGGER booking_made AFTER INSERT ON booking BEGIN
    UPDATE occurrence SET
        taken_online = taken_online + (NEW.state IN ('confirmed', 'checked_in') AND NEW.channel = 'online'),
        taken_assisted = taken_assisted + (NEW.state IN ('confirmed', 'checked_in') AND NEW.channel <> 'online'),
        waiting = waiting + (NEW.state = 'waitlisted'),
        came = came + (NEW.state = 'checked_in'),
        went = went + (NEW.state = 'checked_in' AND NEW.checked_out_at IS NOT NULL),
        no_shows = no_shows + (NEW.state = 'no_show'),
        walk_ins = walk_ins + (NEW.state = 'checked_in' AND NEW.is_walk_in),
        came_changes = came_changes + (NEW.state = 'checked_in')
    WHERE id = NEW.occurrence_id;
END;

DROP TRIGGER booking_gone;
CREATE TRIGGER booking_gone AFTER DELETE ON booking BEGIN
    UPDATE occurrence SET
        taken_online = taken_online - (OLD.state IN ('confirmed', 'checked_in') AND OLD.channel = 'online'),
        taken_assisted = taken_assisted - (OLD.state IN ('confirmed', 'checked_in') AND OLD.channel <> 'online'),
        waiting = waiting - (OLD.state = 'waitlisted'),
        came = came - (OLD.state = 'checked_in'),
        went = went - (OLD.state = 'checked_in' AND OLD.checked_out_at IS NOT NULL),
        no_shows = no_shows - (OLD.state = 'no_show'),
        walk_ins = walk_ins - (OLD.state = 'checked_in' AND OLD.is_walk_in),
        came_changes = came_changes + (OLD.state = 'checked_in')
    WHERE id = OLD.occurrence_id;
END;

DROP TRIGGER booking_changed;
CREATE TRIGGER booking_changed AFTER UPDATE OF state, channel, checked_out_at, person_id, is_walk_in ON booking
WHEN OLD.state <> NEW.state OR OLD.channel <> NEW.channel OR OLD.person_id <> NEW.person_id
    OR OLD.is_walk_in <> NEW.is_walk_in
    OR (OLD.checked_out_at IS NULL) <> (NEW.checked_out_at IS NULL)
BEGIN
    UPDATE occurrence SET
        taken_online = taken_online
            + (NEW.state IN ('confirmed', 'checked_in') AND NEW.channel = 'online')
            - (OLD.state IN ('confirmed', 'checked_in') AND OLD.channel = 'online'),
        taken_assisted = taken_assisted
            + (NEW.state IN ('confirmed', 'checked_in') AND NEW.channel <> 'online')
            - (OLD.state IN ('confirmed', 'checked_in') AND OLD.channel <> 'online'),
        waiting = waiting + (NEW.state = 'waitlisted') - (OLD.state = 'waitlisted'),
        came = came + (NEW.state = 'checked_in') - (OLD.state = 'checked_in'),
        went = went
            + (NEW.state = 'checked_in' AND NEW.checked_out_at IS NOT NULL)
            - (OLD.state = 'checked_in' AND OLD.checked_out_at IS NOT NULL),
        no_shows = no_shows + (NEW.state = 'no_show') - (OLD.state = 'no_show'),
        walk_ins = walk_ins + (NEW.state = 'checked_in' AND NEW.is_walk_in)
            - (OLD.state = 'checked_in' AND OLD.is_walk_in),
        came_changes = came_changes + ((NEW.state = 'checked_in') <> (OLD.state = 'checked_in')
            OR (NEW.state = 'checked_in' AND OLD.person_id <> NEW.person_id))
    WHERE id = NEW.occurrence_id;
END;

DROP TRIGGER occurrence_made;
CREATE TRIGGER occurrence_made AFTER INSERT ON occurrence BEGIN
    UPDATE occurrence SET
        field = (SELECT field FROM activity WHERE id = NEW.activity_id),
        menu_item_id = (SELECT menu_item_id FROM activity WHERE id = NEW.activity_id),
        kind = (SELECT kind FROM activity WHERE id = NEW.activity_id)
    WHERE id = NEW.id;
END;

DROP TRIGGER activity_changed;
CREATE TRIGGER activity_changed AFTER UPDATE OF field, menu_item_id, kind ON activity BEGIN
    UPDATE occurrence SET field = NEW.field, menu_item_id = NEW.menu_item_id, kind = NEW.kind
    WHERE activity_id = NEW.id;
END;

-- What moves to another month, field or center is rare where somebody has been there: all of the
-- center's sets are made anew. A new date has no field until the trigger before gives it one.
CREATE TRIGGER occurrence_moved AFTER UPDATE OF starts_at, field, center_id ON occurrence
WHEN OLD.field <> '' AND (OLD.starts_at <> NEW.starts_at OR OLD.field <> NEW.field
    OR OLD.center_id <> NEW.center_id)
BEGIN
    DELETE FROM people_cell WHERE center_id IN (OLD.center_id, NEW.center_id)
        AND (what = 'served' OR NEW.came_changes > 0);
END;
CREATE TRIGGER shift_moved AFTER UPDATE OF starts_at, occurrence_id, center_id ON shift
WHEN NEW.there_changes > 0 AND (OLD.starts_at <> NEW.starts_at OR OLD.center_id <> NEW.center_id
    OR OLD.occurrence_id IS DISTINCT FROM NEW.occurrence_id)
BEGIN
    DELETE FROM people_cell WHERE center_id IN (OLD.center_id, NEW.center_id) AND what = 'served';
END;

CREATE TRIGGER assignment_made AFTER INSERT ON assignment
WHEN NEW.state IN ('checked_in', 'checked_out', 'validated') AND NEW.person_id IS NOT NULL
BEGIN
    UPDATE shift SET there_changes = there_changes + 1 WHERE id = NEW.shift_id;
END;
CREATE TRIGGER assignment_changed AFTER UPDATE OF state, person_id ON assignment
WHEN COALESCE(OLD.person_id, NEW.person_id) IS NOT NULL
    AND ((OLD.state IN ('checked_in', 'checked_out', 'validated'))
            <> (NEW.state IN ('checked_in', 'checked_out', 'validated'))
        OR (NEW.state IN ('checked_in', 'checked_out', 'validated')
            AND OLD.person_id IS DISTINCT FROM NEW.person_id))
BEGIN
    UPDATE shift SET there_changes = there_changes + 1 WHERE id = NEW.shift_id;
END;
CREATE TRIGGER assignment_gone AFTER DELETE ON assignment
WHEN OLD.state IN ('checked_in', 'checked_out', 'validated') AND OLD.person_id IS NOT NULL
BEGIN
    UPDATE shift SET there_changes = there_changes + 1 WHERE id = OLD.shift_id;
END;

-- A person's number in those sets, never given twice.
CREATE TABLE person_number (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
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
