//! Bringing a friend: a place that is kept for half an hour, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{volunteers::*, *};
use domain::{
    Refusal,
    activity::Channel,
    id::{AssignmentId, ShiftId},
    person::Phone,
    shift::{AssignmentState, Joining, KEPT_FOR, NeedsEdit},
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use store::{
    Db, Error, Result,
    assignments::{place, preview, withdraw},
    check,
    invitations::{self, Invitation, decline, invite, may_invite, settle, take_back, to_account},
    shifts::{self, NewShift, ShiftEdit},
    testing::TestDb,
};
use tokio::task::JoinSet;

async fn stage(test: &TestDb, volunteers: u128) {
    center(test, &[], "single").await;
    accounts(test, 1, volunteers + 1).await;
    formal(test, 1, volunteers + 1).await;
}

/// The number of account `n`.
fn number(n: u128) -> Phone {
    Phone::parse(&format!("138{n:08}")).unwrap()
}

async fn invited(test: &TestDb, n: u128, own: &AssignmentId, friend: u128) -> Result<Invitation> {
    invite(&test.db, &volunteer(n), own.clone(), number(friend)).await
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result.unwrap_err() {
        Error::Refused(refusal) => refusal.code(),
        other => panic!("{other}"),
    }
}

async fn kept(test: &TestDb, shift: &ShiftId) -> i64 {
    let query = format!("SELECT kept FROM shift WHERE id = '{shift}'");
    test.number(&query).await
}

/// How many rows stand in a table.
async fn count(test: &TestDb, from: &str) -> i64 {
    test.number(&format!("SELECT COUNT(*) FROM {from}")).await
}

async fn ended(test: &TestDb, how: &str) -> i64 {
    let rows = format!("invitation WHERE ended = '{how}' AND phone = ''");
    count(test, &rows).await
}

async fn is_counted_right(test: &TestDb) {
    assert_eq!(check::shifts(&test.db).await.unwrap(), []);
}

async fn settled_at(test: &TestDb, now: Timestamp) -> u32 {
    settle(&test.db, &social_worker().at(now)).await.unwrap()
}

/// The place is the friend's and nobody else's, and once they have it it is kept no more.
async fn a_place_is_kept_for_the_friend_alone(test: TestDb) {
    stage(&test, 4).await;
    let shift = shift(&test, new_shift(5, 2, 5)).await;
    let own = signed_up(&test, 1, &shift).await;
    let until = may_invite(&test.db, &volunteer(1), &own).await.unwrap();
    let made = invited(&test, 1, &own, 2).await.unwrap();
    assert_eq!((made.until, until), (NOW.plus(KEPT_FOR), made.until));
    assert_eq!(kept(&test, &shift).await, 1);
    is_counted_right(&test).await;
    // The same number once more is the same invitation.
    assert_eq!(invited(&test, 1, &own, 2).await.unwrap(), made);

    let other = sign_up(&test, 3, &shift).await.unwrap();
    assert_eq!(other.state, AssignmentState::Waitlisted);
    let mut staff = placing(4, &shift);
    (staff.channel, staff.may_wait) = (Channel::Desk, false);
    let by_staff = place(&test.db, &social_worker(), staff).await.unwrap();
    assert_eq!(codes(by_staff), ["full"]);

    // The holder of the number sees and takes it; their family does not.
    let seen = to_account(&test.db, &account(2), NOW).await.unwrap();
    assert_eq!((seen.len(), &seen[0].id), (1, &made.id));
    assert_eq!(seen[0].inviter, "居民1");
    assert!(
        to_account(&test.db, &account(3), NOW)
            .await
            .unwrap()
            .is_empty()
    );
    let looks = preview(&test.db, &volunteer(2), &shift, &account(2))
        .await
        .unwrap();
    assert!(looks[0].outcome.is_ok());
    let mut relative_of = placing(2, &shift);
    (relative_of.person, relative_of.may_wait) = (Some(relative(2, 1)), false);
    let row = format!(
        "INSERT INTO volunteer (id, person_id, standing, formal_no, applied_at)
         VALUES ('relative', '{}', 'formal', '99', 0)",
        relative(2, 1)
    );
    test.arrange(vec![row]).await;
    let refused = place(&test.db, &volunteer(2), relative_of).await.unwrap();
    assert_eq!(codes(refused), ["full"]);
    let taken = sign_up(&test, 2, &shift).await.unwrap();
    assert_eq!(taken.state, AssignmentState::Confirmed);
    assert_eq!(
        (held(&test, &shift).await, kept(&test, &shift).await),
        ((2, 2), 0)
    );
    assert_eq!(ended(&test, "taken").await, 1);
    is_counted_right(&test).await;

    // The friend got a text message, the inviter an answer in the inbox.
    assert_eq!(
        count(&test, "outbox WHERE kind = 'friend_invites'").await,
        1
    );
    let told = format!(
        "message WHERE account_id = '{}' AND kind = 'friend_place'",
        account(1)
    );
    assert_eq!(count(&test, &told).await, 1);
    assert_eq!(count(&test, "outbox WHERE kind = 'friend_place'").await, 0);
}

/// After half an hour, not a minute before, the place goes to whoever waits, and the inviter is told once.
async fn what_is_not_taken_in_time_goes_to_the_line(test: TestDb) {
    stage(&test, 5).await;
    let shift = shift(&test, new_shift(5, 2, 5)).await;
    let own = signed_up(&test, 1, &shift).await;
    invited(&test, 1, &own, 2).await.unwrap();
    let waiting = sign_up(&test, 3, &shift).await.unwrap();
    assert_eq!(waiting.state, AssignmentState::Waitlisted);
    assert_eq!(settled_at(&test, NOW.plus(KEPT_FOR - MINUTE)).await, 0);
    let at = NOW.plus(KEPT_FOR);
    assert_eq!(settled_at(&test, at).await, 1);
    assert_eq!(settled_at(&test, at).await, 0);
    let up = format!(
        "assignment WHERE id = '{}' AND state = 'confirmed'",
        waiting.id
    );
    assert_eq!(count(&test, &up).await, 1);
    assert_eq!(
        (kept(&test, &shift).await, ended(&test, "expired").await),
        (0, 1)
    );
    assert_eq!(count(&test, "message WHERE kind = 'friend_place'").await, 1);
    assert_eq!(count(&test, "outbox WHERE kind = 'friend_place'").await, 0);
    assert!(
        to_account(&test.db, &account(2), at)
            .await
            .unwrap()
            .is_empty()
    );
    // The friend is now like everybody else.
    let late = place(&test.db, &volunteer(2).at(at), placing(2, &shift))
        .await
        .unwrap();
    assert_eq!(late.unwrap().state, AssignmentState::Waitlisted);
    is_counted_right(&test).await;
}

/// Nobody has to wait for the job: the next decision about the shift finds the place free, first for
/// whoever waits.
async fn the_next_decision_finds_what_has_run_out(test: TestDb) {
    stage(&test, 6).await;
    let shift = shift(&test, new_shift(5, 3, 5)).await;
    let first = signed_up(&test, 1, &shift).await;
    let second = signed_up(&test, 2, &shift).await;
    invited(&test, 1, &first, 5).await.unwrap();
    let waiting = sign_up(&test, 3, &shift).await.unwrap();
    let at = NOW.plus(KEPT_FOR);
    let looks = preview(&test.db, &volunteer(4).at(at), &shift, &account(4))
        .await
        .unwrap();
    assert!(looks[0].outcome.is_ok());
    // The line comes first also now: number 4 takes the place behind number 3.
    let next = place(&test.db, &volunteer(4).at(at), placing(4, &shift))
        .await
        .unwrap();
    assert_eq!(next.unwrap().state, AssignmentState::Waitlisted);
    let up = format!(
        "assignment WHERE id = '{}' AND state = 'confirmed'",
        waiting.id
    );
    assert_eq!(count(&test, &up).await, 1);
    assert_eq!(
        (held(&test, &shift).await, kept(&test, &shift).await),
        ((3, 3), 0)
    );
    // So does whoever gives back, and an edit.
    withdraw(&test.db, &volunteer(2).at(at), second, "")
        .await
        .unwrap();
    assert_eq!(held(&test, &shift).await, (3, 3));
    is_counted_right(&test).await;
}

/// Said no, taken back, or the own place given back: the place is free at once.
async fn an_end_frees_the_place_at_once(test: TestDb) {
    stage(&test, 6).await;
    for (nth, how) in ["declined", "taken_back", "given_back"]
        .into_iter()
        .enumerate()
    {
        let shift = shift(&test, new_shift(5 + nth as i64, 2, 5)).await;
        let own = signed_up(&test, 1, &shift).await;
        let made = invited(&test, 1, &own, 2).await.unwrap();
        let waiting = sign_up(&test, 3, &shift).await.unwrap();
        // Nobody else can end it.
        for stranger in [3, 4] {
            let act = volunteer(stranger);
            assert_eq!(
                code(decline(&test.db, &act, made.id.clone()).await),
                "not_found"
            );
            assert_eq!(
                code(take_back(&test.db, &act, made.id.clone()).await),
                "not_found"
            );
        }
        assert_eq!(
            code(take_back(&test.db, &volunteer(2), made.id.clone()).await),
            "not_found"
        );
        let moved_up = match how {
            "declined" => {
                decline(&test.db, &volunteer(2), made.id).await.unwrap();
                1
            }
            "taken_back" => {
                take_back(&test.db, &volunteer(1), made.id.clone())
                    .await
                    .unwrap();
                // Again changes nothing.
                take_back(&test.db, &volunteer(1), made.id).await.unwrap();
                1
            }
            _ => {
                withdraw(&test.db, &volunteer(1), own, "").await.unwrap();
                0
            }
        };
        assert_eq!(kept(&test, &shift).await, 0, "{how}");
        assert_eq!(
            held(&test, &shift).await,
            (1 + moved_up, 1 + moved_up),
            "{how}"
        );
        let up = format!(
            "assignment WHERE id = '{}' AND state = 'confirmed'",
            waiting.id
        );
        assert_eq!(count(&test, &up).await, 1, "{how}");
    }
    assert_eq!(ended(&test, "declined").await, 1);
    assert_eq!(ended(&test, "taken_back").await, 2);
    assert_eq!(count(&test, "message WHERE kind = 'friend_place'").await, 1);
    is_counted_right(&test).await;
}

/// The shift is cancelled: nothing is kept in it any more.
async fn a_cancelled_shift_keeps_nothing(test: TestDb) {
    stage(&test, 3).await;
    let shift = shift(&test, new_shift(5, 2, 5)).await;
    let own = signed_up(&test, 1, &shift).await;
    invited(&test, 1, &own, 2).await.unwrap();
    shifts::cancel(&test.db, &social_worker(), &shift, "台风", None)
        .await
        .unwrap();
    assert_eq!(
        (kept(&test, &shift).await, ended(&test, "taken_back").await),
        (0, 1)
    );
    assert!(
        to_account(&test.db, &account(2), NOW)
            .await
            .unwrap()
            .is_empty()
    );
    is_counted_right(&test).await;
}

async fn only_where_and_as_often_as_it_harms_nobody(test: TestDb) {
    stage(&test, 6).await;
    let joined = |joining, days| NewShift {
        joining,
        ..new_shift(days, 2, 5)
    };
    let asked = shift(&test, joined(Joining::Ask, 4)).await;
    let own = signed_up(&test, 1, &asked).await;
    assert_eq!(code(invited(&test, 1, &own, 2).await), "not_freely_joined");

    // Whoever waits comes first, and a full shift keeps nothing.
    let full = shift(&test, new_shift(5, 1, 5)).await;
    let own = signed_up(&test, 1, &full).await;
    assert_eq!(code(invited(&test, 1, &own, 2).await), "full");
    signed_up(&test, 2, &full).await;
    assert_eq!(code(invited(&test, 1, &own, 3).await), "line_first");
    assert_eq!(code(invited(&test, 3, &own, 4).await), "not_found");

    let open = shift(&test, new_shift(6, 9, 5)).await;
    let own = signed_up(&test, 1, &open).await;
    assert_eq!(code(invited(&test, 1, &own, 1).await), "own_number");
    assert_eq!(
        code(invite(&test.db, &social_worker(), own.clone(), number(2)).await),
        "forbidden"
    );
    let begun = volunteer(1).at(NOW.plus(6 * DAY));
    assert_eq!(
        code(invite(&test.db, &begun, own.clone(), number(2)).await),
        "already_started"
    );
    // A number that nobody has is answered the same, and nobody is told.
    let before = count(&test, "outbox").await;
    let unknown = invited(&test, 1, &own, 777).await.unwrap();
    assert_eq!(unknown.until, NOW.plus(KEPT_FOR));
    assert_eq!(count(&test, "outbox").await, before);
    assert_eq!(code(invited(&test, 1, &own, 2).await), "already_inviting");
    for days in [7, 8] {
        let shift = shift(&test, new_shift(days, 9, 5)).await;
        let own = signed_up(&test, 1, &shift).await;
        invited(&test, 1, &own, 2).await.unwrap();
    }
    let fourth = shift(&test, new_shift(9, 9, 5)).await;
    let own = signed_up(&test, 1, &fourth).await;
    assert_eq!(
        code(invited(&test, 1, &own, 3).await),
        "too_many_invitations"
    );
    assert_eq!(
        code(may_invite(&test.db, &volunteer(1), &own).await),
        "too_many_invitations"
    );

    // Messages to strangers: so many an hour, and the same number so often a day.
    let once = async |now: Timestamp, friend: u128| {
        let act = volunteer(1).at(now);
        let made = invite(&test.db, &act, own.clone(), number(friend)).await?;
        take_back(&test.db, &act, made.id).await
    };
    let later = NOW.plus(HOUR);
    for friend in [3, 3, 3] {
        once(later, friend).await.unwrap();
    }
    assert_eq!(code(once(later, 3).await), "rate_limited");
    for friend in [4, 5, 6] {
        once(later, friend).await.unwrap();
    }
    assert_eq!(code(once(later, 778).await), "rate_limited");
    is_counted_right(&test).await;
}

/// The friend meets every other rule, and the maximum does not go below what is promised.
async fn what_is_kept_is_promised(test: TestDb) {
    stage(&test, 3).await;
    accounts(&test, 20, 21).await;
    let shift = shift(&test, new_shift(5, 4, 5)).await;
    let own = signed_up(&test, 1, &shift).await;
    signed_up(&test, 2, &shift).await;
    invited(&test, 1, &own, 20).await.unwrap();
    assert_eq!(codes(sign_up(&test, 20, &shift).await), ["not_a_volunteer"]);
    assert_eq!(kept(&test, &shift).await, 1);
    let to = |most| ShiftEdit {
        needs: NeedsEdit {
            volunteers_max: Some(most),
            ..NeedsEdit::default()
        },
        ..ShiftEdit::default()
    };
    let refused = shifts::edit(&test.db, &social_worker(), &shift, to(2), None).await;
    assert_eq!(code(refused), "below_confirmed");
    shifts::edit(&test.db, &social_worker(), &shift, to(3), None)
        .await
        .unwrap();
    let at = social_worker().at(NOW.plus(KEPT_FOR));
    shifts::edit(&test.db, &at, &shift, to(2), None)
        .await
        .unwrap();
    assert_eq!(kept(&test, &shift).await, 0);
    is_counted_right(&test).await;
}

/// Two invite the same friend: both places end with the friend's one, and the other one is free.
async fn a_friend_of_two_takes_one_place(test: TestDb) {
    stage(&test, 4).await;
    let shift = shift(&test, new_shift(5, 4, 5)).await;
    let one = signed_up(&test, 1, &shift).await;
    let two = signed_up(&test, 2, &shift).await;
    invited(&test, 1, &one, 3).await.unwrap();
    invited(&test, 2, &two, 3).await.unwrap();
    let waiting = sign_up(&test, 4, &shift).await.unwrap();
    assert_eq!(waiting.state, AssignmentState::Waitlisted);
    signed_up(&test, 3, &shift).await;
    assert_eq!(
        (held(&test, &shift).await, kept(&test, &shift).await),
        ((4, 4), 0)
    );
    assert_eq!(ended(&test, "taken").await, 2);
    is_counted_right(&test).await;
}

/// C-80 with places that are kept: everybody wants in at once, from two processes, while three invite and
/// their friends come. Never above the maximum, and every friend has their place.
async fn c80_a_rush_never_takes_what_is_kept(test: TestDb) {
    stage(&test, 60).await;
    let other = Db::open(&test.url, 4).await.unwrap();
    let shift = shift(&test, new_shift(5, 9, 60)).await;
    let mut own = Vec::new();
    for n in 1..=3 {
        own.push((n, signed_up(&test, n, &shift).await));
    }
    let mut tasks: JoinSet<bool> = JoinSet::new();
    for (n, own) in own {
        let db = other.clone();
        tasks.spawn(async move {
            let made = invite(&db, &volunteer(n), own, number(n + 10)).await;
            if made.is_err() {
                return true;
            }
            let taken = place(
                &db,
                &volunteer(n + 10),
                placing(n + 10, &shift_of(&db, n).await),
            )
            .await;
            taken.unwrap().unwrap().state == AssignmentState::Confirmed
        });
    }
    for n in 20..=60 {
        let (db, placing) = (test.db.clone(), placing(n, &shift));
        tasks.spawn(async move { place(&db, &volunteer(n), placing).await.unwrap().is_ok() });
    }
    assert!(tasks.join_all().await.into_iter().all(|fine| fine));
    assert_eq!(
        (held(&test, &shift).await, kept(&test, &shift).await),
        ((9, 9), 0)
    );
    is_counted_right(&test).await;
}

/// The shift in which the holder of an account is.
async fn shift_of(db: &Db, n: u128) -> ShiftId {
    let mut tx = db.read().await.unwrap();
    let (shift,): (ShiftId,) = tx
        .sql("SELECT shift_id FROM assignment WHERE account_id = $1")
        .bind(account(n))
        .one()
        .await
        .unwrap();
    shift
}

/// The moment at which time is over: the friend, whoever waits, newcomers and the job all at once.
async fn when_time_is_over_the_line_gets_it(test: TestDb) {
    stage(&test, 30).await;
    let other = Db::open(&test.url, 4).await.unwrap();
    let shift = shift(&test, new_shift(5, 2, 40)).await;
    let own = signed_up(&test, 1, &shift).await;
    invited(&test, 1, &own, 2).await.unwrap();
    let first = signed_up(&test, 3, &shift).await;
    let at = NOW.plus(KEPT_FOR);
    let mut tasks: JoinSet<()> = JoinSet::new();
    for n in (4..=20).chain([2]) {
        let db = if n % 2 == 0 {
            test.db.clone()
        } else {
            other.clone()
        };
        let placing = placing(n, &shift);
        tasks.spawn(async move {
            let placed = place(&db, &volunteer(n).at(at), placing).await.unwrap();
            assert_eq!(placed.unwrap().state, AssignmentState::Waitlisted);
        });
    }
    for db in [test.db.clone(), other] {
        tasks.spawn(async move {
            settle(&db, &social_worker().at(at)).await.unwrap();
        });
    }
    tasks.join_all().await;
    let up = format!("assignment WHERE id = '{first}' AND state = 'confirmed'");
    assert_eq!(count(&test, &up).await, 1);
    assert_eq!(
        (held(&test, &shift).await, kept(&test, &shift).await),
        ((2, 2), 0)
    );
    assert_eq!(count(&test, "message WHERE kind = 'friend_place'").await, 1);
    is_counted_right(&test).await;
}

/// What a shift counts wrongly is found, and counted anew.
async fn a_wrong_count_is_found(test: TestDb) {
    stage(&test, 3).await;
    let shift = shift(&test, new_shift(5, 3, 5)).await;
    let own = signed_up(&test, 1, &shift).await;
    invited(&test, 1, &own, 2).await.unwrap();
    test.arrange(vec![format!(
        "UPDATE shift SET kept = 3 WHERE id = '{shift}'"
    )])
    .await;
    let wrong = check::shifts(&test.db).await.unwrap();
    assert_eq!((wrong.len(), wrong[0].kept, wrong[0].invited), (1, 3, 1));
    let anew = vec![shift.clone()];
    check::count_shifts_anew(&test.db, &social_worker(), anew)
        .await
        .unwrap();
    assert_eq!(kept(&test, &shift).await, 1);
    is_counted_right(&test).await;
}

/// The pages' lists.
async fn whoever_has_a_place_sees_whom_they_can_bring(test: TestDb) {
    stage(&test, 3).await;
    let free = shift(&test, new_shift(5, 3, 5)).await;
    let full = shift(&test, new_shift(6, 1, 5)).await;
    let own = signed_up(&test, 1, &free).await;
    signed_up(&test, 1, &full).await;
    let mine = invitations::of_inviter(&test.db, &account(1), NOW)
        .await
        .unwrap();
    assert_eq!(mine.len(), 1);
    assert_eq!((&mine[0].assignment, &mine[0].kept), (&own, &None));
    let made = invited(&test, 1, &own, 2).await.unwrap();
    let mine = invitations::of_inviter(&test.db, &account(1), NOW)
        .await
        .unwrap();
    let kept = mine[0].kept.as_ref().unwrap();
    assert_eq!(
        (&kept.id, &kept.phone, kept.until),
        (&made.id, &number(2), made.until)
    );
    let refused = may_invite(&test.db, &volunteer(2), &own).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::NotFound))));
    let after = invitations::of_inviter(&test.db, &account(1), made.until)
        .await
        .unwrap();
    assert!(after[0].kept.is_none());
}

store::on_both_databases! {
    a_place_is_kept_for_the_friend_alone => super::a_place_is_kept_for_the_friend_alone,
    what_is_not_taken_in_time_goes_to_the_line => super::what_is_not_taken_in_time_goes_to_the_line,
    the_next_decision_finds_what_has_run_out => super::the_next_decision_finds_what_has_run_out,
    an_end_frees_the_place_at_once => super::an_end_frees_the_place_at_once,
    a_cancelled_shift_keeps_nothing => super::a_cancelled_shift_keeps_nothing,
    only_where_and_as_often_as_it_harms_nobody => super::only_where_and_as_often_as_it_harms_nobody,
    what_is_kept_is_promised => super::what_is_kept_is_promised,
    a_friend_of_two_takes_one_place => super::a_friend_of_two_takes_one_place,
    c80_a_rush_never_takes_what_is_kept => super::c80_a_rush_never_takes_what_is_kept,
    when_time_is_over_the_line_gets_it => super::when_time_is_over_the_line_gets_it,
    a_wrong_count_is_found => super::a_wrong_count_is_found,
    whoever_has_a_place_sees_whom_they_can_bring => super::whoever_has_a_place_sees_whom_they_can_bring,
}
