//! C-97: no input makes a reader panic, and none but a genuine ticket is accepted.
#![allow(clippy::unwrap_used)]

mod support;

use proptest::prelude::*;
use support::{
    decimal,
    fuzz::{Random, fuzz},
    keyring, signer,
};
use ticket::{
    Keyring, Kind, ShortCode, issue, normalise, verify, verify_bytes,
    wall::{LENGTH, WallCode, WallKey},
};
use uuid::Uuid;

fn ticket() -> String {
    issue(&signer(1), Kind::Booking, Uuid::from_u128(0x42)).into_string()
}

/// Gives the input to everything that reads; the answer of the ticket reader.
fn read(keyring: &Keyring, input: &[u8]) -> bool {
    let text = String::from_utf8_lossy(input);
    let plain = normalise(&text);
    assert_eq!(
        normalise(&plain),
        plain,
        "normalising twice changed {text:?}"
    );
    if let Ok(code) = ShortCode::parse(&text) {
        assert_eq!(ShortCode::parse(&code.to_string()), Ok(code));
    }
    assert!(WallCode::parse(&text).is_none() || text.len() == LENGTH);
    if let Ok(keys) = text.parse::<Keyring>() {
        assert_eq!(keys.to_string().parse(), Ok(keys));
    }
    let accepted = verify(keyring, &text).is_ok();
    assert_eq!(
        verify_bytes(keyring, input).is_ok(),
        accepted && std::str::from_utf8(input).is_ok()
    );
    accepted
}

#[test]
fn c_97_fuzz_no_input_makes_a_reader_panic_and_none_but_a_genuine_ticket_passes() {
    let keyring = keyring();
    let tickets = [Kind::Booking, Kind::Assignment, Kind::Card]
        .map(|kind| issue(&signer(1), kind, Uuid::from_u128(0x42)).into_string());
    let wall = WallKey::new(Uuid::from_u128(7), [9; 32]);
    fuzz(20_261_123, 100_000, 1, |random| {
        let ticket = random.of(&tickets);
        let input = random_input(random, ticket);
        let accepted = read(&keyring, &input);
        let genuine = input.len() >= 200 && normalise(&String::from_utf8_lossy(&input)) == *ticket;
        assert_eq!(accepted, genuine, "{input:?}");

        let shown = wall.code(1_000);
        let damaged = damage(random, shown.as_bytes());
        let damaged = String::from_utf8_lossy(&damaged);
        let code = WallCode::parse(&damaged).and_then(|code| wall.check(&code, 15_000_000));
        assert_eq!(
            code.is_some(),
            damaged.eq_ignore_ascii_case(&shown),
            "{damaged}"
        );
    });
}

/// A few bytes changed, added or taken away.
fn damage(random: &mut Random, whole: &[u8]) -> Vec<u8> {
    let mut damaged = whole.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(damaged.len());
        match random.below(3) {
            0 => damaged[at] = random.byte(),
            1 => damaged.insert(at, random.byte()),
            _ => drop(damaged.remove(at)),
        }
    }
    damaged
}

/// The ticket's own bytes with a few bits turned over, as digits again.
fn turned_over(random: &mut Random, ticket: &str) -> Vec<u8> {
    let mut bytes = [0_u8; 83];
    for digit in ticket.bytes() {
        let mut carry = u16::from(digit - b'0');
        for byte in bytes.iter_mut().rev() {
            carry += u16::from(*byte) * 10;
            *byte = carry as u8;
            carry >>= 8;
        }
    }
    for _ in 0..=random.below(3) {
        bytes[random.below(83)] ^= 1 << random.below(8);
    }
    decimal(&bytes).into_bytes()
}

/// Bytes, characters, digits, damaged tickets, and numbers that begin as a ticket does.
fn random_input(random: &mut Random, ticket: &str) -> Vec<u8> {
    const ODD: &[&str] = &[
        "\\000026",
        "\\",
        "]Q1",
        "]",
        "\u{feff}",
        "０",
        "９",
        "ａ",
        "\0",
        "\r\n",
        " ",
        "-",
        "票",
        "\u{10ffff}",
        "7",
        "1 current ",
        "#\n",
    ];
    let length = random.below(40);
    match random.below(64) {
        0 => {
            let digits = (0..190).map(|_| char::from(b'0' + random.below(10) as u8));
            // The first ten digits hold version, kind and key id.
            let digits: String = ticket[..10].chars().chain(digits).collect();
            digits.into_bytes()
        }
        1..=2 => damage(random, ticket.as_bytes()),
        3 => turned_over(random, ticket),
        4 => ticket.as_bytes()[random.below(201)..].to_vec(),
        5 => ticket.as_bytes()[..random.below(201)].to_vec(),
        6 => {
            // The whole ticket, with what scanners and input methods put around and between.
            let at = random.below(201);
            let [before, between, after] = [(); 3].map(|()| *random.of(ODD));
            format!("{before}{}{between}{}{after}", &ticket[..at], &ticket[at..]).into_bytes()
        }
        7..=8 => (0..200).map(|_| b'0' + random.below(10) as u8).collect(),
        9 => ticket.repeat(random.below(25)).into_bytes(),
        10..=26 => (0..length).map(|_| random.byte()).collect(),
        27..=44 => (0..length).flat_map(|_| random.of(ODD).bytes()).collect(),
        _ => {
            let characters =
                (0..length).filter_map(|_| char::from_u32(random.below(0x11_0000) as u32));
            characters.collect::<String>().into_bytes()
        }
    }
}

#[test]
fn c_97_every_length_from_0_to_400_is_read_without_panic() {
    let (keyring, twice) = (keyring(), ticket().repeat(2));
    for length in 0..=400 {
        assert_eq!(
            read(&keyring, &twice.as_bytes()[..length]),
            length == 200,
            "{length}"
        );
        for filler in ["0", "9", "\u{ff}", "票", "\\", "]", " ", "\0"] {
            assert!(
                !read(&keyring, filler.repeat(length).as_bytes()),
                "{filler} x {length}"
            );
        }
        assert!(!read(&keyring, &vec![0xff; length]), "not UTF-8, {length}");
    }
}

#[test]
fn c_97_every_part_of_a_ticket_is_refused() {
    let (keyring, ticket) = (keyring(), ticket());
    for end in 0..200 {
        assert!(
            !read(&keyring, &ticket.as_bytes()[..end]),
            "the first {end}"
        );
        assert!(
            !read(&keyring, &ticket.as_bytes()[end + 1..]),
            "without the first {}",
            end + 1
        );
    }
}

#[test]
fn c_97_a_flood_is_refused() {
    let (keyring, ticket) = (keyring(), ticket());
    assert!(!read(&keyring, ticket.repeat(5_000).as_bytes()));
    assert!(!read(&keyring, "\\000026".repeat(100_000).as_bytes()));
}

#[test]
fn more_than_4096_bytes_are_not_looked_at() {
    let (keyring, ticket) = (keyring(), ticket());
    let padded = |length| format!("{ticket:>length$}");
    assert!(read(&keyring, padded(4_096).as_bytes()));
    assert!(!read(&keyring, padded(4_097).as_bytes()));
}

#[test]
fn c_106_a_bad_scan_does_not_affect_the_next() {
    let (keyring, ticket) = (keyring(), ticket());
    for bad in ["", "\\000026", "99999", &ticket[..150], "票"] {
        assert!(!read(&keyring, bad.as_bytes()));
        assert!(read(&keyring, ticket.as_bytes()));
    }
}

proptest! {
    #[test]
    fn c_97_no_text_makes_a_reader_panic(text in any::<String>()) {
        prop_assert!(!read(&keyring(), text.as_bytes()));
    }

    #[test]
    fn c_97_no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        prop_assert!(!read(&keyring(), &bytes));
    }

    #[test]
    fn c_97_no_digits_pass(digits in "[0-9]{190,210}") {
        prop_assert!(!read(&keyring(), digits.as_bytes()));
    }
}
