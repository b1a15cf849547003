-- The ledger of hours is only added to.
CREATE FUNCTION hours_stay() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger of hours is only added to';
END $$;
CREATE TRIGGER hour_entry_stays BEFORE UPDATE OR DELETE ON hour_entry
    FOR EACH ROW EXECUTE FUNCTION hours_stay();
CREATE TRIGGER hour_word_stays BEFORE UPDATE OR DELETE ON hour_word
    FOR EACH ROW EXECUTE FUNCTION hours_stay();
