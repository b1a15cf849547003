//! Scans that arrive after the hours were validated, and milestones, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{door::*, past, volunteers::*, *};
use domain::{
    Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    check_in::Direction,
    desk_today::Matter,
    hours::{Kind, Late, Milestone},
    id::{AssignmentId, ShiftId, StaffId},
    notice::Notice,
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use store::{
    Act, assignments,
    check_ins::{NewCheckIn, Presented},
    desk_today::desk_today,
    hours::{self, EntryView, LateView, Said},
    messages,
    page::Part,
    testing::TestDb,
};

/// The shift's beginning and its end, three hours later.
const START: Timestamp = NOW.plus(HOUR);
const END: Timestamp = NOW.plus(4 * HOUR);

/// A shift with its lead, and two volunteers.
struct Stage {
    test: TestDb,
    shift: ShiftId,
    lead: StaffId,
    lead_place: AssignmentId,
    places: Vec<AssignmentId>,
}

async fn stage(test: TestDb) -> Stage {
    center(&test, &[], "single").await;
    accounts(&test, 1, 3).await;
    formal(&test, 1, 3).await;
    let mut new = new_shift(0, 10, 2);
    new.starts_at = START;
    new.ends_at = END;
    let shift = shift(&test, new).await;
    let lead = lead(&test, 1).await;
    let placed =
        assignments::assign_lead(&test.db, &social_worker(), shift.clone(), lead.clone()).await;
    let lead_place = placed.unwrap().unwrap().id;
    let places = vec![
        signed_up(&test, 1, &shift).await,
        signed_up(&test, 2, &shift).await,
    ];
    Stage {
        test,
        shift,
        lead,
        lead_place,
        places,
    }
}

impl Stage {
    fn lead(&self, now: Timestamp) -> Act {
        let caller = Caller {
            identity: Identity::Staff(self.lead.clone()),
            grants: vec![Grant {
                role: Role::SocialWorker,
                scope: Scope::parse(CENTER).unwrap(),
            }],
        };
        Act::new(caller, now, ids())
    }

    /// A scan at a time, which reaches the server at another.
    async fn scan(
        &self,
        n: u128,
        place: &AssignmentId,
        direction: Direction,
        (scanned, received): (Timestamp, Timestamp),
    ) {
        let token = ticket::issue(&signer(), ticket::Kind::Assignment, place.uuid());
        let new = NewCheckIn {
            direction,
            at: Some(scanned),
            ..NewCheckIn::now(scan_id(n), Presented::Code(token.into_string()))
        };
        admit(&self.test, &at(&kiosk(), received), new).await;
    }

    async fn now(&self, n: u128, place: &AssignmentId, direction: Direction, at: Timestamp) {
        self.scan(n, place, direction, (at, at)).await;
    }

    /// Everybody comes; the first goes after two hours, the second and the lead at the end.
    async fn served(&self) {
        self.now(1, &self.lead_place, Direction::In, START).await;
        self.now(2, &self.places[0], Direction::In, START).await;
        self.now(3, &self.places[1], Direction::In, START).await;
        let gone = START.plus(2 * HOUR);
        self.now(4, &self.places[0], Direction::Out, gone).await;
        self.now(5, &self.places[1], Direction::Out, END).await;
        self.now(6, &self.lead_place, Direction::Out, END).await;
    }

    async fn close(&self, said: Vec<Said>) -> Vec<EntryView> {
        let act = self.lead(END.plus(10 * MINUTE));
        hours::close(&self.test.db, &act, &self.shift, said)
            .await
            .unwrap()
    }

    async fn late(&self, now: Timestamp) -> Vec<LateView> {
        let center = CENTER.parse().unwrap();
        let (db, act) = (&self.test.db, self.lead(now));
        let found = hours::late(db, &act, &center).await.unwrap();
        // What the desk opens with counts the same.
        let desk = desk_today(db, &act, &center).await.unwrap();
        let mut all = desk.decisions.iter().flat_map(|(_, group)| group);
        let told = all.find(|of| of.matter == Matter::Late);
        let told = told.map_or(0, |of| of.many);
        assert_eq!(told, u32::try_from(found.len()).unwrap());
        found
    }
}

const LATE: Timestamp = END.plus(5 * HOUR);

fn refused<T: std::fmt::Debug>(result: store::Result<T>) -> Refusal {
    match result.unwrap_err() {
        store::Error::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn a_late_scan_that_says_otherwise_is_shown_and_taken_over_once(test: TestDb) {
    let stage = stage(test).await;
    stage.served().await;
    stage.close(vec![]).await;
    assert_eq!(stage.late(LATE).await, []);
    // They came back for the last half hour by a kiosk that was offline.
    let back = START.plus(150 * MINUTE);
    let place = &stage.places[0];
    stage.scan(10, place, Direction::In, (back, LATE)).await;
    stage.scan(11, place, Direction::Out, (END, LATE)).await;
    let found = stage.late(LATE).await;
    assert_eq!(found.len(), 1);
    let (then, now, ledger) = (120, 150, 120);
    assert_eq!(found[0].late, Late { then, now, ledger });
    assert_eq!(found[0].difference, 30);
    let entry = &found[0].entry;
    assert_eq!(
        (entry.person_id.clone(), entry.kind),
        (person(1), Kind::Verified)
    );

    let db = &stage.test.db;
    let act = stage.lead(LATE.plus(MINUTE));
    let other = hours::take_over(db, &volunteer(1), &entry.id, "晚到").await;
    assert_eq!(refused(other), Refusal::Forbidden);
    let empty = hours::take_over(db, &act, &entry.id, " ").await;
    assert!(matches!(refused(empty), Refusal::Invalid { .. }));
    let added = hours::take_over(db, &act, &entry.id, "签到记录晚到")
        .await
        .unwrap();
    assert_eq!((added.kind, added.sum.minutes), (Kind::Correction, 30));
    assert_eq!(stage.late(LATE.plus(HOUR)).await, []);
    let again = hours::take_over(db, &stage.lead(LATE.plus(HOUR)), &entry.id, "再来").await;
    assert_eq!(refused(again), Refusal::Stale);
    let looks = "SELECT COUNT(*) FROM audit WHERE action = 'hours.view'";
    assert!(stage.test.number(looks).await > 0);
}

async fn what_is_left_stays_until_something_else_arrives(test: TestDb) {
    let stage = stage(test).await;
    stage.served().await;
    // The lead says fewer minutes than the scans: that stands.
    let place = stage.places[1].clone();
    let said = Said {
        assignment: place.clone(),
        minutes: 100,
    };
    stage.close(vec![said]).await;
    assert_eq!(stage.late(LATE).await, []);
    let first = &stage.places[0];
    let back = START.plus(150 * MINUTE);
    stage.scan(10, first, Direction::In, (back, LATE)).await;
    stage.scan(11, first, Direction::Out, (END, LATE)).await;
    let entry = stage.late(LATE).await.remove(0).entry;
    let db = &stage.test.db;
    let act = stage.lead(LATE.plus(MINUTE));
    hours::leave(db, &act, &entry.id, "问过，没有回来")
        .await
        .unwrap();
    assert_eq!(stage.late(LATE.plus(HOUR)).await, []);
    // The volunteer is told of nothing: nothing has changed for them.
    let told = messages::list(db, &account(1), 50).await.unwrap();
    let told = told
        .iter()
        .filter(|of| matches!(of.notice, Notice::Hours { .. }));
    assert_eq!(told.count(), 1);
    // The lead went earlier than was known: it touches everybody whose time it cuts.
    let later = LATE.plus(2 * HOUR);
    let gone = START.plus(HOUR);
    let lead = &stage.lead_place;
    stage.scan(12, lead, Direction::Out, (gone, later)).await;
    let found = stage.late(later).await;
    assert!(found.iter().all(|of| of.difference != 0));
    assert!(found.len() <= 2);
}

/// Whoever is brought to a milestone is told of it once, in the inbox only; the first is the first date.
async fn a_milestone_is_told_once(test: TestDb) {
    let stage = stage(test).await;
    past::verified(&stage.test, 1, 1, 400, 2_900).await;
    stage.served().await;
    stage.close(vec![]).await;
    let db = &stage.test.db;
    let told = async |n: u128| {
        let all = messages::list(db, &account(n), 50).await.unwrap();
        let of = all.into_iter().filter_map(|message| match message.notice {
            Notice::Milestone { of, .. } => Some(of),
            _ => None,
        });
        of.collect::<Vec<_>>()
    };
    assert_eq!(told(1).await, [Milestone::Hours50]);
    assert_eq!(told(2).await, [Milestone::First]);
    let texts = "SELECT COUNT(*) FROM outbox WHERE kind = 'milestone'";
    assert_eq!(stage.test.number(texts).await, 0);
    let mine = hours::of_account(db, &account(1), None, &Part::default())
        .await
        .unwrap();
    assert_eq!(mine.first, Some(NOW.plus(-400 * DAY)));
    // Taking away and nothing else: no milestone is told again.
    let entry = mine.entries.items.iter().find(|of| of.sum.minutes == 120);
    let act = stage.lead(LATE);
    let entry = hours::correct(db, &act, &entry.unwrap().id, -30, "中途离开").await;
    hours::object(db, &volunteer(1).at(LATE), &entry.unwrap().id, "没有离开")
        .await
        .unwrap();
    assert_eq!(told(1).await, [Milestone::Hours50]);
}

/// What is taken back after the hours were validated is like what arrives late: the same list, both
/// figures, the same two answers (C-114).
async fn what_is_taken_back_afterwards_is_shown_like_a_late_scan(test: TestDb) {
    let stage = stage(test).await;
    let (lead, first) = (&stage.lead_place, &stage.places[0]);
    stage.now(1, lead, Direction::In, START).await;
    stage.now(2, first, Direction::In, START).await;
    // The second came by a kiosk that was offline.
    let second = stage.places[1].clone();
    let arrived = END.plus(MINUTE);
    stage
        .scan(3, &second, Direction::In, (START, arrived))
        .await;
    let gone = END.plus(-HOUR);
    stage
        .scan(4, &second, Direction::Out, (gone, arrived))
        .await;
    stage.now(5, first, Direction::Out, END).await;
    stage.now(6, lead, Direction::Out, END).await;
    stage.close(vec![]).await;
    assert_eq!(stage.late(LATE).await, []);

    let undone = stage.lead(END.plus(12 * MINUTE));
    let db = &stage.test.db;
    store::check_ins::undo(db, &undone, &scan_id(3))
        .await
        .unwrap();
    let found = stage.late(LATE).await;
    assert_eq!(found.len(), 1);
    let (then, now, ledger) = (120, 0, 120);
    assert_eq!(found[0].late, Late { then, now, ledger });
    assert_eq!(found[0].entry.person_id, person(2));
    let entry = &found[0].entry.id;
    let act = stage.lead(LATE);
    hours::leave(db, &act, entry, "确实来过").await.unwrap();
    assert_eq!(stage.late(LATE.plus(MINUTE)).await, []);
    let stale = hours::take_over(db, &stage.lead(LATE.plus(MINUTE)), entry, "再来").await;
    assert_eq!(refused(stale), Refusal::Stale);
}

/// Without the lead's presence nothing of the others' counts, and each of them is shown.
async fn a_lead_who_was_not_there_is_pointed_out_for_everybody(test: TestDb) {
    let stage = stage(test).await;
    let (first, second) = (&stage.places[0], &stage.places[1]);
    stage.now(2, first, Direction::In, START).await;
    stage.now(3, second, Direction::In, START).await;
    let arrived = END.plus(MINUTE);
    let lead = &stage.lead_place;
    stage.scan(1, lead, Direction::In, (START, arrived)).await;
    stage.scan(6, lead, Direction::Out, (END, arrived)).await;
    stage.now(4, first, Direction::Out, END).await;
    stage.now(5, second, Direction::Out, END).await;
    stage.close(vec![]).await;
    let undone = stage.lead(END.plus(12 * MINUTE));
    let db = &stage.test.db;
    store::check_ins::undo(db, &undone, &scan_id(1))
        .await
        .unwrap();
    let found = stage.late(LATE).await;
    let (then, now, ledger) = (180, 0, 180);
    assert_eq!(found.len(), 2);
    for of in &found {
        assert_eq!(of.late, Late { then, now, ledger });
    }
    let entry = &found[0].entry;
    let taken = hours::take_over(db, &stage.lead(LATE), &entry.id, "签到撤销了").await;
    assert_eq!(taken.unwrap().sum.minutes, -180);
    assert_eq!(stage.late(LATE.plus(MINUTE)).await.len(), 1);
}

store::on_both_databases! {
    a_late_scan_that_says_otherwise_is_shown_and_taken_over_once => super::a_late_scan_that_says_otherwise_is_shown_and_taken_over_once,
    what_is_left_stays_until_something_else_arrives => super::what_is_left_stays_until_something_else_arrives,
    a_milestone_is_told_once => super::a_milestone_is_told_once,
    what_is_taken_back_afterwards_is_shown_like_a_late_scan => super::what_is_taken_back_afterwards_is_shown_like_a_late_scan,
    a_lead_who_was_not_there_is_pointed_out_for_everybody => super::a_lead_who_was_not_there_is_pointed_out_for_everybody,
}
