//! The golden vectors and how they are checked, natively and in WASM alike.

use serde::{Deserialize, Serialize};
use ticket::{
    Keyring, Kind, ShortCode, SigningKey, issue, normalise, verify,
    wall::{STEP, WallCode, WallKey, step_at},
};
use uuid::Uuid;

pub const GOLDEN: &str = include_str!("../vectors.json");

#[derive(Serialize, Deserialize)]
pub struct Vectors {
    pub about: String,
    pub keyring: String,
    pub issued: Vec<Issued>,
    pub accepted: Vec<Accepted>,
    pub refused: Vec<Refused>,
    pub normalised: Vec<Pair>,
    pub short_codes_made: Vec<Pair>,
    pub short_codes_read: Vec<Pair>,
    pub short_codes_refused: Vec<Refused>,
    pub wall: Vec<Shown>,
}

/// What a kiosk with this secret (hexadecimal) shows at this instant.
#[derive(Serialize, Deserialize)]
pub struct Shown {
    pub secret: String,
    pub kiosk: String,
    pub millis: i64,
    pub code: String,
}

/// What the key with this seed (hexadecimal) issues.
#[derive(Serialize, Deserialize)]
pub struct Issued {
    pub seed: String,
    pub kid: u8,
    pub kind: u8,
    pub id: String,
    pub token: String,
}

#[derive(Serialize, Deserialize)]
pub struct Accepted {
    pub what: String,
    pub input: String,
    pub kid: u8,
    pub kind: u8,
    pub id: String,
}

#[derive(Serialize, Deserialize)]
pub struct Refused {
    pub what: String,
    pub input: String,
    pub error: String,
}

#[derive(Serialize, Deserialize)]
pub struct Pair {
    pub input: String,
    pub output: String,
}

/// Panics at the first vector that does not hold; returns how many there are.
pub fn check(json: &str) -> usize {
    let vectors: Vectors = serde_json::from_str(json).unwrap();
    let keyring: Keyring = vectors.keyring.parse().unwrap();
    let mut checked = 0;
    for v in &vectors.issued {
        let seed = bytes(&v.seed).try_into().unwrap();
        let signer = SigningKey::from_seed(v.kid, &seed);
        let id = Uuid::parse_str(&v.id).unwrap();
        assert_eq!(issue(&signer, kind(v.kind), id).as_str(), v.token);
        checked += 1;
    }
    for v in &vectors.accepted {
        let claims = verify(&keyring, &v.input).unwrap_or_else(|e| panic!("{}: {e:?}", v.what));
        assert_eq!(claims.kid, v.kid, "{}", v.what);
        assert_eq!(claims.kind, kind(v.kind), "{}", v.what);
        assert_eq!(claims.id.to_string(), v.id, "{}", v.what);
        checked += 1;
    }
    for v in &vectors.refused {
        let error = verify(&keyring, &v.input).unwrap_err();
        assert_eq!(error.code(), v.error, "{}", v.what);
        checked += 1;
    }
    for v in &vectors.normalised {
        assert_eq!(normalise(&v.input), v.output, "{:?}", v.input);
        checked += 1;
    }
    for v in &vectors.short_codes_made {
        let code = ShortCode::from_random(&bytes(&v.input)).unwrap();
        assert_eq!(code.to_string(), v.output, "{}", v.input);
        checked += 1;
    }
    for v in &vectors.short_codes_read {
        let code = ShortCode::parse(&v.input).unwrap();
        assert_eq!(code.to_string(), v.output, "{}", v.input);
        checked += 1;
    }
    for v in &vectors.short_codes_refused {
        let error = ShortCode::parse(&v.input).unwrap_err();
        assert_eq!(format!("{error:?}"), v.error, "{}", v.what);
        checked += 1;
    }
    for v in &vectors.wall {
        let id = Uuid::parse_str(&v.kiosk).unwrap();
        let key = WallKey::from_hex(id, &v.secret).unwrap();
        let step = step_at(v.millis);
        assert_eq!(key.code(step), v.code, "{} at {}", v.kiosk, v.millis);
        let code = WallCode::parse(&v.code).unwrap();
        assert_eq!(key.check(&code, v.millis + STEP), Some(step));
        assert_eq!(key.check(&code, v.millis + 2 * STEP), None);
        checked += 1;
    }
    checked
}

pub fn kind(number: u8) -> Kind {
    match number {
        1 => Kind::Booking,
        2 => Kind::Assignment,
        3 => Kind::Card,
        other => panic!("no kind {other}"),
    }
}

pub fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
