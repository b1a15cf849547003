//! What a place in a shift adds to its counts, what signing up answers, and which shifts a list shows, on
//! both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{door::*, volunteers::*, *};
use domain::{
    access::Caller,
    check_in::{Direction, Outcome},
    id::AssignmentId,
    shift::{AssignmentState, Joining, Position},
    time::{DAY, HOUR, Timestamp},
};
use store::{
    assignments, check,
    check_ins::{self, NewCheckIn, Presented},
    page::{Limit, Part},
    shifts::{self, Search},
    testing::TestDb,
};

async fn stage(test: &TestDb, volunteers: u128) {
    center(test, &[], "single").await;
    accounts(test, 1, volunteers + 1).await;
    formal(test, 1, volunteers + 1).await;
}

fn shown(n: u128, assignment: &AssignmentId, direction: Direction) -> NewCheckIn {
    let ticket = ticket::issue(&signer(), ticket::Kind::Assignment, assignment.uuid());
    NewCheckIn {
        direction,
        ..NewCheckIn::now(scan_id(n), Presented::Code(ticket.into_string()))
    }
}

/// The row says what its assignments are.
async fn agrees(test: &TestDb) {
    assert_eq!(check::shifts(&test.db).await.unwrap(), []);
}

async fn counts_follow_every_step_at_the_door(test: TestDb) {
    stage(&test, 4).await;
    let of = shift(&test, new_shift(5, 3, 2)).await;
    let mut places = Vec::new();
    for n in 1..=4 {
        places.push(signed_up(&test, n, &of).await);
        agrees(&test).await;
    }
    let counts = async || {
        let found = shifts::find(&test.db, &of).await.unwrap();
        (
            found.halves.volunteers,
            found.halves.volunteers_in,
            found.waiting,
        )
    };
    assert_eq!(counts().await, (3, 0, 1));
    let during = |hours: i64| at(&kiosk(), NOW.plus(5 * DAY + hours * HOUR));
    let steps: [(u128, usize, Direction, i64, u32); 4] = [
        (1, 0, Direction::In, 0, 1),
        (2, 1, Direction::In, 0, 2),
        (3, 0, Direction::Out, 1, 1),
        // The same scan once more changes nothing.
        (2, 1, Direction::In, 0, 1),
    ];
    for (scan, who, direction, hour, there) in steps {
        let told = admit(&test, &during(hour), shown(scan, &places[who], direction)).await;
        assert_eq!(told.verdict.outcome(), Outcome::Admitted);
        agrees(&test).await;
        assert_eq!(counts().await, (3, there, 1), "scan {scan}");
    }
    let staff = at(&social_worker(), NOW.plus(5 * DAY + 10 * 60_000));
    check_ins::undo(&test.db, &staff, &scan_id(2))
        .await
        .unwrap();
    agrees(&test).await;
    assert_eq!(counts().await, (3, 0, 1));
}

async fn signing_up_answers_what_is_read_afterwards(test: TestDb) {
    stage(&test, 5).await;
    let position = |name: &str| Position {
        name: name.into(),
        min: 1,
        max: 1,
        skill: None,
    };
    let mut with_positions = new_shift(5, 2, 3);
    with_positions.needs.positions = vec![position("登记台"), position("引导")];
    let with_positions = shift(&test, with_positions).await;
    let mut asked = new_shift(6, 2, 0);
    asked.joining = Joining::Ask;
    let asked = shift(&test, asked).await;
    let mut states = Vec::new();
    for n in 1..=4 {
        let told = sign_up(&test, n, &with_positions).await.unwrap();
        let read = assignments::find(&test.db, &Caller::system(), &told.id).await;
        assert_eq!(told, read.unwrap());
        states.push((told.state, told.in_line));
    }
    let told = sign_up(&test, 5, &asked).await.unwrap();
    let read = assignments::find(&test.db, &Caller::system(), &told.id).await;
    assert_eq!(told, read.unwrap());
    states.push((told.state, told.in_line));
    assert_eq!(
        states,
        [
            (AssignmentState::Confirmed, None),
            (AssignmentState::Confirmed, None),
            (AssignmentState::Waitlisted, Some(1)),
            (AssignmentState::Waitlisted, Some(2)),
            (AssignmentState::Requested, None),
        ]
    );
    agrees(&test).await;
}

async fn what_lasts_for_days_is_listed_until_it_is_over(test: TestDb) {
    stage(&test, 1).await;
    let mut long = new_shift(1, 1, 0);
    long.ends_at = NOW.plus(4 * DAY);
    let long = shift(&test, long).await;
    let mut night = new_shift(2, 1, 0);
    night.ends_at = night.starts_at.plus(DAY);
    let night = shift(&test, night).await;
    let short = shift(&test, new_shift(2, 1, 0)).await;
    let later = shift(&test, new_shift(9, 1, 0)).await;
    let listed = async |from: Timestamp, limit: u32| {
        let mut part = Part::first(Limit::of(limit));
        let mut all = Vec::new();
        loop {
            let search = Search {
                center: None,
                from,
                to: from.plus(31 * DAY),
                part: part.clone(),
            };
            let found = shifts::list(&test.db, &search).await.unwrap();
            all.extend(found.items.into_iter().map(|view| view.id));
            part.after = found.next;
            if part.after.is_none() {
                break all;
            }
        }
    };
    let same_start = |mut two: Vec<_>| {
        two.sort();
        two
    };
    let both = same_start(vec![night.clone(), short.clone()]);
    for limit in [1, 200] {
        let whole = [vec![long.clone()], both.clone(), vec![later.clone()]].concat();
        assert_eq!(listed(NOW, limit).await, whole);
        // Hours into the day on which three of them have begun, one of which is over.
        let at = NOW.plus(2 * DAY + 23 * HOUR);
        let rest = [long.clone(), night.clone(), later.clone()];
        assert_eq!(listed(at, limit).await, rest);
        let at = NOW.plus(3 * DAY + 12 * HOUR);
        assert_eq!(listed(at, limit).await, [long.clone(), later.clone()]);
        assert_eq!(
            listed(NOW.plus(4 * DAY), limit).await,
            std::slice::from_ref(&later)
        );
    }
}

store::on_both_databases! {
    counts_follow_every_step_at_the_door => super::counts_follow_every_step_at_the_door,
    signing_up_answers_what_is_read_afterwards => super::signing_up_answers_what_is_read_afterwards,
    what_lasts_for_days_is_listed_until_it_is_over => super::what_lasts_for_days_is_listed_until_it_is_over,
}
