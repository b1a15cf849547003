//! Whether a server's clock can be believed. A clock that is wrong by days books the past, admits
//! nobody and ends every login; nothing else tells an operator (C-175).

use crate::time::{DAY, MINUTE, Timestamp};

/// Two clocks that are apart by no more agree (milliseconds).
pub const AGREE: i64 = 2 * MINUTE;
/// A database that nobody has used for longer makes the clock doubtful (milliseconds).
pub const UNUSED: i64 = 7 * DAY;

/// What is wrong with the clock, by so many milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Something has happened later than now.
    Behind(i64),
    /// The database's host has another time: ahead of it, or behind where negative.
    Apart(i64),
    /// Nothing has happened for so long: the clock is ahead, or no server ran.
    Unused(i64),
}

/// What is wrong with a clock that says `now`: `database` is what the clock of the database's host
/// says, `last` when a server last used the database, `newest` when anything last happened. The
/// surest sign first.
pub fn trouble(
    now: Timestamp,
    database: Option<Timestamp>,
    last: Option<Timestamp>,
    newest: Option<Timestamp>,
) -> Option<Trouble> {
    let since = |then: Timestamp| now.0.saturating_sub(then.0);
    let apart = database
        .map(since)
        .filter(|off| off.saturating_abs() > AGREE);
    let behind = last.max(newest).map(|then| -since(then));
    let behind = behind.filter(|by| *by > AGREE);
    let unused = last.map(since).filter(|long| *long > UNUSED);
    apart
        .map(Trouble::Apart)
        .or(behind.map(Trouble::Behind))
        .or(unused.map(Trouble::Unused))
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let long = |ms: i64| match ms.saturating_abs() {
            ms if ms >= 2 * DAY => format!("{} days", ms / DAY),
            ms => format!("{} minutes", ms / MINUTE),
        };
        match self {
            Self::Behind(by) => write!(
                f,
                "the clock is behind: the database knows of something {} later than now",
                long(*by)
            ),
            Self::Apart(off) => write!(
                f,
                "the clock is {} {} that of the database's host: one of them is wrong",
                long(*off),
                if *off > 0 { "ahead of" } else { "behind" }
            ),
            Self::Unused(by) => write!(
                f,
                "no server has used this database for {}: if one has, the clock is ahead",
                long(*by)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(20_600 * DAY);

    #[test]
    fn a_clock_is_believed_that_agrees_with_what_is_known() {
        for (database, last, newest) in [
            (None, None, None),
            (Some(0), Some(0), Some(0)),
            (Some(AGREE), Some(AGREE), Some(AGREE)),
            (Some(-AGREE), Some(-UNUSED), Some(-400 * DAY)),
        ] {
            let at = |off: Option<i64>| off.map(|off| NOW.plus(off));
            assert_eq!(trouble(NOW, at(database), at(last), at(newest)), None);
        }
    }

    #[test]
    fn thirty_days_off_are_noticed_either_way() {
        let off = 30 * DAY;
        let (early, late) = (NOW.plus(-off), NOW.plus(off));
        // By the database's own clock, whatever else is known.
        for (database, told) in [(late, -off), (early, off)] {
            let found = trouble(NOW, Some(database), Some(NOW), Some(NOW));
            assert_eq!(found, Some(Trouble::Apart(told)));
        }
        // By what has happened: the newest of it tells.
        assert_eq!(
            trouble(NOW, None, Some(late), None),
            Some(Trouble::Behind(off))
        );
        let behind = trouble(NOW, None, Some(early), Some(late));
        assert_eq!(behind, Some(Trouble::Behind(off)));
        let edge = NOW.plus(AGREE + 1);
        let behind = trouble(NOW, Some(NOW), Some(NOW), Some(edge));
        assert_eq!(behind, Some(Trouble::Behind(AGREE + 1)));
        // By how long nothing has: entries alone say nothing, a quiet center makes none.
        assert_eq!(
            trouble(NOW, None, Some(early), None),
            Some(Trouble::Unused(off))
        );
        assert_eq!(trouble(NOW, None, None, Some(early)), None);
        let edge = NOW.plus(-UNUSED - 1);
        let unused = trouble(NOW, Some(NOW), Some(edge), None);
        assert_eq!(unused, Some(Trouble::Unused(UNUSED + 1)));
    }

    #[test]
    fn it_is_said_which_way_and_by_how_much() {
        let said = |trouble: Trouble| trouble.to_string();
        assert!(
            said(Trouble::Behind(30 * DAY))
                .contains("behind: the database knows of something 30 days")
        );
        assert!(said(Trouble::Apart(-3 * MINUTE)).contains("3 minutes behind that of"));
        assert!(said(Trouble::Apart(30 * DAY)).contains("30 days ahead of that of"));
        assert!(said(Trouble::Unused(8 * DAY)).contains("for 8 days"));
    }
}
