-- Fields that the city locks, as JSON; and when the city last edited the item itself: what it has edited is
-- not overwritten by the list that comes with the program.
ALTER TABLE menu_item ADD COLUMN locked TEXT NOT NULL DEFAULT '[]';
ALTER TABLE menu_item ADD COLUMN edited_at BIGINT;

-- What the template said when the center put its own words in its place (`store::migrate` fills in what is
-- there); and where the center puts the item.
ALTER TABLE menu_override ADD COLUMN base_zh TEXT;
ALTER TABLE menu_override ADD COLUMN base_en TEXT;
ALTER TABLE menu_override ADD COLUMN sort BIGINT;
