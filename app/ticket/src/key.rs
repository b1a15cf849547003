//! The two halves of a key.

use std::fmt;

use ed25519_dalek::Signer as _;

/// The secret half, with its key id. Its bytes are wiped on drop, and `Debug` shows only the key
/// id.
pub struct SigningKey {
    kid: u8,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// Makes a key from 32 secret random bytes. The same seed always gives the same key; the
    /// caller wipes its own copy.
    #[must_use]
    pub fn from_seed(kid: u8, seed: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        Self { kid, key }
    }

    /// The key id in every ticket signed with this key.
    #[must_use]
    pub fn kid(&self) -> u8 {
        self.kid
    }

    /// The public half, for the [`Keyring`](crate::Keyring) of every verifier.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.key.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// The public half of a key: a valid Ed25519 point that is not of small order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerifyingKey(pub(crate) ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// Reads a key. `None` if the bytes aren't a point on the curve, or are one of the few weak
    /// points for which a signature could be forged that fits any message.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).ok()?;
        (!key.is_weak()).then_some(Self(key))
    }

    /// The 32 bytes of the key (RFC 8032).
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Reads 64 hexadecimal digits, in either case. `None` as in [`from_bytes`](Self::from_bytes).
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            *byte = (high << 4 | low) as u8;
        }
        Self::from_bytes(&bytes)
    }
}

impl fmt::Display for VerifyingKey {
    /// 64 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_bytes()
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({self})")
    }
}
