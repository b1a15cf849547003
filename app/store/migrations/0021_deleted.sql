-- When an account is deleted that somebody asked to be deleted, and when it was.
ALTER TABLE account ADD COLUMN delete_at BIGINT;
ALTER TABLE account ADD COLUMN deleted_at BIGINT;
CREATE INDEX account_to_delete ON account (delete_at) WHERE delete_at IS NOT NULL;
CREATE INDEX account_deleted ON account (deleted_at) WHERE deleted_at IS NOT NULL;
