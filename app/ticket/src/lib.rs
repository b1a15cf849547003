//! The signed ticket: what a QR code says, and how a reader decides whether it is genuine.
//!
//! A ticket names no person. It is 83 bytes, written as exactly 200 decimal digits:
//!
//! | bytes | what |
//! |---|---|
//! | 0 | version of the format, 1 |
//! | 1 | [`Kind`]: booking 1, assignment 2, card 3 |
//! | 2 | key id, 0 to 255 |
//! | 3..19 | UUID of the ticket |
//! | 19..83 | Ed25519 signature over [`DOMAIN`] and bytes 0..19 |
//!
//! Digits, because a QR code packs them at 3.33 bits each, so that a ticket fits version 5
//! (37 by 37 modules) at level M, and because a keyboard-wedge scanner types them unharmed through
//! every keyboard layout, input method and shift state (C-104).
//!
//! The UUID should be the ticket's own. Where it is also the id in the link that manages a
//! booking, whoever has that link can be let in (C-111). The signature says only that this server
//! issued the ticket; whether the booking still stands, and whether it was used before, is the
//! reader's next question (C-100).
//!
//! The same code runs on the server and, as WASM, in a reader without a network (C-98). It reads no
//! clock, has no randomness and does no I/O.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use ticket::{Keyring, Kind, SigningKey, Status, issue, verify};
//!
//! let signer = SigningKey::from_seed(1, &[7; 32]); // 32 random bytes in real life
//! let mut keyring = Keyring::new();
//! keyring.add(1, Status::Current, signer.verifying_key())?;
//!
//! let token = issue(&signer, Kind::Booking, uuid::Uuid::from_u128(42));
//! let claims = verify(&keyring, token.as_str())?;
//! assert_eq!(claims.id, uuid::Uuid::from_u128(42));
//! # Ok(())
//! # }
//! ```

mod decimal;
mod key;
mod keyring;
mod normalise;
mod paper;
#[cfg(feature = "qr")]
pub mod qr;
mod short_code;
mod token;
#[cfg(feature = "wall")]
pub mod wall;

pub use key::{SigningKey, VerifyingKey};
pub use keyring::{Keyring, KeyringError, Status};
pub use normalise::normalise;
pub use paper::{Genuine, NotASignature, PaperSignature, sign_paper, verify_paper};
pub use short_code::{ALPHABET, NotEnoughRandomness, ShortCode, ShortCodeError};
pub use token::{Claims, DIGITS, DOMAIN, Kind, TicketError, Token, issue, verify, verify_bytes};
