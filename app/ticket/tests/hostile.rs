//! C-97: no input makes a reader panic, and none but a genuine ticket is accepted.
#![allow(clippy::unwrap_used)]

mod support;

use proptest::prelude::*;
use support::{Random, keyring, signer};
use ticket::{Keyring, Kind, ShortCode, issue, normalise, verify, verify_bytes};
use uuid::Uuid;

/// How many random inputs: `TICKET_FUZZ=1000000 cargo test --release -p ticket c_97`.
fn rounds() -> u64 {
    let rounds = std::env::var("TICKET_FUZZ").ok();
    rounds.map_or(200_000, |rounds| rounds.parse().unwrap())
}

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
    let accepted = verify(keyring, &text).is_ok();
    assert_eq!(
        verify_bytes(keyring, input).is_ok(),
        accepted && std::str::from_utf8(input).is_ok()
    );
    accepted
}

#[test]
fn c_97_random_inputs_neither_panic_nor_pass() {
    let (keyring, ticket) = (keyring(), ticket());
    let mut random = Random(20_261_123);
    for round in 0..rounds() {
        let input = random_input(&mut random, &ticket);
        let accepted = read(&keyring, &input);
        let genuine = input.len() >= 200 && normalise(&String::from_utf8_lossy(&input)) == ticket;
        assert_eq!(accepted, genuine, "round {round}: {input:?}");
    }
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
    ];
    let length = random.below(40);
    match random.below(32) {
        0 => {
            let digits = (0..190).map(|_| char::from(b'0' + random.below(10) as u8));
            // The first ten digits hold version, kind and key id.
            let digits: String = ticket[..10].chars().chain(digits).collect();
            digits.into_bytes()
        }
        1 => {
            let mut damaged = ticket.as_bytes().to_vec();
            for _ in 0..=random.below(3) {
                let at = random.below(damaged.len());
                match random.below(3) {
                    0 => damaged[at] = random.next() as u8,
                    1 => damaged.insert(at, random.next() as u8),
                    _ => drop(damaged.remove(at)),
                }
            }
            damaged
        }
        2 => (0..200).map(|_| b'0' + random.below(10) as u8).collect(),
        3..=12 => (0..length).map(|_| random.next() as u8).collect(),
        13..=22 => (0..length)
            .flat_map(|_| ODD[random.below(ODD.len())].bytes())
            .collect(),
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
