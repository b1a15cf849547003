-- The counts of an occurrence follow its bookings in the same statement, whoever writes them. The
-- same as in ../sqlite, in PostgreSQL's words.

CREATE FUNCTION booking_made() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE occurrence SET
        taken_online = taken_online + (NEW.state IN ('confirmed', 'checked_in') AND NEW.channel = 'online')::INT,
        taken_assisted = taken_assisted + (NEW.state IN ('confirmed', 'checked_in') AND NEW.channel <> 'online')::INT,
        waiting = waiting + (NEW.state = 'waitlisted')::INT,
        came = came + (NEW.state = 'checked_in')::INT,
        went = went + (NEW.state = 'checked_in' AND NEW.checked_out_at IS NOT NULL)::INT,
        no_shows = no_shows + (NEW.state = 'no_show')::INT
    WHERE id = NEW.occurrence_id;
    RETURN NULL;
END $$;
CREATE TRIGGER booking_made AFTER INSERT ON booking
    FOR EACH ROW EXECUTE FUNCTION booking_made();

CREATE FUNCTION booking_gone() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE occurrence SET
        taken_online = taken_online - (OLD.state IN ('confirmed', 'checked_in') AND OLD.channel = 'online')::INT,
        taken_assisted = taken_assisted - (OLD.state IN ('confirmed', 'checked_in') AND OLD.channel <> 'online')::INT,
        waiting = waiting - (OLD.state = 'waitlisted')::INT,
        came = came - (OLD.state = 'checked_in')::INT,
        went = went - (OLD.state = 'checked_in' AND OLD.checked_out_at IS NOT NULL)::INT,
        no_shows = no_shows - (OLD.state = 'no_show')::INT
    WHERE id = OLD.occurrence_id;
    RETURN NULL;
END $$;
CREATE TRIGGER booking_gone AFTER DELETE ON booking
    FOR EACH ROW EXECUTE FUNCTION booking_gone();

CREATE FUNCTION booking_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
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
        no_shows = no_shows + (NEW.state = 'no_show')::INT - (OLD.state = 'no_show')::INT
    WHERE id = NEW.occurrence_id;
    RETURN NULL;
END $$;
CREATE TRIGGER booking_changed AFTER UPDATE OF state, channel, checked_out_at ON booking
    FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.channel <> NEW.channel
        OR (OLD.checked_out_at IS NULL) <> (NEW.checked_out_at IS NULL))
    EXECUTE FUNCTION booking_changed();

-- A booking stays with its occurrence; what moved would be counted nowhere.
CREATE FUNCTION booking_stays() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a booking stays with its occurrence';
END $$;
CREATE TRIGGER booking_stays BEFORE UPDATE OF occurrence_id ON booking
    FOR EACH ROW WHEN (OLD.occurrence_id <> NEW.occurrence_id)
    EXECUTE FUNCTION booking_stays();

CREATE FUNCTION occurrence_made() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    SELECT field, menu_item_id INTO NEW.field, NEW.menu_item_id
        FROM activity WHERE id = NEW.activity_id;
    RETURN NEW;
END $$;
CREATE TRIGGER occurrence_made BEFORE INSERT ON occurrence
    FOR EACH ROW EXECUTE FUNCTION occurrence_made();

CREATE FUNCTION activity_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE occurrence SET field = NEW.field, menu_item_id = NEW.menu_item_id
        WHERE activity_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER activity_changed AFTER UPDATE OF field, menu_item_id ON activity
    FOR EACH ROW EXECUTE FUNCTION activity_changed();

ALTER TABLE occurrence ADD COLUMN has_room BOOLEAN
    GENERATED ALWAYS AS (taken_online + taken_assisted < capacity) STORED;

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
