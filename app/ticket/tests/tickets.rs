//! Issuing and verifying: round trips, forgeries, rotation of keys.
#![allow(clippy::unwrap_used)]

mod support;

use proptest::prelude::*;
use support::{decimal, keyring, payload, signed_by_hand, signer};
use ticket::{
    Keyring, KeyringError, Kind, SigningKey, Status, TicketError, VerifyingKey, issue, verify,
    verify_bytes,
};
use uuid::Uuid;

fn ticket() -> String {
    issue(&signer(1), Kind::Booking, Uuid::from_u128(0x42)).into_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn c_98_what_is_issued_is_what_is_read(id: u128, kid: u8, seed: [u8; 32], shift: bool) {
        let signer = SigningKey::from_seed(kid, &seed);
        let kind = if shift { Kind::Assignment } else { Kind::Booking };
        let mut keyring = Keyring::new();
        keyring.add(kid, Status::Current, signer.verifying_key()).unwrap();
        let token = issue(&signer, kind, Uuid::from_u128(id));

        prop_assert_eq!(token.as_str().len(), 200);
        prop_assert!(token.as_str().bytes().all(|b| b.is_ascii_digit()));
        let claims = verify(&keyring, token.as_str()).unwrap();
        prop_assert_eq!((claims.kind, claims.id.as_u128(), claims.kid), (kind, id, kid));
    }

    #[test]
    fn any_other_signature_is_forged(id: [u8; 16], signature: [u8; 32], kind: u8) {
        let mut bytes = payload(1, kind, 1, id).to_vec();
        bytes.extend(signature);
        bytes.extend(signature);
        prop_assert_eq!(verify(&keyring(), &decimal(&bytes)), Err(TicketError::Forged));
    }

    #[test]
    fn c_105_what_a_scanner_adds_does_not_matter(
        marks in prop::sample::select(vec!["", "\u{feff}", "\\000026", "]Q1", " \t", "\0\u{2}", "＼０００００３"]),
        at in 0usize..=200,
        inner in prop::sample::select(vec!["", " ", "\n", "\u{200b}", "\u{3000}", "\u{1d}"]),
        end in prop::sample::select(vec!["", "\r", "\r\n", "\t", "\u{3}"]),
    ) {
        let ticket = ticket();
        let scanned = format!("{marks}{}{inner}{}{end}", &ticket[..at], &ticket[at..]);
        prop_assert!(verify(&keyring(), &scanned).is_ok());
    }
}

#[test]
fn the_same_key_kind_and_id_always_give_the_same_ticket() {
    assert_eq!(ticket(), ticket());
    assert_eq!(
        ticket(),
        signed_by_hand(1, payload(1, 1, 1, Uuid::from_u128(0x42).into_bytes()))
    );
}

#[test]
fn a_ticket_with_one_digit_changed_never_verifies() {
    let (keyring, ticket) = (keyring(), ticket());
    for at in 0..200 {
        for by in 1..10 {
            let mut digits = ticket.clone().into_bytes();
            digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
            let refused = verify_bytes(&keyring, &digits);
            assert!(refused.is_err(), "digit {at} changed by {by}: {refused:?}");
        }
    }
}

#[test]
fn a_ticket_with_one_bit_changed_is_refused_for_what_changed() {
    let bytes = bytes_of(&ticket());
    for bit in 0..664 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 0x80 >> (bit % 8);
        let expected = match (bit / 8, bytes[2]) {
            (0, _) => TicketError::UnknownVersion,
            (2, 3) => TicketError::RevokedKey,
            (2, _) => TicketError::UnknownKey,
            _ => TicketError::Forged,
        };
        assert_eq!(
            verify(&keyring(), &decimal(&bytes)),
            Err(expected),
            "bit {bit}"
        );
    }
}

#[test]
fn a_card_is_no_ticket_of_a_booking() {
    let id = uuid::Uuid::from_bytes([5; 16]);
    let card = signed_by_hand(1, payload(1, 3, 1, [5; 16]));
    let claims = verify(&keyring(), &card).unwrap();
    assert_eq!((claims.kind, claims.id), (Kind::Card, id));
    assert_ne!(card, signed_by_hand(1, payload(1, 1, 1, [5; 16])));
}

#[test]
fn c_99_the_signature_is_checked_before_the_kind() {
    let by = |signer, named| signed_by_hand(signer, payload(1, 77, named, [5; 16]));
    assert_eq!(verify(&keyring(), &by(4, 1)), Err(TicketError::Forged));
    assert_eq!(verify(&keyring(), &by(1, 1)), Err(TicketError::UnknownKind));
}

#[test]
fn c_99_every_reason_has_its_name() {
    let refusals = [
        (ticket()[1..].to_owned(), TicketError::Malformed),
        (
            signed_by_hand(1, payload(2, 1, 1, [5; 16])),
            TicketError::UnknownVersion,
        ),
        (
            signed_by_hand(4, payload(1, 1, 4, [5; 16])),
            TicketError::UnknownKey,
        ),
        (
            signed_by_hand(3, payload(1, 1, 3, [5; 16])),
            TicketError::RevokedKey,
        ),
        (
            signed_by_hand(4, payload(1, 1, 1, [5; 16])),
            TicketError::Forged,
        ),
        (
            signed_by_hand(1, payload(1, 77, 1, [5; 16])),
            TicketError::UnknownKind,
        ),
    ];
    for (input, reason) in &refusals {
        assert_eq!(verify(&keyring(), input), Err(*reason));
    }
    assert_eq!(refusals.map(|(_, reason)| reason), TicketError::ALL);
}

#[test]
fn a_signature_over_the_payload_without_the_prefix_is_forged() {
    use ed25519_dalek::Signer as _;
    let mut bytes = payload(1, 1, 1, [5; 16]).to_vec();
    let signature = ed25519_dalek::SigningKey::from_bytes(&support::seed(1)).sign(&bytes);
    bytes.extend(signature.to_bytes());
    assert_eq!(
        verify(&keyring(), &decimal(&bytes)),
        Err(TicketError::Forged)
    );
}

#[test]
fn c_99_while_a_key_is_replaced_old_and_new_tickets_verify() {
    let (old, new) = (signer(8), signer(9));
    let [first, second] =
        [&old, &new].map(|key| issue(key, Kind::Booking, Uuid::nil()).into_string());
    let mut keyring = Keyring::new();
    keyring
        .add(8, Status::Current, old.verifying_key())
        .unwrap();
    assert_eq!(verify(&keyring, &second), Err(TicketError::UnknownKey));

    keyring
        .add(9, Status::Current, new.verifying_key())
        .unwrap();
    assert!(verify(&keyring, &first).is_ok() && verify(&keyring, &second).is_ok());

    keyring.set_status(8, Status::Retired).unwrap();
    assert!(verify(&keyring, &first).is_ok() && verify(&keyring, &second).is_ok());

    keyring.set_status(8, Status::Revoked).unwrap();
    assert_eq!(verify(&keyring, &first), Err(TicketError::RevokedKey));
    assert!(verify(&keyring, &second).is_ok());
}

#[test]
fn a_key_id_is_never_given_to_a_second_key() {
    let mut keyring = keyring();
    let taken = keyring.add(1, Status::Current, signer(4).verifying_key());
    assert_eq!(taken, Err(KeyringError::KidTaken(1)));
    assert_eq!(
        keyring.set_status(4, Status::Revoked),
        Err(KeyringError::NoSuchKid(4))
    );
    assert!(verify(&keyring, &ticket()).is_ok());
}

#[test]
fn a_keyring_survives_being_written_and_read() {
    let text = keyring().to_string();
    assert_eq!(text.parse(), Ok(keyring()));
    assert_eq!(
        format!("# keys\n\n  {}", text.replace('\n', "\r\n")).parse(),
        Ok(keyring())
    );
    for (text, error) in [
        (format!("{text}{text}"), KeyringError::KidTaken(1)),
        (text.replace("retired", "tired"), KeyringError::Line(2)),
        (
            format!("{}{}", text, text.replacen('1', "256", 1)),
            KeyringError::Line(4),
        ),
        ("1 current".into(), KeyringError::Line(1)),
        (
            format!("1 current {} x", signer(1).verifying_key()),
            KeyringError::Line(1),
        ),
        (
            format!("1 current {}", "0".repeat(64)),
            KeyringError::Line(1),
        ),
    ] {
        assert_eq!(text.parse::<Keyring>(), Err(error), "{text}");
    }
}

#[test]
fn weak_and_impossible_keys_are_not_taken() {
    let mut identity = [0; 32];
    identity[0] = 1;
    assert_eq!(VerifyingKey::from_bytes(&identity), None);
    let mut no_point = [0; 32];
    no_point[0] = 2;
    assert_eq!(VerifyingKey::from_bytes(&no_point), None);
    assert_eq!(VerifyingKey::from_hex("12"), None);
    assert_eq!(VerifyingKey::from_hex(&"é".repeat(32)), None);
}

#[test]
fn debugging_shows_neither_key_nor_ticket() {
    let token = issue(&signer(1), Kind::Booking, Uuid::nil());
    assert_eq!(format!("{token:?}"), "Token(..)");
    assert_eq!(format!("{:?}", signer(1)), "SigningKey { kid: 1, .. }");
}

/// The 83 bytes of a ticket, by long division.
fn bytes_of(ticket: &str) -> Vec<u8> {
    let mut digits: Vec<u32> = ticket.bytes().map(|b| u32::from(b - b'0')).collect();
    let mut bytes = vec![0; 83];
    for byte in bytes.iter_mut().rev() {
        let mut rest = 0;
        for digit in &mut digits {
            let value = rest * 10 + *digit;
            *digit = value / 256;
            rest = value % 256;
        }
        *byte = rest as u8;
    }
    bytes
}
