-- The counts of an occurrence follow its bookings in the same statement, whoever writes them. The
-- same as in ../postgres, in SQLite's words.

CREATE TRIGGER booking_made AFTER INSERT ON booking BEGIN
    UPDATE occurrence SET
        taken_online = taken_online + (NEW.state IN ('confirmed', 'checked_in') AND NEW.channel = 'online'),
        taken_assisted = taken_assisted + (NEW.state IN ('confirmed', 'checked_in') AND NEW.channel <> 'online'),
        waiting = waiting + (NEW.state = 'waitlisted'),
        came = came + (NEW.state = 'checked_in'),
        went = went + (NEW.state = 'checked_in' AND NEW.checked_out_at IS NOT NULL),
        no_shows = no_shows + (NEW.state = 'no_show')
    WHERE id = NEW.occurrence_id;
END;

CREATE TRIGGER booking_gone AFTER DELETE ON booking BEGIN
    UPDATE occurrence SET
        taken_online = taken_online - (OLD.state IN ('confirmed', 'checked_in') AND OLD.channel = 'online'),
        taken_assisted = taken_assisted - (OLD.state IN ('confirmed', 'checked_in') AND OLD.channel <> 'online'),
        waiting = waiting - (OLD.state = 'waitlisted'),
        came = came - (OLD.state = 'checked_in'),
        went = went - (OLD.state = 'checked_in' AND OLD.checked_out_at IS NOT NULL),
        no_shows = no_shows - (OLD.state = 'no_show')
    WHERE id = OLD.occurrence_id;
END;

CREATE TRIGGER booking_changed AFTER UPDATE OF state, channel, checked_out_at ON booking
WHEN OLD.state <> NEW.state OR OLD.channel <> NEW.channel
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
        no_shows = no_shows + (NEW.state = 'no_show') - (OLD.state = 'no_show')
    WHERE id = NEW.occurrence_id;
END;

-- A booking stays with its occurrence; what moved would be counted nowhere.
CREATE TRIGGER booking_stays BEFORE UPDATE OF occurrence_id ON booking
WHEN OLD.occurrence_id <> NEW.occurrence_id
BEGIN
    SELECT RAISE(ABORT, 'a booking stays with its occurrence');
END;

CREATE TRIGGER occurrence_made AFTER INSERT ON occurrence BEGIN
    UPDATE occurrence SET
        field = (SELECT field FROM activity WHERE id = NEW.activity_id),
        menu_item_id = (SELECT menu_item_id FROM activity WHERE id = NEW.activity_id)
    WHERE id = NEW.id;
END;

CREATE TRIGGER activity_changed AFTER UPDATE OF field, menu_item_id ON activity BEGIN
    UPDATE occurrence SET field = NEW.field, menu_item_id = NEW.menu_item_id
    WHERE activity_id = NEW.id;
END;

ALTER TABLE occurrence ADD COLUMN has_room BOOLEAN
    GENERATED ALWAYS AS (taken_online + taken_assisted < capacity) VIRTUAL;

-- What is there already. Nobody can write a booking between the triggers and this.
UPDATE occurrence SET taken_online = c.taken_online, taken_assisted = c.taken_assisted,
    waiting = c.waiting, came = c.came, went = c.went, no_shows = c.no_shows
FROM (SELECT occurrence_id,
        COUNT(*) FILTER (WHERE state IN ('confirmed', 'checked_in') AND channel = 'online') AS taken_online,
        COUNT(*) FILTER (WHERE state IN ('confirmed', 'checked_in') AND channel <> 'online') AS taken_assisted,
        COUNT(*) FILTER (WHERE state = 'waitlisted') AS waiting,
        COUNT(*) FILTER (WHERE state = 'checked_in') AS came,
        COUNT(*) FILTER (WHERE state = 'checked_in' AND checked_out_at IS NOT NULL) AS went,
        COUNT(*) FILTER (WHERE state = 'no_show') AS no_shows
    FROM booking GROUP BY occurrence_id) c
WHERE c.occurrence_id = occurrence.id;
UPDATE occurrence SET field = a.field, menu_item_id = a.menu_item_id
FROM activity a WHERE a.id = occurrence.activity_id;

-- What can still be booked by what it is about, center and time: what else there is for somebody
-- who was refused.
CREATE INDEX occurrence_open_by_item ON occurrence (menu_item_id, center_id, starts_at, id)
    WHERE has_room AND status = 'published' AND allocation = 'first_come';
CREATE INDEX occurrence_open_by_field ON occurrence (field, center_id, starts_at, id)
    WHERE has_room AND status = 'published' AND allocation = 'first_come';
