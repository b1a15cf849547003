-- What lasts longer than a day is in nobody's way, unless its terms say so (TRANSP of RFC 5545).

ALTER TABLE occurrence ADD COLUMN is_transparent BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE occurrence SET is_transparent = TRUE WHERE ends_at - starts_at > 86400000;

DROP VIEW commitment;
CREATE VIEW commitment AS
    SELECT 'booking' AS subject_kind, b.id AS subject_id, b.person_id, b.occurrence_id AS event_id,
        a.title, o.starts_at, o.ends_at
    FROM booking b
    JOIN occurrence o ON o.id = b.occurrence_id
    JOIN activity a ON a.id = o.activity_id
    WHERE b.state IN ('confirmed', 'checked_in') AND NOT o.is_transparent;

-- A code is good for who asked for it; a browser that signed in before passes the brakes on others.
ALTER TABLE sign_in_code ADD COLUMN asker TEXT NOT NULL DEFAULT '';
CREATE TABLE known_browser (
    subject TEXT NOT NULL,
    browser TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (subject, browser)
);
CREATE INDEX known_browser_by_age ON known_browser (seen_at);

-- What was scanned, as a hash: the same id with something else is another scan (C-192).
ALTER TABLE check_in ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';

-- What a title is found by (C-187): folded, in pinyin and in initials. The program fills it.
ALTER TABLE activity ADD COLUMN search TEXT NOT NULL DEFAULT '';
