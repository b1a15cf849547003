-- What a row of an occurrence keeps besides its own facts, so that reading it costs the same however
-- many have booked: how many bookings it has of each kind, and what its activity is about. Triggers
-- keep them (0004, a text for each database); `server check` compares them with the rows.

ALTER TABLE occurrence ADD COLUMN taken_online BIGINT NOT NULL DEFAULT 0;
ALTER TABLE occurrence ADD COLUMN taken_assisted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE occurrence ADD COLUMN waiting BIGINT NOT NULL DEFAULT 0;
ALTER TABLE occurrence ADD COLUMN came BIGINT NOT NULL DEFAULT 0;
ALTER TABLE occurrence ADD COLUMN went BIGINT NOT NULL DEFAULT 0;
ALTER TABLE occurrence ADD COLUMN no_shows BIGINT NOT NULL DEFAULT 0;
ALTER TABLE occurrence ADD COLUMN field TEXT NOT NULL DEFAULT '';
ALTER TABLE occurrence ADD COLUMN menu_item_id TEXT;
