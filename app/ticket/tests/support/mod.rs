//! What the tests share: a cast of keys, and tickets put together by hand.
#![allow(dead_code, unreachable_pub)]

pub mod fuzz;
pub mod vectors;

use ed25519_dalek::Signer as _;
use ticket::{Keyring, SigningKey, Status};

/// Key 1 signs, key 2 is retired, key 3 is revoked; key 4 is nobody's.
pub fn signer(kid: u8) -> SigningKey {
    SigningKey::from_seed(kid, &seed(kid))
}

pub fn seed(kid: u8) -> [u8; 32] {
    std::array::from_fn(|i| kid.wrapping_mul(41).wrapping_add(i as u8 * 7))
}

pub fn keyring() -> Keyring {
    let mut keyring = Keyring::new();
    for (kid, status) in [
        (1, Status::Current),
        (2, Status::Retired),
        (3, Status::Revoked),
    ] {
        keyring
            .add(kid, status, signer(kid).verifying_key())
            .unwrap();
    }
    keyring
}

/// Any 19 bytes, properly signed with the key of `kid`, with code that is not the crate's own.
pub fn signed_by_hand(kid: u8, payload: [u8; 19]) -> String {
    let mut message = b"linli-ticket-v1\0".to_vec();
    message.extend(payload);
    let signature = ed25519_dalek::SigningKey::from_bytes(&seed(kid)).sign(&message);
    let mut bytes = payload.to_vec();
    bytes.extend(signature.to_bytes());
    decimal(&bytes)
}

pub fn payload(version: u8, kind: u8, kid: u8, id: [u8; 16]) -> [u8; 19] {
    let mut payload = [0; 19];
    payload[..3].copy_from_slice(&[version, kind, kid]);
    payload[3..].copy_from_slice(&id);
    payload
}

/// The bytes as one number of 200 digits, digit by digit: doubling for every bit.
pub fn decimal(bytes: &[u8]) -> String {
    let mut digits = [0u8; 200];
    for bit in bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1))
    {
        let mut carry = bit;
        for digit in digits.iter_mut().rev() {
            let doubled = *digit * 2 + carry;
            *digit = doubled % 10;
            carry = doubled / 10;
        }
    }
    digits.iter().map(|d| char::from(b'0' + d)).collect()
}
