//! Wall codes: good for their step and one on each side, and never by luck (C-107).
#![allow(clippy::unwrap_used, missing_docs)]

use proptest::prelude::*;
use ticket::wall::{
    JUMP, LENGTH, NotShown, RELY, STEP, WallCode, WallKey, begins, may_show, step_at,
};
use uuid::Uuid;

const NOW: i64 = 1_795_000_000_123;

fn key() -> WallKey {
    WallKey::new(Uuid::from_u128(7), [9; 32])
}

#[test]
fn c107_a_code_is_good_for_its_step_and_one_on_each_side() {
    let now = step_at(NOW);
    for (step, good) in [
        (now - 2, false),
        (now - 1, true),
        (now, true),
        (now + 1, true),
        (now + 2, false),
    ] {
        let code = WallCode::parse(&key().code(step)).unwrap();
        assert_eq!(
            key().check(&code, NOW),
            good.then_some(step),
            "{}",
            step - now
        );
    }
    assert_eq!(step_at(begins(now)), now);
    assert_eq!(step_at(begins(now) - 1), now - 1);
    assert_eq!(step_at(begins(now) + STEP - 1), now);
}

#[test]
fn c107_two_displays_and_a_reload_show_the_same_code() {
    let again = WallKey::from_hex(Uuid::from_u128(7), &"09".repeat(32)).unwrap();
    assert_eq!(again.code(step_at(NOW)), key().code(step_at(NOW)));
    assert!(WallKey::from_hex(Uuid::from_u128(7), "0909").is_none());
}

#[test]
fn a_code_of_another_kiosk_or_secret_is_refused() {
    let step = step_at(NOW);
    let others = [
        WallKey::new(Uuid::from_u128(8), [9; 32]),
        WallKey::new(Uuid::from_u128(7), [8; 32]),
    ];
    for other in others {
        let code = WallCode::parse(&other.code(step)).unwrap();
        assert_eq!(key().check(&code, NOW), None);
    }
}

#[test]
fn a_hundred_thousand_random_codes_are_refused() {
    // SplitMix64, so that a failure can be repeated.
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb)
    };
    let genuine = key().code(step_at(NOW));
    let alphabet = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut read = 0;
    for _ in 0..100_000 {
        // Of the right kiosk: its UUID is in the first 26 characters. The last one holds three bits.
        let mut guess = genuine[..26].to_owned();
        while guess.len() < LENGTH {
            let value = usize::try_from(next() >> 59).unwrap();
            let value = if guess.len() + 1 == LENGTH {
                value & !3
            } else {
                value
            };
            guess.push(char::from(alphabet[value]));
        }
        let code = WallCode::parse(&guess).unwrap();
        read += 1;
        assert_eq!(key().check(&code, NOW), None, "{guess}");
    }
    assert_eq!(read, 100_000);
}

#[test]
fn c110_a_screen_with_a_wrong_clock_shows_nothing() {
    let limit = 60_000;
    assert_eq!(may_show(Some(0), 0, 0, limit), Ok(()));
    assert_eq!(may_show(Some(RELY), -60_000, -60_000, limit), Ok(()));
    assert_eq!(may_show(None, 0, 0, limit), Err(NotShown::Unmeasured));
    assert_eq!(
        may_show(Some(RELY + 1), 0, 0, limit),
        Err(NotShown::Unmeasured)
    );
    assert_eq!(
        may_show(Some(0), 60_001, 60_001, limit),
        Err(NotShown::WrongClock)
    );
    assert_eq!(
        may_show(Some(0), i64::MIN, 0, limit),
        Err(NotShown::WrongClock)
    );
    assert_eq!(may_show(Some(9), 100, 100 + JUMP, limit), Ok(()));
    assert_eq!(
        may_show(Some(9), 100, 101 + JUMP, limit),
        Err(NotShown::Jumped)
    );
}

proptest! {
    #[test]
    fn whatever_is_scanned_does_not_panic(text in "\\PC{0,60}") {
        if let Some(code) = WallCode::parse(&text) {
            prop_assert_eq!(key().check(&code, NOW), None);
        }
    }

    #[test]
    fn every_code_reads_back_in_either_case(kiosk: u128, secret: [u8; 32], step in 0_i64..1 << 40) {
        let key = WallKey::new(Uuid::from_u128(kiosk), secret);
        let text = key.code(step);
        prop_assert_eq!(text.len(), LENGTH);
        let code = WallCode::parse(&text).unwrap();
        prop_assert_eq!(code.kiosk, Uuid::from_u128(kiosk));
        prop_assert_eq!(key.check(&code, begins(step)), Some(step));
        let code = WallCode::parse(&text.to_uppercase()).unwrap();
        prop_assert_eq!(key.check(&code, begins(step)), Some(step));
    }
}
