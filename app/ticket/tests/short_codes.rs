//! Short codes: what people can mistype, and how they are made.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::HashSet;

use proptest::prelude::*;
use support::fuzz::Random;
use ticket::{ALPHABET, NotEnoughRandomness, ShortCode, ShortCodeError};

fn code(random: &mut Random) -> ShortCode {
    let bytes: Vec<u8> = (0..32).map(|_| random.next() as u8).collect();
    ShortCode::from_random(&bytes).unwrap()
}

fn characters() -> impl Iterator<Item = char> + Clone {
    ('0'..='9').chain('A'..='Z')
}

#[test]
fn c_112_the_alphabet_has_no_look_alikes() {
    let alphabet: HashSet<char> = ALPHABET.iter().map(|&c| char::from(c)).collect();
    assert_eq!(alphabet.len(), 23);
    for absent in "01OILQ".chars() {
        assert!(!alphabet.contains(&absent), "{absent}");
    }
    for (one, other) in [
        ('2', 'Z'),
        ('5', 'S'),
        ('6', 'G'),
        ('8', 'B'),
        ('U', 'V'),
        ('D', 'O'),
        ('D', '0'),
    ] {
        assert!(
            !(alphabet.contains(&one) && alphabet.contains(&other)),
            "{one} and {other}"
        );
    }
}

/// Whether a sum of weights times values is a multiple of 23 depends only on the differences, so
/// this goes through every place, every character there and every character instead of it, for
/// codes in which every character stands in every place.
#[test]
fn every_single_wrong_character_is_caught() {
    let mut random = Random(1);
    let mut seen = HashSet::new();
    for _ in 0..2_000 {
        let right = code(&mut random);
        let text: Vec<char> = right.compact().chars().collect();
        for at in 0..8 {
            seen.insert((at, text[at]));
            for wrong in characters() {
                let mut typed = text.clone();
                typed[at] = wrong;
                let typed: String = typed.into_iter().collect();
                // A look-alike is read as what was meant; everything else is refused.
                let read = ShortCode::parse(&typed);
                assert!(
                    read.is_err() || read == Ok(right),
                    "{typed} for {}",
                    right.compact()
                );
                if ALPHABET.contains(&(wrong as u8)) && wrong != text[at] {
                    assert_eq!(read, Err(ShortCodeError::Check));
                }
            }
        }
    }
    assert_eq!(seen.len(), 8 * 23, "not every character in every place");
}

/// Every pair of different characters in every two places.
#[test]
fn every_swap_of_two_characters_is_caught() {
    let mut random = Random(2);
    let mut seen = HashSet::new();
    for _ in 0..20_000 {
        let right = code(&mut random);
        let text: Vec<char> = right.compact().chars().collect();
        for (i, j) in (0..8).flat_map(|i| (i + 1..8).map(move |j| (i, j))) {
            if text[i] == text[j] {
                continue;
            }
            seen.insert((i, j, text[i], text[j]));
            let mut typed = text.clone();
            typed.swap(i, j);
            let typed: String = typed.into_iter().collect();
            assert_eq!(
                ShortCode::parse(&typed),
                Err(ShortCodeError::Check),
                "{typed}"
            );
        }
    }
    assert_eq!(
        seen.len(),
        28 * 23 * 22,
        "not every pair in every two places"
    );
}

#[test]
fn one_text_in_23_passes_by_chance() {
    let mut random = Random(3);
    let passed = (0..23_000).filter(|_| {
        let text: String = (0..8)
            .map(|_| char::from(ALPHABET[random.below(23)]))
            .collect();
        ShortCode::parse(&text).is_ok()
    });
    let passed = passed.count();
    assert!((800..1_200).contains(&passed), "{passed}");
}

/// Every byte in the first place, the rest fixed: each of the 23 characters comes of 11 bytes.
#[test]
fn no_character_is_likelier_than_another() {
    let mut times = [0; 23];
    for byte in 0..=u8::MAX {
        match ShortCode::from_random(&[byte, 0, 0, 0, 0, 0, 0]) {
            Ok(code) => {
                let first = code.compact().bytes().next().unwrap();
                times[ALPHABET.iter().position(|&c| c == first).unwrap()] += 1;
            }
            Err(NotEnoughRandomness) => assert!(byte >= 253, "{byte} was skipped"),
        }
    }
    assert_eq!(times, [11; 23]);
}

#[test]
fn too_few_random_bytes_are_refused() {
    assert_eq!(ShortCode::from_random(&[]), Err(NotEnoughRandomness));
    assert_eq!(ShortCode::from_random(&[7; 6]), Err(NotEnoughRandomness));
    assert_eq!(
        ShortCode::from_random(&[255; 100]),
        Err(NotEnoughRandomness)
    );
    assert!(ShortCode::from_random(&[7; 7]).is_ok());
}

#[test]
fn a_refusal_says_what_is_wrong() {
    for (typed, error) in [
        ("", ShortCodeError::Length),
        ("2222-222", ShortCodeError::Length),
        ("2222-2222-2", ShortCodeError::Length),
        ("1222-2222", ShortCodeError::Character('1')),
        ("222l-2222", ShortCodeError::Character('L')),
        ("222é-2222", ShortCodeError::Character('é')),
        ("2222-2223", ShortCodeError::Check),
    ] {
        assert_eq!(ShortCode::parse(typed), Err(error), "{typed}");
    }
}

#[test]
fn debugging_does_not_show_the_code() {
    assert_eq!(format!("{:?}", code(&mut Random(4))), "ShortCode(..)");
}

proptest! {
    #[test]
    fn what_is_shown_can_be_typed_in_any_way(random: [u8; 32], lower: bool, dash in "[- —－\u{3000}]{0,3}") {
        let code = ShortCode::from_random(&random).unwrap();
        let shown = code.to_string();
        prop_assert_eq!(shown.len(), 9);
        prop_assert_eq!(&shown[4..5], "-");
        prop_assert_eq!(shown.replace('-', ""), code.compact());
        let typed = shown.replace('-', &dash);
        let typed = if lower { typed.to_lowercase() } else { typed };
        prop_assert_eq!(ShortCode::parse(&typed), Ok(code));
    }
}
