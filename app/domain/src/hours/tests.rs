//! What counts, by example and for whatever was scanned.

use super::*;
use crate::{
    access::Role,
    check_in::{Attendance, Direction, Evidence, Kind as Scanned, attendance},
    shift::DOOR,
    spans::{common, length, union},
    time::HOUR,
};
use proptest::prelude::*;
use uuid::Uuid;

fn min(minutes: i64) -> Timestamp {
    Timestamp(20_000 * 24 * HOUR + minutes * MINUTE)
}

/// Three hours.
fn shift() -> Span {
    Span::new(min(0), min(180)).unwrap()
}

fn there(scans: &[(Direction, i64)]) -> Attendance {
    let evidence: Vec<Evidence> = scans
        .iter()
        .enumerate()
        .map(|(n, (direction, at))| Evidence {
            id: Uuid::from_u128(n as u128).into(),
            kind: Scanned::Scan,
            direction: *direction,
            at: min(*at),
            door: String::new(),
        })
        .collect();
    attendance(DOOR, shift(), &evidence)
}

const IN: Direction = Direction::In;
const OUT: Direction = Direction::Out;

#[test]
fn c87_what_counts_lies_within_the_shift_without_the_breaks() {
    let lead = there(&[(IN, -20), (OUT, 200)]);
    let minutes = |scans: &[(Direction, i64)]| {
        credit(shift(), &there(scans), std::slice::from_ref(&lead), &[]).minutes
    };
    assert_eq!(minutes(&[(IN, -30), (OUT, 190)]), 180);
    assert_eq!(minutes(&[(IN, 10), (OUT, 100)]), 90);
    assert_eq!(minutes(&[(IN, 0), (OUT, 60), (IN, 90), (OUT, 180)]), 150);
    assert_eq!(minutes(&[]), 0);
}

#[test]
fn parts_of_a_minute_are_not_counted() {
    let lead = there(&[(IN, 0), (OUT, 180)]);
    let mut mine = there(&[(IN, 0), (OUT, 100)]);
    mine.stays[0].to = Some(min(100).plus(-1));
    assert_eq!(credit(shift(), &mine, &[lead], &[]).minutes, 99);
}

#[test]
fn only_the_time_with_a_lead_counts_and_a_margin_around_it() {
    let mine = there(&[(IN, 0), (OUT, 180)]);
    let minutes = |leads: &[Attendance]| credit(shift(), &mine, leads, &[]).minutes;
    assert_eq!(minutes(&[there(&[(IN, 60), (OUT, 120)])]), 60 + 30);
    assert_eq!(minutes(&[there(&[(IN, 5), (OUT, 175)])]), 180);
    // Two leads, one after the other.
    let (one, other) = (there(&[(IN, 0), (OUT, 60)]), there(&[(IN, 60), (OUT, 180)]));
    assert_eq!(minutes(&[one, other]), 180);
    let alone = credit(shift(), &mine, &[], &[]);
    assert_eq!((alone.minutes, alone.doubt), (0, Some(Doubt::NoLead)));
}

#[test]
fn c91_a_missing_check_out_is_neither_a_day_nor_nothing() {
    let lead = there(&[(IN, 0), (OUT, 180)]);
    let open = credit(
        shift(),
        &there(&[(IN, 30)]),
        std::slice::from_ref(&lead),
        &[],
    );
    assert_eq!((open.minutes, open.doubt), (150, Some(Doubt::NoCheckOut)));
    let only_out = credit(shift(), &there(&[(OUT, 120)]), &[lead], &[]);
    assert_eq!(
        (only_out.minutes, only_out.doubt),
        (120, Some(Doubt::NoEntry))
    );
}

#[test]
fn c86_what_counts_already_does_not_count_again() {
    let lead = there(&[(IN, 0), (OUT, 180)]);
    let mine = there(&[(IN, 0), (OUT, 180)]);
    let counted = [Span::new(min(-60), min(45)).unwrap()];
    let credit = credit(shift(), &mine, &[lead], &counted);
    assert_eq!(credit.minutes, 135);
    assert_eq!(credit.spans, [Span::new(min(45), min(180)).unwrap()]);
}

fn staff(n: u128) -> StaffId {
    Uuid::from_u128(n).into()
}

fn account(n: u128) -> AccountId {
    Uuid::from_u128(n).into()
}

#[test]
fn a_lead_who_was_there_validates_when_it_is_over_and_nobody_their_own() {
    let mut done = Done {
        span: shift(),
        leads: vec![staff(1)],
        accounts: vec![account(7)],
        is_anybody_inside: true,
    };
    let by = |staff, account| Validator { staff, account };
    let (one, two, own) = (staff(1), staff(2), account(7));
    let check = |done: &Done, who: Validator<'_>, at| check_validator(done, &who, min(at));
    assert_eq!(check(&done, by(Some(&one), None), 180), Ok(()));
    assert_eq!(
        check(&done, by(Some(&two), None), 180),
        Err(Refusal::WasNotThere)
    );
    assert_eq!(check(&done, by(None, None), 180), Err(Refusal::WasNotThere));
    assert_eq!(
        check(&done, by(None, Some(&own)), 180),
        Err(Refusal::OwnHours)
    );
    assert_eq!(
        check(&done, by(Some(&one), Some(&own)), 180),
        Err(Refusal::OwnHours)
    );
    let until = min(180);
    assert_eq!(
        check(&done, by(Some(&one), None), 179),
        Err(Refusal::NotOver { until })
    );
    done.is_anybody_inside = false;
    assert_eq!(check(&done, by(Some(&one), None), 100), Ok(()));
    assert_eq!(
        check(&done, by(Some(&one), None), 0),
        Err(Refusal::NotOver { until })
    );
}

#[test]
fn c89_a_lead_can_take_away_and_not_add() {
    assert_eq!(validated(90, None), Ok(90));
    assert_eq!(validated(90, Some(60)), Ok(60));
    assert_eq!(validated(90, Some(0)), Ok(0));
    let too_many = Err(Refusal::invalid("minutes", Reason::OutOfRange));
    assert_eq!(validated(90, Some(91)), too_many);
    assert!(check_entered(180, shift()).is_ok());
    assert!(check_entered(181, shift()).is_err());
    assert!(check_entered(0, shift()).is_err());
}

#[test]
fn c88_long_days_take_another_word() {
    assert_eq!(approval(480), Approval::None);
    assert_eq!(approval(481), Approval::Second);
    assert_eq!(approval(720), Approval::Second);
    assert_eq!(approval(721), Approval::Higher);
}

#[test]
fn c92_a_correction_that_adds_is_entered() {
    use Kind::{Entered, Verified};
    assert_eq!(correction_kind(Verified, -5), (Verified, Approval::None));
    assert_eq!(correction_kind(Entered, -5), (Entered, Approval::None));
    assert_eq!(correction_kind(Verified, 5), (Entered, Approval::Second));
}

#[test]
fn nobody_approves_their_own_entry() {
    let (one, two) = (staff(1), staff(2));
    let check = |approval, who, role| check_approver(approval, Some(&one), who, &[role]);
    let worker = Role::SocialWorker;
    assert_eq!(
        check(Approval::Second, &one, worker),
        Err(Refusal::NeedsAnother)
    );
    assert_eq!(
        check(Approval::Second, &one, Role::Admin),
        Err(Refusal::NeedsAnother)
    );
    assert_eq!(check(Approval::Second, &two, worker), Ok(()));
    assert_eq!(
        check(Approval::Higher, &two, worker),
        Err(Refusal::Forbidden)
    );
    assert_eq!(check(Approval::Higher, &two, Role::CenterManager), Ok(()));
    assert_eq!(
        check(Approval::Second, &two, Role::Kiosk),
        Err(Refusal::Forbidden)
    );
}

#[test]
fn ten_hours_lie_before_the_formal_number() {
    let with = |verified, entered| Totals {
        verified,
        entered,
        pending: 0,
    };
    assert_eq!(check_probation(&with(600, 0)), Ok(()));
    let missing = 1;
    assert_eq!(
        check_probation(&with(599, 300)),
        Err(Refusal::HoursMissing { missing })
    );
}

fn scans() -> impl Strategy<Value = Vec<(Direction, i64)>> {
    let way = prop_oneof![Just(IN), Just(OUT), Just(Direction::Either)];
    prop::collection::vec((way, -70i64..260), 0..7)
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let kind = prop_oneof![Just(Kind::Verified), Just(Kind::Entered)];
    let approval = prop_oneof![
        Just(Approval::None),
        Just(Approval::Second),
        Just(Approval::Higher)
    ];
    let said = (any::<bool>(), any::<bool>(), any::<bool>());
    (kind, -200i64..500, approval, said).prop_map(
        |(counts_as, minutes, approval, (is_approved, is_refused, is_objected))| Entry {
            counts_as,
            minutes,
            approval,
            is_approved,
            is_refused,
            is_objected,
        },
    )
}

proptest! {
    /// Late and reordered evidence, wrong clocks and all: what counts is at most what lies within the
    /// shift and within the lead's presence with its margin, and never what counts already.
    #[test]
    fn credited_minutes_lie_within_overlap_and_margin(
        mine in scans(), leads in prop::collection::vec(scans(), 0..3), before in -60i64..200,
    ) {
        let leads: Vec<Attendance> = leads.iter().map(|scans| there(scans)).collect();
        let counted = [Span::kept(min(before), min(before + 30))];
        let credit = credit(shift(), &there(&mine), &leads, &counted);
        let whole = length(&credit.spans) / MINUTE;
        prop_assert_eq!(i64::from(credit.minutes), whole);
        prop_assert!(whole <= 180);
        let led: Vec<Span> = leads
            .iter()
            .filter(|lead| lead.is_present())
            .map(|lead| {
                let first = lead.first.as_ref().map_or(min(0), |seen| seen.at);
                let from = if lead.entry_missing { min(0).min(first) } else { first };
                let to = lead.left.as_ref().map_or(min(180), |seen| seen.at);
                Span::kept(from.plus(-SETUP_MARGIN), to.plus(SETUP_MARGIN))
            })
            .collect();
        prop_assert_eq!(length(&common(&credit.spans, &union(led))), length(&credit.spans));
        prop_assert!(common(&credit.spans, &counted).is_empty());
        for span in &credit.spans {
            prop_assert!(shift().start() <= span.start() && span.end() <= shift().end());
        }
    }

    /// The order of evidence changes nothing.
    #[test]
    fn reordered_evidence_counts_the_same(mine in scans(), seed in any::<u64>()) {
        let lead = there(&[(IN, 0), (OUT, 180)]);
        let mut evidence: Vec<Evidence> = mine.iter().enumerate().map(|(n, (direction, at))| Evidence {
            id: Uuid::from_u128(n as u128).into(),
            kind: Scanned::Scan,
            direction: *direction,
            at: min(*at),
            door: String::new(),
        }).collect();
        let expected = credit(shift(), &attendance(DOOR, shift(), &evidence), std::slice::from_ref(&lead), &[]);
        evidence.sort_by_key(|e| e.id.uuid().as_u128() as u64 ^ seed.rotate_left(7));
        let again = credit(shift(), &attendance(DOOR, shift(), &evidence), &[lead], &[]);
        prop_assert_eq!(again, expected);
    }

    /// C-90: nothing is counted twice, and nothing that counts is left out.
    #[test]
    fn c90_the_sums_are_the_entries(entries in prop::collection::vec(any_entry(), 0..20)) {
        let sums = totals(&entries);
        let alive: i64 = entries.iter().filter(|e| !e.is_refused).map(|e| e.minutes).sum();
        prop_assert_eq!(sums.verified + sums.entered + sums.pending, alive);
        let counted: i64 = entries
            .iter()
            .filter(|e| e.counts() && e.counts_as == Kind::Verified)
            .map(|e| e.minutes)
            .sum();
        prop_assert_eq!(sums.verified, counted);
    }
}
