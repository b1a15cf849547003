//! Places that change hands, on both databases: all or nothing, the first has it, every rule is kept
//! (C-85).
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{
    plans::{messages, refused},
    volunteers::*,
    *,
};
use domain::{
    Refusal,
    id::{AssignmentId, ShiftId},
    notice::Notice,
    shift::{Joining, Needs, Position, Risks},
    time::DAY,
};
use std::collections::{BTreeMap, BTreeSet};
use store::{
    Db,
    assignments::{
        AssignmentView, Unmet, of_shift,
        swap::{
            NewOffer, Wish, exchange, find_swaps, offer, offer_of, offered_in, take_back,
            take_over, wishes_for,
        },
        withdraw,
    },
    purge, shifts,
    shifts::NewShift,
    testing::TestDb,
};
use tokio::task::JoinSet;

async fn stage(test: &TestDb, volunteers: u128) {
    center(test, &[], "single").await;
    accounts(test, 1, volunteers + 1).await;
    formal(test, 1, volunteers + 1).await;
}

/// A shift for one, `days` days from now, with account `n` in it.
async fn place_of(test: &TestDb, n: u128, days: i64) -> (ShiftId, AssignmentId) {
    let shift = shift(test, new_shift(days, 1, 0)).await;
    let place = signed_up(test, n, &shift).await;
    (shift, place)
}

fn wishing(shifts: &[&ShiftId]) -> NewOffer {
    let wish = |shift: &&ShiftId| Wish {
        shift: (*shift).clone(),
        risks_read: false,
    };
    NewOffer {
        hand_over: false,
        wishes: shifts.iter().map(wish).collect(),
    }
}

const HAND_OVER: NewOffer = NewOffer {
    hand_over: true,
    wishes: Vec::new(),
};

async fn offers(test: &TestDb, n: u128, place: &AssignmentId, new: NewOffer) {
    offer(&test.db, &volunteer(n), place.clone(), new)
        .await
        .unwrap();
}

async fn takes(test: &TestDb, n: u128, place: &AssignmentId) -> Unmet<AssignmentView> {
    take_over(&test.db, &volunteer(n), place.clone(), None, false)
        .await
        .unwrap()
}

async fn swaps(test: &TestDb, n: u128, circle: &[&AssignmentId]) -> Unmet<AssignmentView> {
    let circle = circle.iter().map(|id| (*id).clone()).collect();
    exchange(&test.db, &volunteer(n), circle, false)
        .await
        .unwrap()
}

/// Who holds a place in a shift, by account.
async fn who(test: &TestDb, shift: &ShiftId) -> Vec<u128> {
    let all = of_shift(&test.db, shift).await.unwrap();
    let holding = all.iter().filter(|view| view.state.holds_place());
    let mut found: Vec<u128> = holding
        .map(|view| {
            let account_of = |n: &u128| view.account_id == Some(account(*n));
            (1..=60).find(account_of).unwrap()
        })
        .collect();
    found.sort_unstable();
    found
}

async fn c85_a_place_is_handed_over_once(test: TestDb) {
    stage(&test, 3).await;
    let (shift, place) = place_of(&test, 1, 5).await;
    assert_eq!(
        codes(takes(&test, 2, &place).await),
        ["swap_gone"],
        "not offered"
    );
    offers(&test, 1, &place, HAND_OVER).await;
    let seen = offered_in(&test.db, &shift, &account(2)).await.unwrap();
    assert_eq!(seen, Some(place.clone()));
    assert_eq!(
        offered_in(&test.db, &shift, &account(1)).await.unwrap(),
        None
    );
    let taken = takes(&test, 2, &place).await.unwrap();
    assert_eq!(taken.shift_id, shift);
    assert_eq!(who(&test, &shift).await, [2]);
    assert_eq!(held(&test, &shift).await, (1, 1));
    assert_eq!(
        codes(takes(&test, 3, &place).await),
        ["swap_gone"],
        "too late"
    );
    let told = messages(&test, "swapped").await;
    assert!(matches!(&told[..], [Notice::Swapped { got: None, .. }]));
    let alerts = "SELECT COUNT(*) FROM shift_alert";
    assert_eq!(test.number(alerts).await, 0, "no half was lost");
}

async fn an_offer_is_of_ones_own_place_and_can_be_taken_back(test: TestDb) {
    stage(&test, 2).await;
    let (shift, place) = place_of(&test, 1, 5).await;
    let (other, _) = place_of(&test, 2, 6).await;
    let (db, me) = (&test.db, volunteer(1));
    let stranger = offer(db, &volunteer(2), place.clone(), HAND_OVER).await;
    assert_eq!(refused(stranger), Refusal::NotFound);
    let nothing = offer(db, &me, place.clone(), NewOffer::default()).await;
    assert_eq!(refused(nothing).code(), "invalid");
    let own = offer(db, &me, place.clone(), wishing(&[&shift])).await;
    assert_eq!(refused(own).code(), "invalid");
    offers(&test, 1, &place, wishing(&[&other])).await;
    let kept = offer_of(db, &me, &place).await.unwrap().unwrap();
    assert_eq!(kept.wishes, BTreeSet::from([other]));
    offers(&test, 1, &place, HAND_OVER).await;
    let kept = offer_of(db, &me, &place).await.unwrap().unwrap();
    assert!(kept.hand_over && kept.wishes.is_empty(), "said anew");
    take_back(db, &me, place.clone()).await.unwrap();
    assert_eq!(offer_of(db, &me, &place).await.unwrap(), None);
    assert_eq!(codes(takes(&test, 2, &place).await), ["swap_gone"]);
    // What has begun changes hands no more.
    let begun = me.at(NOW.plus(5 * DAY));
    let late = offer(db, &begun, place, HAND_OVER).await;
    assert_eq!(refused(late).code(), "already_started");
}

/// C-18: whoever waits comes before whoever takes over, and gets the place when it is given back.
async fn c18_nobody_takes_over_past_the_line(test: TestDb) {
    stage(&test, 3).await;
    let shift = shift(&test, new_shift(5, 1, 2)).await;
    let place = signed_up(&test, 1, &shift).await;
    offers(&test, 1, &place, HAND_OVER).await;
    signed_up(&test, 2, &shift).await;
    assert_eq!(codes(takes(&test, 3, &place).await), ["line_first"]);
    withdraw(&test.db, &volunteer(1), place, "").await.unwrap();
    assert_eq!(who(&test, &shift).await, [2]);
}

async fn c85_two_and_three_exchange_places(test: TestDb) {
    stage(&test, 3).await;
    let (a, mine) = place_of(&test, 1, 5).await;
    let (b, hers) = place_of(&test, 2, 6).await;
    let (c, his) = place_of(&test, 3, 7).await;
    offers(&test, 2, &hers, wishing(&[&c])).await;
    offers(&test, 3, &his, wishing(&[&a])).await;
    let found = find_swaps(&test.db, &volunteer(1), &mine).await.unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|of| (of.circle.len(), of.got.id.clone()))
        .collect();
    assert_eq!(found, [(2, c.clone()), (3, b.clone())]);
    offers(&test, 1, &mine, wishing(&[&b])).await;
    let found = find_swaps(&test.db, &volunteer(1), &mine).await.unwrap();
    assert_eq!(found[0].got.id, b, "what was named comes first");
    let circle: Vec<&AssignmentId> = found[0].circle.iter().collect();
    assert_eq!(swaps(&test, 1, &circle).await.unwrap().shift_id, b);
    for (shift, n) in [(&a, 3), (&b, 1), (&c, 2)] {
        assert_eq!(who(&test, shift).await, [n]);
        assert_eq!(held(&test, shift).await, (1, 1));
    }
    assert_eq!(messages(&test, "swapped").await.len(), 2);
    assert_eq!(test.number("SELECT COUNT(*) FROM swap_offer").await, 0);
    assert_eq!(test.number("SELECT COUNT(*) FROM shift_alert").await, 0);
    assert_eq!(codes(swaps(&test, 1, &circle).await), ["not_found"]);
}

/// Nobody is brought into a shift that they did not name, by whatever circle is sent.
async fn c85_nobody_is_swapped_against_their_wish(test: TestDb) {
    stage(&test, 3).await;
    let (a, mine) = place_of(&test, 1, 5).await;
    let (_, hers) = place_of(&test, 2, 6).await;
    let (c, his) = place_of(&test, 3, 7).await;
    assert_eq!(codes(swaps(&test, 1, &[&mine, &hers]).await), ["swap_gone"]);
    offers(&test, 2, &hers, wishing(&[&c])).await;
    assert_eq!(codes(swaps(&test, 1, &[&mine, &hers]).await), ["swap_gone"]);
    assert_eq!(codes(swaps(&test, 1, &[&hers, &mine]).await), ["not_found"]);
    assert_eq!(codes(swaps(&test, 1, &[&mine]).await), ["invalid"]);
    assert_eq!(codes(swaps(&test, 1, &[&mine, &mine]).await), ["invalid"]);
    // A wish of a place that is given back counts no more.
    offers(&test, 3, &his, wishing(&[&a])).await;
    withdraw(&test.db, &volunteer(3), his.clone(), "")
        .await
        .unwrap();
    assert_eq!(codes(swaps(&test, 1, &[&mine, &his]).await), ["swap_gone"]);
    let found = find_swaps(&test.db, &volunteer(1), &mine).await.unwrap();
    assert!(found.is_empty());
    purge::run(&test.db, &social_worker()).await.unwrap();
    assert_eq!(test.number("SELECT COUNT(*) FROM swap_offer").await, 1);
}

/// Everybody who comes meets every rule: skills, the text of risks, a guardian, another promise; and
/// where a lead answers, nobody comes by another way.
async fn whoever_comes_meets_every_rule(test: TestDb) {
    stage(&test, 4).await;
    let (a, mine) = place_of(&test, 1, 5).await;
    let risky = NewShift {
        needs: Needs {
            risks: Risks {
                text: "要爬梯子".into(),
                version: 1,
            },
            ..Needs::default()
        },
        ..new_shift(6, 1, 0)
    };
    let risky = shift(&test, risky).await;
    let mut placing = placing(2, &risky);
    placing.risks_read = true;
    let placed = store::assignments::place(&test.db, &volunteer(2), placing).await;
    let hers = placed.unwrap().unwrap().id;
    let blind = offer(&test.db, &volunteer(1), mine.clone(), wishing(&[&risky])).await;
    assert_eq!(refused(blind).code(), "risks_unread");
    offers(&test, 2, &hers, wishing(&[&a])).await;
    let circle = vec![mine.clone(), hers.clone()];
    let unread = exchange(&test.db, &volunteer(1), circle.clone(), false)
        .await
        .unwrap();
    assert_eq!(codes(unread), ["risks_unread"]);
    // What is in the way of the other one is not told.
    let same_time = shift(&test, new_shift(5, 1, 0)).await;
    signed_up(&test, 2, &same_time).await;
    let clash = exchange(&test.db, &volunteer(1), circle.clone(), true)
        .await
        .unwrap();
    assert_eq!(codes(clash), ["swap_gone"]);
    let found = find_swaps(&test.db, &volunteer(1), &mine).await.unwrap();
    assert!(found.is_empty(), "nor is it offered");
    let live = format!("UPDATE assignment SET state = 'withdrawn' WHERE shift_id = '{same_time}'");
    test.arrange(vec![live]).await;
    let done = exchange(&test.db, &volunteer(1), circle, true)
        .await
        .unwrap();
    assert_eq!(done.unwrap().shift_id, risky);
    let confirmed = format!(
        "SELECT COUNT(*) FROM assignment WHERE shift_id = '{risky}' AND state = 'confirmed'
         AND risks_version = 1 AND risks_at IS NOT NULL"
    );
    assert_eq!(
        test.number(&confirmed).await,
        1,
        "C-96: version and time are kept"
    );
    let asked = NewShift {
        joining: Joining::Ask,
        ..new_shift(8, 1, 0)
    };
    let asked = shift(&test, asked).await;
    let request = signed_up(&test, 4, &asked).await;
    let answered = offer(&test.db, &volunteer(4), request, HAND_OVER).await;
    assert_eq!(
        refused(answered),
        Refusal::LeadAnswers,
        "it holds no place yet"
    );
}

/// C-96: a child does not come into a shift that its guardian leaves, and leaves with the guardian who
/// hands a place over.
async fn c96_a_swap_keeps_children_beside_a_guardian(test: TestDb) {
    stage(&test, 2).await;
    let child = relative(1, 1);
    test.arrange(vec![
        format!("UPDATE person SET birth_year = 2015, consent_at = 0, consent_version = '1', relation = 'child' WHERE id = '{child}'"),
        format!(
            "INSERT INTO volunteer (id, person_id, standing, applied_at)
             VALUES ('{}', '{child}', 'formal', 0)",
            id::<domain::id::VolunteerId>(0xf100_0000)
        ),
    ])
    .await;
    let shift = shift(&test, new_shift(5, 3, 0)).await;
    let guardian = signed_up(&test, 1, &shift).await;
    let mut beside = placing(1, &shift);
    beside.person = Some(child.clone());
    let placed = store::assignments::place(&test.db, &volunteer(1), beside).await;
    placed.unwrap().unwrap();
    offers(&test, 1, &guardian, HAND_OVER).await;
    takes(&test, 2, &guardian).await.unwrap();
    assert_eq!(
        who(&test, &shift).await,
        [2],
        "the child is not left there alone"
    );
    assert_eq!(held(&test, &shift).await, (1, 1));
    // The child of the account takes over from the guardian: there would be none.
    let (other, place) = place_of(&test, 1, 6).await;
    offers(&test, 1, &place, HAND_OVER).await;
    let alone = take_over(&test.db, &volunteer(1), place, Some(child), false).await;
    assert_eq!(codes(alone.unwrap()), ["guardian_required"]);
    assert_eq!(who(&test, &other).await, [1]);
}

async fn a_swap_takes_the_position_that_was_left(test: TestDb) {
    stage(&test, 3).await;
    let position = |name: &str, skill: Option<&str>| Position {
        name: name.into(),
        min: 0,
        max: 1,
        skill: skill.map(Into::into),
    };
    let new = NewShift {
        needs: Needs {
            volunteers_max: 2,
            positions: vec![position("前台", None), position("急救", Some("急救"))],
            ..Needs::default()
        },
        ..new_shift(5, 2, 0)
    };
    let shift = shift(&test, new).await;
    let desk = signed_up(&test, 1, &shift).await;
    offers(&test, 1, &desk, HAND_OVER).await;
    let taken = takes(&test, 2, &desk).await.unwrap();
    assert_eq!(taken.position.as_deref(), Some("前台"));
    let view = shifts::find(&test.db, &shift).await.unwrap();
    assert_eq!(view.taken, [1, 0]);
}

/// Twenty want the one place that is handed over, from two processes: one has it, the others are told.
async fn c85_the_first_acceptance_wins(test: TestDb) {
    stage(&test, 21).await;
    let other = Db::open(&test.url, 4).await.unwrap();
    let (shift, place) = place_of(&test, 1, 5).await;
    offers(&test, 1, &place, HAND_OVER).await;
    let mut tasks: JoinSet<Unmet<AssignmentView>> = JoinSet::new();
    for n in 2..=21 {
        let db = if n % 2 == 0 {
            test.db.clone()
        } else {
            other.clone()
        };
        let place = place.clone();
        tasks.spawn(async move {
            take_over(&db, &volunteer(n), place, None, false)
                .await
                .unwrap()
        });
    }
    let (won, lost): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for unmet in lost {
        assert_eq!(codes(unmet), ["swap_gone"]);
    }
    assert_eq!(who(&test, &shift).await.len(), 1);
    assert_eq!(held(&test, &shift).await, (1, 1));
}

/// Everybody in a ring of shifts wants to swap with the next one and with the one after that, all at
/// once and crosswise, while some give their place back: no deadlock, every shift keeps its head-count,
/// nobody is in two places at a time or in none without having given theirs back.
async fn c85_crossed_swaps_keep_every_head_count(test: TestDb) {
    const RING: u128 = 12;
    stage(&test, RING).await;
    let other = Db::open(&test.url, 4).await.unwrap();
    let mut places = Vec::new();
    for n in 1..=RING {
        places.push(place_of(&test, n, 2 + i64::try_from(n).unwrap()).await);
    }
    let at = |n: u128| &places[usize::try_from(n % RING).unwrap()];
    for n in 0..RING {
        let wishes = [&at(n + 1).0, &at(n + 2).0, &at(n + RING - 1).0];
        offers(&test, n + 1, &at(n).1, wishing(&wishes)).await;
    }
    let mut tasks: JoinSet<bool> = JoinSet::new();
    for n in 0..RING {
        for circle in [
            vec![&at(n).1, &at(n + 1).1],
            vec![&at(n + 1).1, &at(n).1],
            vec![&at(n).1, &at(n + 1).1, &at(n + 2).1],
            vec![&at(n + 2).1, &at(n).1, &at(n + 1).1],
        ] {
            let first = (0..RING).find(|m| &at(*m).1 == circle[0]).unwrap();
            let circle: Vec<AssignmentId> = circle.into_iter().cloned().collect();
            let db = if n % 2 == 0 {
                test.db.clone()
            } else {
                other.clone()
            };
            tasks.spawn(async move {
                exchange(&db, &volunteer(first + 1), circle, false)
                    .await
                    .unwrap()
                    .is_ok()
            });
        }
    }
    let done = tasks
        .join_all()
        .await
        .into_iter()
        .filter(|won| *won)
        .count();
    assert!(done > 0, "somebody swapped");
    let mut places_of: BTreeMap<u128, u32> = BTreeMap::new();
    for (shift, _) in &places {
        assert_eq!(held(&test, shift).await, (1, 1));
        for n in who(&test, shift).await {
            *places_of.entry(n).or_default() += 1;
        }
    }
    let everybody: BTreeMap<u128, u32> = (1..=RING).map(|n| (n, 1)).collect();
    assert_eq!(places_of, everybody);
    assert_eq!(test.number("SELECT COUNT(*) FROM shift_alert").await, 0);
}

async fn what_may_be_wished_for_is_what_one_could_take(test: TestDb) {
    stage(&test, 3).await;
    let (a, mine) = place_of(&test, 1, 5).await;
    let (full, _) = place_of(&test, 2, 6).await;
    let skilled = NewShift {
        needs: Needs {
            skills: BTreeSet::from(["急救".into()]),
            ..Needs::default()
        },
        ..new_shift(7, 1, 0)
    };
    let skilled = shift(&test, skilled).await;
    let held_already = shift(&test, new_shift(8, 2, 0)).await;
    signed_up(&test, 1, &held_already).await;
    let found = wishes_for(&test.db, &volunteer(1), &mine).await.unwrap();
    let found: Vec<_> = found.into_iter().map(|shift| shift.id).collect();
    assert!(found.contains(&full), "it is full, which is why one swaps");
    assert!(
        ![a, skilled, held_already]
            .iter()
            .any(|not| found.contains(not))
    );
}

store::on_both_databases! {
    c85_a_place_is_handed_over_once => super::c85_a_place_is_handed_over_once,
    an_offer_is_of_ones_own_place_and_can_be_taken_back => super::an_offer_is_of_ones_own_place_and_can_be_taken_back,
    c18_nobody_takes_over_past_the_line => super::c18_nobody_takes_over_past_the_line,
    c85_two_and_three_exchange_places => super::c85_two_and_three_exchange_places,
    c85_nobody_is_swapped_against_their_wish => super::c85_nobody_is_swapped_against_their_wish,
    whoever_comes_meets_every_rule => super::whoever_comes_meets_every_rule,
    c96_a_swap_keeps_children_beside_a_guardian => super::c96_a_swap_keeps_children_beside_a_guardian,
    a_swap_takes_the_position_that_was_left => super::a_swap_takes_the_position_that_was_left,
    c85_the_first_acceptance_wins => super::c85_the_first_acceptance_wins,
    c85_crossed_swaps_keep_every_head_count => super::c85_crossed_swaps_keep_every_head_count,
    what_may_be_wished_for_is_what_one_could_take => super::what_may_be_wished_for_is_what_one_could_take,
}
