-- When a volunteer usually has time, and what they like to do, as JSON; NULL where they have not said.
ALTER TABLE volunteer ADD COLUMN availability TEXT;
