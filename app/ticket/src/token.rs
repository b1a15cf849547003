//! Issuing a ticket, and deciding whether one is genuine.

use std::fmt;

use ed25519_dalek::Signature;
use uuid::Uuid;

pub use crate::decimal::DIGITS;
use crate::{Keyring, SigningKey, Status, decimal, normalise};

/// Prefixed to the signed payload, so that a ticket's signature can never pass for a signature of
/// something else made with the same key.
pub const DOMAIN: &[u8; 16] = b"linli-ticket-v1\0";

const VERSION: u8 = 1;
const PAYLOAD: usize = 19;
/// Longer input can't be a ticket, whatever normalising removes.
const LONGEST_INPUT: usize = 4096;

/// What a ticket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A place in an occurrence.
    Booking,
    /// A volunteer's or social worker's place in a shift.
    Assignment,
    /// A person's printed card, valid for whatever they have booked.
    Card,
}

impl Kind {
    fn byte(self) -> u8 {
        match self {
            Self::Booking => 1,
            Self::Assignment => 2,
            Self::Card => 3,
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Booking),
            2 => Some(Self::Assignment),
            3 => Some(Self::Card),
            _ => None,
        }
    }
}

/// What a genuine ticket says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// What the ticket is for.
    pub kind: Kind,
    /// Which ticket it is.
    pub id: Uuid,
    /// The key that signed it.
    pub kid: u8,
}

/// A signed ticket: the 200 digits that go into a QR code. Whoever has them has the ticket, so
/// `Debug` hides them.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The 200 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 200 digits.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// Why a scan isn't a genuine ticket, in the order in which they are checked (C-99).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TicketError {
    /// Not 200 digits, or digits that can't be a ticket: another code, or a bad scan.
    #[error("this is not a ticket: scan the ticket's code again")]
    Malformed,
    /// The format is unknown: the reader is out of date.
    #[error("this ticket has a newer format: update the reader")]
    UnknownVersion,
    /// It claims a key that this reader doesn't have: fetch the keyring again.
    #[error("this ticket names a key that is not known here: refresh the keys")]
    UnknownKey,
    /// It claims a key that has been revoked: the bearer needs a new ticket.
    #[error("this ticket was signed with a revoked key: issue it again")]
    RevokedKey,
    /// The signature is wrong.
    #[error("the signature of this ticket is not genuine")]
    Forged,
    /// Genuine, but of an unknown kind: the reader is out of date.
    #[error("this ticket is of a kind that is not known here: update the reader")]
    UnknownKind,
}

impl TicketError {
    /// Every reason, for tests that check that each has words (C-116).
    pub const ALL: [Self; 6] = [
        Self::Malformed,
        Self::UnknownVersion,
        Self::UnknownKey,
        Self::RevokedKey,
        Self::Forged,
        Self::UnknownKind,
    ];

    /// A stable code, for locale files and logs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownVersion => "unknown_version",
            Self::UnknownKey => "unknown_key",
            Self::RevokedKey => "revoked_key",
            Self::Forged => "forged",
            Self::UnknownKind => "unknown_kind",
        }
    }
}

/// Signs a ticket. The same key, kind and id always give the same ticket.
#[must_use]
pub fn issue(signer: &SigningKey, kind: Kind, id: Uuid) -> Token {
    let mut bytes = [0; decimal::BYTES];
    bytes[0] = VERSION;
    bytes[1] = kind.byte();
    bytes[2] = signer.kid();
    bytes[3..PAYLOAD].copy_from_slice(id.as_bytes());
    let signature = signer.sign(&signed_message(&bytes));
    bytes[PAYLOAD..].copy_from_slice(&signature);
    Token(decimal::encode(&bytes))
}

/// Decides whether what was scanned is a genuine ticket, and parses it. The input is normalised
/// first (C-105). Version and key id select the key, and nothing else is looked at until the
/// signature has been verified (C-99). Never panics, whatever the input (C-97).
///
/// # Errors
/// The first [`TicketError`] that applies.
pub fn verify(keyring: &Keyring, input: &str) -> Result<Claims, TicketError> {
    if input.len() > LONGEST_INPUT {
        return Err(TicketError::Malformed);
    }
    let bytes = decimal::decode(&normalise(input)).ok_or(TicketError::Malformed)?;
    if bytes[0] != VERSION {
        return Err(TicketError::UnknownVersion);
    }
    let kid = bytes[2];
    let (status, key) = keyring.get(kid).ok_or(TicketError::UnknownKey)?;
    if status == Status::Revoked {
        return Err(TicketError::RevokedKey);
    }
    let mut signature = [0; 64];
    signature.copy_from_slice(&bytes[PAYLOAD..]);
    key.0
        .verify_strict(&signed_message(&bytes), &Signature::from_bytes(&signature))
        .map_err(|_| TicketError::Forged)?;

    let kind = Kind::from_byte(bytes[1]).ok_or(TicketError::UnknownKind)?;
    let mut id = [0; 16];
    id.copy_from_slice(&bytes[3..PAYLOAD]);
    let id = Uuid::from_bytes(id);
    Ok(Claims { kind, id, kid })
}

/// [`verify`] for a camera's decoder, whose bytes may not be UTF-8.
///
/// # Errors
/// As [`verify`]; bytes that are not UTF-8 are [`TicketError::Malformed`].
pub fn verify_bytes(keyring: &Keyring, input: &[u8]) -> Result<Claims, TicketError> {
    let text = std::str::from_utf8(input).map_err(|_| TicketError::Malformed)?;
    verify(keyring, text)
}

fn signed_message(bytes: &[u8; decimal::BYTES]) -> [u8; DOMAIN.len() + PAYLOAD] {
    let mut message = [0; DOMAIN.len() + PAYLOAD];
    message[..DOMAIN.len()].copy_from_slice(DOMAIN);
    message[DOMAIN.len()..].copy_from_slice(&bytes[..PAYLOAD]);
    message
}
