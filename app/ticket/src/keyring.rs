//! The keys that a reader trusts, and how they are replaced.

use std::{fmt, str::FromStr};

use crate::VerifyingKey;

/// The status of a key in the [`Keyring`].
///
/// To replace a key: add the new one as `Current` on every reader, then let the issuer sign with
/// it, then mark the old one `Retired`. Tickets of both verify throughout (C-99). Don't reuse a key
/// id while tickets that carry it may still be around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Signs new tickets, or is about to.
    Current,
    /// No longer signs; its tickets still verify.
    Retired,
    /// Its secret may have leaked: none of its tickets verify.
    Revoked,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Retired => "retired",
            Self::Revoked => "revoked",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    kid: u8,
    status: Status,
    key: VerifyingKey,
}

/// The keys that a reader trusts, by key id.
///
/// As text (`Display` and `FromStr`) it has one key per line, `1 current 0123…ef`, so that a server
/// can pass it to its readers or keep it in a file. It contains no secrets, but whoever can change
/// it decides what is genuine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keyring {
    entries: Vec<Entry>,
}

/// Why a key couldn't be added to the keyring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// A different key has this id.
    #[error("key id {0} is taken by another key: give the new key an id of its own")]
    KidTaken(u8),
    /// No key has this id.
    #[error("there is no key with the id {0}")]
    NoSuchKid(u8),
    /// A line of the text is not `KID current|retired|revoked HEX`; lines count from 1.
    #[error("line {0} is not of the form `KID current|retired|revoked 64-HEX-DIGITS`")]
    Line(usize),
}

impl Keyring {
    /// An empty keyring, to which every ticket is [`UnknownKey`](crate::TicketError::UnknownKey).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key, or gives the key that is already there a new status.
    ///
    /// # Errors
    /// [`KeyringError::KidTaken`] when a different key has the id.
    pub fn add(&mut self, kid: u8, status: Status, key: VerifyingKey) -> Result<(), KeyringError> {
        match self.entries.iter_mut().find(|entry| entry.kid == kid) {
            Some(entry) if entry.key == key => entry.status = status,
            Some(_) => return Err(KeyringError::KidTaken(kid)),
            None => self.entries.push(Entry { kid, status, key }),
        }
        Ok(())
    }

    /// Changes the status of a key.
    ///
    /// # Errors
    /// [`KeyringError::NoSuchKid`] when there is no such key.
    pub fn set_status(&mut self, kid: u8, status: Status) -> Result<(), KeyringError> {
        let mut entries = self.entries.iter_mut();
        let entry = entries
            .find(|entry| entry.kid == kid)
            .ok_or(KeyringError::NoSuchKid(kid))?;
        entry.status = status;
        Ok(())
    }

    /// The key and its status, if the id is known.
    #[must_use]
    pub fn get(&self, kid: u8) -> Option<(Status, VerifyingKey)> {
        let mut entries = self.entries.iter();
        let entry = entries.find(|entry| entry.kid == kid)?;
        Some((entry.status, entry.key))
    }
}

impl fmt::Display for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Entry { kid, status, key } in &self.entries {
            writeln!(f, "{kid} {} {key}", status.as_str())?;
        }
        Ok(())
    }
}

impl FromStr for Keyring {
    type Err = KeyringError;

    /// Parses what `Display` writes, skipping empty lines and lines that begin with `#`.
    ///
    /// # Errors
    /// [`KeyringError::Line`] for a line that cannot be read, [`KeyringError::KidTaken`] when two
    /// keys share an id.
    fn from_str(text: &str) -> Result<Self, KeyringError> {
        let mut keyring = Self::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (kid, status, key) = read_line(line).ok_or(KeyringError::Line(index + 1))?;
            if keyring.get(kid).is_some() {
                return Err(KeyringError::KidTaken(kid));
            }
            keyring.add(kid, status, key)?;
        }
        Ok(keyring)
    }
}

fn read_line(line: &str) -> Option<(u8, Status, VerifyingKey)> {
    let mut words = line.split_whitespace();
    let kid = words.next()?.parse().ok()?;
    let word = words.next()?;
    let status = [Status::Current, Status::Retired, Status::Revoked]
        .into_iter()
        .find(|status| status.as_str() == word)?;
    let key = VerifyingKey::from_hex(words.next()?)?;
    words.next().is_none().then_some((kid, status, key))
}
