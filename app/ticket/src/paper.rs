//! Signatures on papers: what stands on a certificate, so that an altered one is seen.

use crate::{Keyring, SigningKey, Status};
use std::{fmt, str::FromStr};

/// Set before what is signed, so that no signature on a paper is one on a ticket.
const DOMAIN: &[u8; 16] = b"linli-paper-v1\0\0";

/// A signature on a paper: the key's id and 64 bytes, written as `7:` and hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PaperSignature {
    kid: u8,
    bytes: [u8; 64],
}

/// Whether a signature fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Genuine {
    /// It does.
    Yes,
    /// The text was altered, or the key is not one of ours.
    No,
    /// It does, and its key is trusted no more.
    RevokedKey,
}

fn message(text: &[u8]) -> Vec<u8> {
    [DOMAIN.as_slice(), text].concat()
}

/// Signs what stands on a paper.
#[must_use]
pub fn sign_paper(key: &SigningKey, text: &[u8]) -> PaperSignature {
    PaperSignature {
        kid: key.kid(),
        bytes: key.sign(&message(text)),
    }
}

/// Whether what stands on a paper is what was signed.
#[must_use]
pub fn verify_paper(keyring: &Keyring, text: &[u8], signature: &PaperSignature) -> Genuine {
    let Some((status, key)) = keyring.get(signature.kid) else {
        return Genuine::No;
    };
    let bytes = ed25519_dalek::Signature::from_bytes(&signature.bytes);
    match (key.0.verify_strict(&message(text), &bytes), status) {
        (Err(_), _) => Genuine::No,
        (Ok(()), Status::Revoked) => Genuine::RevokedKey,
        (Ok(()), _) => Genuine::Yes,
    }
}

impl fmt::Display for PaperSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.kid)?;
        self.bytes
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PaperSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PaperSignature({self})")
    }
}

/// Text that is no signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotASignature;

impl FromStr for PaperSignature {
    type Err = NotASignature;
    fn from_str(text: &str) -> Result<Self, NotASignature> {
        let (kid, digits) = text.split_once(':').ok_or(NotASignature)?;
        let kid = kid.parse().map_err(|_| NotASignature)?;
        if digits.len() != 128 || !digits.is_ascii() {
            return Err(NotASignature);
        }
        let mut bytes = [0; 64];
        for (nth, byte) in bytes.iter_mut().enumerate() {
            let pair = digits.get(2 * nth..2 * nth + 2).ok_or(NotASignature)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NotASignature)?;
        }
        Ok(Self { kid, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(status: Status) -> (SigningKey, Keyring) {
        let key = SigningKey::from_seed(7, &[3; 32]);
        let mut keyring = Keyring::new();
        keyring.add(7, status, key.verifying_key()).unwrap();
        (key, keyring)
    }

    #[test]
    fn c93_a_paper_with_any_byte_altered_is_not_genuine() {
        let (key, keyring) = ring(Status::Current);
        let text = "服务证明 180".as_bytes();
        let signature = sign_paper(&key, text);
        let read: PaperSignature = signature.to_string().parse().unwrap();
        assert_eq!(verify_paper(&keyring, text, &read), Genuine::Yes);
        for nth in 0..text.len() {
            let mut altered = text.to_vec();
            altered[nth] ^= 1;
            assert_eq!(verify_paper(&keyring, &altered, &read), Genuine::No);
        }
        let other = Keyring::new();
        assert_eq!(verify_paper(&other, text, &read), Genuine::No);
    }

    #[test]
    fn a_retired_key_still_vouches_and_a_revoked_one_does_not() {
        for (status, expected) in [
            (Status::Retired, Genuine::Yes),
            (Status::Revoked, Genuine::RevokedKey),
        ] {
            let (key, keyring) = ring(status);
            let signature = sign_paper(&key, b"text");
            assert_eq!(verify_paper(&keyring, b"text", &signature), expected);
        }
    }

    #[test]
    fn a_signature_is_not_read_from_anything_else() {
        for text in [
            "",
            "7",
            "7:",
            "7:00",
            "300:00",
            &format!("7:{}", "g".repeat(128)),
        ] {
            assert_eq!(text.parse::<PaperSignature>(), Err(NotASignature), "{text}");
        }
        assert!(
            format!("7:{}", "é".repeat(64))
                .parse::<PaperSignature>()
                .is_err()
        );
    }
}
