//! Parts of lists: how many entries, from where on, and where the next part begins.

use data_encoding::BASE64URL_NOPAD;
use domain::{Reason, Refusal, time::Timestamp};
use std::{fmt, str::FromStr};

/// How many entries a part holds at most: 1 to 200, 50 unless told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    /// As many as a part can hold.
    pub const MOST: Self = Self(200);

    /// The limit nearest to that number.
    pub const fn of(number: u32) -> Self {
        match number {
            0 => Self(1),
            201.. => Self::MOST,
            fits => Self(fits),
        }
    }

    /// One more, to see whether there is something left.
    pub(crate) fn and_one(self) -> i64 {
        i64::from(self.0) + 1
    }

    fn len(self) -> usize {
        self.0 as usize
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

impl FromStr for Limit {
    type Err = Refusal;

    /// # Errors
    /// [`Refusal::Invalid`] for what is no number.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let number = text.parse().map(Self::of);
        number.map_err(|_| Refusal::invalid("limit", Reason::Unreadable))
    }
}

/// Where a list goes on: after the entry with this instant and id, which together are unique
/// (C-130). Its text is opaque to callers, so that a list can change its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// What the list is ordered by; 0 where that is no instant.
    pub(crate) at: Timestamp,
    /// The entry's id.
    pub(crate) id: String,
}

impl Cursor {
    /// After the entry with that id.
    pub(crate) fn after(at: Timestamp, id: impl fmt::Display) -> Self {
        Self {
            at,
            id: id.to_string(),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = format!("{}.{}", self.at.0, self.id);
        f.write_str(&BASE64URL_NOPAD.encode(plain.as_bytes()))
    }
}

impl FromStr for Cursor {
    type Err = Refusal;

    /// # Errors
    /// [`Refusal::Invalid`] for what no list gave out.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let read = || {
            let plain = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
            let plain = String::from_utf8(plain).ok()?;
            let (at, id) = plain.split_once('.')?;
            Some(Self::after(Timestamp(at.parse().ok()?), id))
        };
        read().ok_or_else(unknown)
    }
}

fn unknown() -> Refusal {
    Refusal::invalid("cursor", Reason::UnknownValue)
}

/// Which part of a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// At most so many entries.
    pub limit: Limit,
    /// From after that one; none begins at the beginning.
    pub after: Option<Cursor>,
}

impl Part {
    /// The first so many.
    pub const fn first(limit: Limit) -> Self {
        Self { limit, after: None }
    }

    /// Instant and id that the entries of a list with the newest first come before.
    pub(crate) fn before(&self) -> (Timestamp, &str) {
        match &self.after {
            Some(cursor) => (cursor.at, &cursor.id),
            None => (Timestamp(i64::MAX), ""),
        }
    }

    /// Instant and id that the entries of a list with the earliest first come after.
    pub(crate) fn after_start(&self) -> (Timestamp, &str) {
        match &self.after {
            Some(cursor) => (cursor.at, &cursor.id),
            None => (Timestamp(i64::MIN), ""),
        }
    }

    /// The part of rows that were asked for with [`Limit::and_one`].
    pub(crate) fn of_rows<T>(&self, mut rows: Vec<T>, cursor: impl Fn(&T) -> Cursor) -> Page<T> {
        let more = rows.len() > self.limit.len();
        rows.truncate(self.limit.len());
        let next = rows.last().filter(|_| more).map(cursor);
        Page { items: rows, next }
    }

    /// The part of a list that was read as a whole.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] where the entry that the cursor names is not in the list.
    pub fn of_all<T>(&self, all: Vec<T>, id: impl Fn(&T) -> &str) -> Result<Page<T>, Refusal> {
        let skip = match &self.after {
            None => 0,
            Some(cursor) => {
                let at = all.iter().position(|entry| id(entry) == cursor.id);
                at.ok_or_else(unknown)? + 1
            }
        };
        let rows = all.into_iter().skip(skip);
        let rows = rows.take(self.limit.len() + 1).collect();
        Ok(self.of_rows(rows, |last| Cursor::after(Timestamp(0), id(last))))
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// Its entries.
    pub items: Vec<T>,
    /// Where the next part begins; none on the last.
    pub next: Option<Cursor>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            next: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_what_it_writes_and_nothing_else() {
        let cursor = Cursor::after(Timestamp(1_795_000_000_000), "0190.b~1");
        let text = cursor.to_string();
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
        assert_eq!(text.parse(), Ok(cursor));
        for nonsense in ["", "x", "yesterday", "1795000000000.0190", "eA"] {
            assert_eq!(nonsense.parse::<Cursor>(), Err(unknown()), "{nonsense}");
        }
    }

    #[test]
    fn a_part_has_at_least_one_entry_and_at_most_two_hundred() {
        assert_eq!(Limit::default().len(), 50);
        assert_eq!("0".parse(), Ok(Limit::of(1)));
        assert_eq!("500".parse(), Ok(Limit::MOST));
        for nonsense in ["", "-1", "many", "1.5"] {
            assert!(nonsense.parse::<Limit>().is_err(), "{nonsense}");
        }
    }

    #[test]
    fn parts_make_up_the_whole() {
        let all = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        let (mut part, mut seen) = (Part::first(Limit::of(2)), Vec::new());
        loop {
            let page = part.of_all(all.clone(), |id| id).unwrap();
            assert!(page.items.len() <= 2);
            seen.extend(page.items);
            part.after = page.next;
            if part.after.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
        part.after = Some(Cursor::after(Timestamp(0), "f"));
        assert_eq!(part.of_all(all, |id| id), Err(unknown()));
    }
}
