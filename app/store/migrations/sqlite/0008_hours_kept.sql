-- The ledger of hours is only added to.
CREATE TRIGGER hour_entry_stays BEFORE UPDATE ON hour_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of hours is only added to'); END;
CREATE TRIGGER hour_entry_is_kept BEFORE DELETE ON hour_entry
BEGIN SELECT RAISE(ABORT, 'the ledger of hours is only added to'); END;
CREATE TRIGGER hour_word_stays BEFORE UPDATE ON hour_word
BEGIN SELECT RAISE(ABORT, 'the ledger of hours is only added to'); END;
CREATE TRIGGER hour_word_is_kept BEFORE DELETE ON hour_word
BEGIN SELECT RAISE(ABORT, 'the ledger of hours is only added to'); END;
