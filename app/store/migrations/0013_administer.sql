-- Staff accounts are made and changed at the desk.

-- A grant may begin later; NULL: it holds from the start.
ALTER TABLE role_grant ADD COLUMN begins_at BIGINT;
-- Until when somebody may sign in with the password that others made for them, and opens nothing but
-- the page where they choose their own; NULL: they have chosen one.
ALTER TABLE staff ADD COLUMN first_password_until BIGINT;
-- When they signed in last.
ALTER TABLE staff ADD COLUMN signed_in_at BIGINT;
