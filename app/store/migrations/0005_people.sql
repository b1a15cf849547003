-- When somebody was last known to answer at an account's number: after a long silence the number may
-- be somebody else's. A session of whoever has not said yet who they are opens nothing.
ALTER TABLE account ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE login ADD COLUMN is_proven BOOLEAN NOT NULL DEFAULT TRUE;
