//! When social workers are at work, as they say it themselves, on both databases: who gives them a shift
//! sees it, and sets it aside only with a reason.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod common;

use common::{plans::refused, volunteers::*, *};
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    audit::Verb,
    availability::{Availability, MOST_AWAY},
    id::{ShiftId, StaffId},
    shift::{Risk, Role as Part},
    time::{DAY, HOUR},
};
use store::{
    Act,
    assignments::{self, assign_lead, assign_lead_despite, relocate},
    day,
    roster::{self, fillable, monday_of},
    shifts,
    staff::{close, own_time, set_own_time, times},
    testing::TestDb,
};

fn staff(id: &StaffId, role: Role) -> Act {
    let caller = Caller {
        identity: Identity::Staff(id.clone()),
        grants: vec![Grant {
            role,
            scope: Scope::parse(CENTER).unwrap(),
        }],
    };
    Act::new(caller, NOW, ids())
}

/// At work every day but on those so many days from now.
fn but(days: &[i64]) -> Availability {
    Availability {
        away: days.iter().map(|n| NOW.plus(n * DAY).day()).collect(),
        ..Availability::always()
    }
}

async fn says(test: &TestDb, who: &StaffId, said: Availability) {
    set_own_time(&test.db, &staff(who, Role::SocialWorker), said)
        .await
        .unwrap();
}

/// A center, two leads, and a shift in two days.
async fn stage(test: &TestDb) -> (StaffId, StaffId, ShiftId) {
    center(test, &[], "single").await;
    let leads = (lead(test, 1).await, lead(test, 2).await);
    let shift = shift(test, new_shift(2, 3, 0)).await;
    (leads.0, leads.1, shift)
}

async fn one_says_it_for_oneself(test: TestDb) {
    let (one, other, _) = stage(&test).await;
    let db = &test.db;
    let act = staff(&one, Role::SocialWorker);
    assert_eq!(own_time(db, &act.caller).await.unwrap(), None);
    let mut said = but(&[-3, 2, 3]);
    said.slots.pop_first();
    says(&test, &one, said.clone()).await;
    said.away.pop_first();
    let kept = own_time(db, &act.caller).await.unwrap();
    assert_eq!(kept, Some(said.clone()), "days that are over are forgotten");
    let many = but(&(1..=MOST_AWAY as i64 + 1).collect::<Vec<_>>());
    let refusal = refused(set_own_time(db, &act, many).await);
    assert!(matches!(refusal, Refusal::Invalid { .. }));
    assert!(set_own_time(db, &resident(1), but(&[])).await.is_err());

    let manager = staff(&other, Role::CenterManager);
    let here = CENTER.parse().unwrap();
    let seen = times(db, &manager, &here).await.unwrap();
    let of = |id: &StaffId| seen.iter().find(|of| of.staff == *id).unwrap();
    assert_eq!((&of(&one).said, &of(&other).said), (&Some(said), &None));
    for stranger in [act, resident(1)] {
        assert!(times(db, &stranger, &here).await.is_err());
    }
    for (verb, count) in [(Verb::StaffTime, 1), (Verb::StaffViewTime, 1)] {
        let kept = format!("SELECT COUNT(*) FROM audit WHERE action = '{verb}'");
        assert_eq!(test.number(&kept).await, count, "{verb}");
    }
}

async fn c81_who_is_away_leads_only_for_a_reason_that_is_recorded(test: TestDb) {
    let (one, other, shift) = stage(&test).await;
    says(&test, &one, but(&[2])).await;
    let (db, act) = (&test.db, social_worker());
    let not = assign_lead(db, &act, shift.clone(), one.clone()).await;
    assert_eq!(codes(not.unwrap()), ["not_at_work"]);
    let empty = assign_lead_despite(db, &act, shift.clone(), one.clone(), Some(" ".into()));
    assert_eq!(codes(empty.await.unwrap()), ["invalid"]);
    let asked = Some("已电话商量，愿意来".to_owned());
    let placed = assign_lead_despite(db, &act, shift.clone(), one.clone(), asked.clone()).await;
    let placed = placed.unwrap().unwrap();
    let kept = format!(
        "SELECT COUNT(*) FROM assignment WHERE id = '{}' AND override_reason IS NOT NULL",
        placed.id
    );
    assert_eq!(test.number(&kept).await, 1);
    // It was talked about: nothing to point out.
    let risks = shifts::at_risk(db, &act.caller, &CENTER.parse().unwrap(), NOW).await;
    let away = |risk: &Risk| matches!(risk, Risk::LeadAway { .. });
    assert!(!risks.unwrap().iter().any(|of| of.risks.iter().any(away)));

    // Nobody is in two places, whatever is said.
    let there = common::volunteers::shift(&test, new_shift(2, 3, 0)).await;
    let twice = assign_lead_despite(db, &act, there.clone(), one.clone(), asked).await;
    assert_eq!(codes(twice.unwrap()), ["overlaps"]);
    let mine = assign_lead(db, &act, there, other.clone()).await;
    let mine = mine.unwrap().unwrap();
    // Nor is somebody moved to where they are not at work.
    let later = common::volunteers::shift(&test, new_shift(4, 3, 0)).await;
    says(&test, &other, but(&[4])).await;
    let moved = relocate(db, &act, mine.id, later).await;
    assert_eq!(codes(moved.unwrap()), ["not_at_work"]);
}

async fn every_list_of_leads_knows_who_is_away(test: TestDb) {
    let (one, other, shift) = stage(&test).await;
    says(&test, &one, but(&[2])).await;
    let (db, act, here) = (&test.db, social_worker(), CENTER.parse().unwrap());
    let hole = roster::candidates(db, &act, &shift, Part::Lead)
        .await
        .unwrap();
    let of = |id: &StaffId| {
        let mut all = hole.candidates.iter();
        all.find(|of| of.who.id() == id.as_str()).unwrap()
    };
    assert_eq!(
        of(&one).outcome.as_ref().err(),
        Some(&vec![Refusal::NotAtWork])
    );
    assert!(of(&other).suits() && hole.candidates[0].name == of(&other).name);

    let monday = monday_of(NOW.plus(2 * DAY));
    let filling = fillable(db, &act, &here, monday, 5).await.unwrap();
    let offers = |id: &StaffId| {
        let mut all = filling.people.iter().zip(&filling.week.people);
        let found = all.find(|((who, _), _)| who.id() == id.as_str());
        found.unwrap().1.offers.len()
    };
    assert_eq!((offers(&one), offers(&other)), (0, 1));

    // On the day itself, of those who could step up.
    let act = act.at(NOW.plus(2 * DAY + HOUR));
    let today = day::today(db, &act, &here).await.unwrap();
    let can: Vec<&StaffId> = today.shifts[0].can.iter().map(|of| &of.id).collect();
    assert_eq!(can, [&other]);
}

async fn an_absence_that_is_entered_later_is_a_risk(test: TestDb) {
    let (one, _, shift) = stage(&test).await;
    let (db, act, here) = (&test.db, social_worker(), CENTER.parse().unwrap());
    let placed = assign_lead(db, &act, shift.clone(), one.clone()).await;
    let placed = placed.unwrap().unwrap();
    let away = async || {
        let found = shifts::at_risk(db, &act.caller, &here, NOW).await.unwrap();
        let of = found.into_iter().find(|of| of.shift.id == shift);
        let risks = of.map(|of| of.risks).unwrap_or_default();
        risks.contains(&Risk::LeadAway { leads: 1 })
    };
    assert!(!away().await);
    says(&test, &one, but(&[2])).await;
    assert!(away().await);
    let still = assignments::find(db, &act.caller, &placed.id).await;
    assert!(still.unwrap().state.holds_place(), "nobody is taken out");
    says(&test, &one, but(&[3])).await;
    assert!(!away().await);
}

async fn it_ends_with_the_account(test: TestDb) {
    let (one, ..) = stage(&test).await;
    says(&test, &one, but(&[2])).await;
    let system = Act::new(Caller::system(), NOW, ids());
    close(&test.db, &system, one).await.unwrap();
    assert_eq!(test.number("SELECT COUNT(*) FROM staff_time").await, 0);
}

store::on_both_databases! {
    it_ends_with_the_account => super::it_ends_with_the_account,
    one_says_it_for_oneself => super::one_says_it_for_oneself,
    c81_who_is_away_leads_only_for_a_reason_that_is_recorded => super::c81_who_is_away_leads_only_for_a_reason_that_is_recorded,
    every_list_of_leads_knows_who_is_away => super::every_list_of_leads_knows_who_is_away,
    an_absence_that_is_entered_later_is_a_risk => super::an_absence_that_is_entered_later_is_a_risk,
}
