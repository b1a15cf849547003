use super::*;
use crate::time::DAY;

const NOW: Timestamp = Timestamp(20_500 * DAY + 4 * HOUR);

fn told() -> Told {
    let green = |check: &Check| Checked {
        check: *check,
        light: Light::Green,
    };
    Told {
        seen_at: Some(NOW),
        clock_off_ms: Some(-300),
        camera: Part::Works,
        scanner: Part::Works,
        checks: Check::ALL.iter().map(green).collect(),
        checked_at: Some(NOW.plus(-HOUR)),
    }
}

#[test]
fn a_kiosk_that_is_heard_of_and_was_tested_today_is_green() {
    assert_eq!(health(&told(), NOW).overall(), Light::Green);
}

#[test]
fn each_fault_shows_in_its_own_part_and_in_the_whole() {
    let silent = |ms: i64| Told {
        seen_at: Some(NOW.plus(-ms)),
        ..told()
    };
    assert_eq!(health(&silent(3 * MINUTE), NOW).contact, Light::Green);
    assert_eq!(health(&silent(4 * MINUTE), NOW).contact, Light::Amber);
    assert_eq!(health(&silent(16 * MINUTE), NOW).contact, Light::Red);
    let off = |ms| Told {
        clock_off_ms: Some(ms),
        ..told()
    };
    assert_eq!(health(&off(2_001), NOW).clock, Light::Amber);
    assert_eq!(health(&off(-61_000), NOW).clock, Light::Red);
    let broken = Told {
        camera: Part::Failed,
        ..told()
    };
    assert_eq!(health(&broken, NOW).camera, Light::Red);
    assert_eq!(health(&broken, NOW).overall(), Light::Red);
    let yesterday = Told {
        checked_at: Some(NOW.plus(-DAY)),
        ..told()
    };
    assert_eq!(health(&yesterday, NOW).checks, Light::Amber);
    let mut failed = told();
    failed.checks[0].light = Light::Red;
    assert_eq!(health(&failed, NOW).checks, Light::Red);
    let new = Told {
        seen_at: None,
        clock_off_ms: None,
        camera: Part::Unknown,
        scanner: Part::Unknown,
        checks: Vec::new(),
        checked_at: None,
    };
    let found = health(&new, NOW);
    assert_eq!((found.contact, found.clock), (Light::Red, Light::Amber));
}

fn scan(step: i64, n: i64) -> Redemption {
    Redemption {
        step: Some(step),
        at: NOW.plus(step * 15_000 + n * 200),
        late_ms: 0,
        device: format!("{step}-{n}"),
        account: Some(format!("{step}-{n}")),
    }
}

#[test]
fn forty_people_in_two_minutes_are_no_sign_and_twenty_friends_on_one_code_are() {
    let arrival: Vec<_> = (0..40).map(|n| scan(n / 5, n % 5)).collect();
    assert_eq!(signs(&arrival), []);
    let relay: Vec<_> = (0..20).map(|n| scan(3, n)).collect();
    assert!(matches!(signs(&relay)[..], [Sign::Crowd { count: 20, .. }]));
}

#[test]
fn a_picture_passed_on_shows_by_its_lateness() {
    let mut some: Vec<_> = (0..6).map(|n| scan(1, n)).collect();
    for one in &mut some[2..] {
        one.late_ms = 9_000;
    }
    assert!(matches!(signs(&some)[..], [Sign::Late { count: 4, .. }]));
    some[5].late_ms = 1_000;
    assert_eq!(signs(&some), [], "three slow people are nothing");
    assert_eq!(late(NOW.0, 15_000, NOW.plus(10_000)), 0);
    assert_eq!(late(NOW.0, 15_000, NOW.plus(21_000)), 6_000);
}

#[test]
fn one_phone_for_several_accounts_shows_and_for_a_couple_does_not() {
    let on_one_phone = |n| Redemption {
        device: "one".into(),
        ..scan(n, 0)
    };
    assert_eq!(signs(&[on_one_phone(1), on_one_phone(2)]), []);
    let three = [on_one_phone(1), on_one_phone(2), on_one_phone(3)];
    assert!(matches!(signs(&three)[..], [Sign::Shared { count: 3, .. }]));
    let same_account = three.map(|one| Redemption {
        account: Some("a".into()),
        ..one
    });
    assert_eq!(signs(&same_account), []);
}

#[test]
fn paper_stands_for_one_person_and_a_ticket_only_until_it_is_over() {
    assert!(Proof::Phone.reaches_family());
    assert!(!Proof::Card.reaches_family() && !Proof::Ticket.reaches_family());
    for state in [State::Waitlisted, State::Confirmed, State::CheckedIn] {
        assert!(ticket_identifies(state, NOW.plus(1), NOW));
        assert!(!ticket_identifies(state, NOW, NOW), "over is over");
    }
    for state in [State::Cancelled, State::NoShow] {
        assert!(!ticket_identifies(state, NOW.plus(HOUR), NOW));
    }
}
