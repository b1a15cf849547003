//! Checking in to shifts, and the ledger of hours that comes out of it, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{door::*, volunteers::*, *};
use domain::{
    Reason, Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    certificate::Standing,
    check_in::{Direction, Outcome, Verdict},
    commitment::{Event, Subject},
    hours::{Approval, Doubt, Kind, State},
    id::{AssignmentId, HourEntryId, ShiftId, StaffId},
    shift::{AssignmentState, Half, Loss},
    time::{DAY, HOUR, MINUTE, Timestamp},
    volunteer,
};
use std::collections::BTreeSet;
use store::{
    Act, Key, assignments, cards, certificates,
    check_ins::{self, NewCheckIn, Presented},
    hours::{self, EntryView, Said},
    page::Part,
    shifts, stars,
    testing::TestDb,
    volunteers,
};

/// A shift of three hours that begins an hour from now, its lead, and who volunteers.
struct Stage {
    test: TestDb,
    shift: ShiftId,
    lead: StaffId,
    lead_place: AssignmentId,
    places: Vec<AssignmentId>,
}

/// Members of staff who were not there.
const COLLEAGUE: u128 = 77;
const MANAGER: u128 = 78;

/// The shift's beginning and its end.
const START: Timestamp = NOW.plus(HOUR);
const END: Timestamp = NOW.plus(4 * HOUR);

async fn stage(test: TestDb, many: u128) -> Stage {
    center(&test, &[], "single").await;
    accounts(&test, 1, many + 1).await;
    formal(&test, 1, many + 1).await;
    let mut new = new_shift(0, 10, 2);
    new.starts_at = START;
    new.ends_at = END;
    let shift = shift(&test, new).await;
    let lead = lead(&test, 1).await;
    for n in [COLLEAGUE, MANAGER] {
        test.arrange(vec![format!(
            "INSERT INTO staff (id, username, name, password_hash, created_at)
             VALUES ('{}', 'staff{n}', '同事{n}', 'none', 0)",
            id::<StaffId>(n)
        )])
        .await;
    }
    let lead_place =
        assignments::assign_lead(&test.db, &social_worker(), shift.clone(), lead.clone())
            .await
            .unwrap()
            .unwrap()
            .id;
    let mut places = Vec::new();
    for n in 1..=many {
        places.push(signed_up(&test, n, &shift).await);
    }
    Stage {
        test,
        shift,
        lead,
        lead_place,
        places,
    }
}

fn staff(id: &StaffId, role: Role, now: Timestamp) -> Act {
    let caller = Caller {
        identity: Identity::Staff(id.clone()),
        grants: vec![Grant {
            role,
            scope: Scope::parse(CENTER).unwrap(),
        }],
    };
    Act::new(caller, now, ids())
}

fn ticket(assignment: &AssignmentId) -> Presented {
    let token = ticket::issue(&signer(), ticket::Kind::Assignment, assignment.uuid());
    Presented::Code(token.into_string())
}

impl Stage {
    /// The lead, at that time.
    fn lead(&self, now: Timestamp) -> Act {
        staff(&self.lead, Role::SocialWorker, now)
    }

    /// A colleague of theirs who was not there.
    fn colleague(&self, now: Timestamp) -> Act {
        staff(&id(COLLEAGUE), Role::SocialWorker, now)
    }

    async fn scan(
        &self,
        n: u128,
        place: &AssignmentId,
        direction: Direction,
        now: Timestamp,
    ) -> check_ins::Admission {
        let new = NewCheckIn {
            direction,
            ..NewCheckIn::now(scan_id(n), ticket(place))
        };
        admit(&self.test, &at(&kiosk(), now), new).await
    }

    /// The lead was there from before the start until after the end.
    async fn led(&self) {
        self.scan(
            900,
            &self.lead_place,
            Direction::In,
            START.plus(-10 * MINUTE),
        )
        .await;
        self.scan(901, &self.lead_place, Direction::Out, END.plus(5 * MINUTE))
            .await;
    }

    async fn state(&self, place: &AssignmentId) -> AssignmentState {
        let view = assignments::find(&self.test.db, &Caller::system(), place).await;
        view.unwrap().state
    }

    async fn close(&self) -> Vec<EntryView> {
        let act = self.lead(END.plus(10 * MINUTE));
        hours::close(&self.test.db, &act, &self.shift, vec![])
            .await
            .unwrap()
    }

    async fn mine(&self, n: u128) -> hours::Mine {
        hours::of_account(&self.test.db, &account(n), None, &Part::default())
            .await
            .unwrap()
    }
}

fn refused<T: std::fmt::Debug>(result: store::Result<T>) -> Refusal {
    match result.unwrap_err() {
        store::Error::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn an_assignments_ticket_checks_in_and_out_by_the_scan_of_every_ticket(test: TestDb) {
    let stage = stage(test, 2).await;
    let place = &stage.places[0];
    let early = stage.scan(1, place, Direction::In, NOW.plus(-1)).await;
    assert_eq!(early.verdict.outcome(), Outcome::TooEarly);
    let came = stage.scan(2, place, Direction::Either, START).await;
    assert_eq!(came.verdict.outcome(), Outcome::Admitted);
    assert_eq!(came.subject, Some(Subject::Assignment(place.clone())));
    assert_eq!(came.event, Some(Event::Shift(stage.shift.clone())));
    assert_eq!(
        came.person_name.as_deref(),
        Some("居**"),
        "a kiosk sees no names"
    );
    assert_eq!(stage.state(place).await, AssignmentState::CheckedIn);
    let again = stage
        .scan(3, place, Direction::In, START.plus(MINUTE))
        .await;
    assert_eq!(again.verdict.outcome(), Outcome::Already);
    assert_eq!(again.verdict.first_at(), Some(START), "rule 5");
    let replayed = stage.scan(2, place, Direction::Either, START).await;
    assert!(replayed.replayed);
    // The same code shown again later sees them off.
    let left = stage
        .scan(4, place, Direction::Either, START.plus(HOUR))
        .await;
    assert_eq!(left.verdict.direction(), Some(Direction::Out));
    assert_eq!(stage.state(place).await, AssignmentState::CheckedOut);
    let view = assignments::find(&stage.test.db, &Caller::system(), place).await;
    let view = view.unwrap();
    assert_eq!(view.checked_in_at, Some(START));
    assert_eq!(view.checked_out_at, Some(START.plus(HOUR)));
    assert_eq!(held(&stage.test, &stage.shift).await, (2, 2));
    // Somebody who gave their place back, and somebody elsewhere.
    assignments::withdraw(&stage.test.db, &volunteer(2), stage.places[1].clone(), "")
        .await
        .unwrap();
    let gone = stage.scan(5, &stage.places[1], Direction::In, START).await;
    assert_eq!(gone.verdict.outcome(), Outcome::Cancelled);
    let unknown = stage.scan(6, &id(4711), Direction::In, START).await;
    assert_eq!(unknown.verdict.outcome(), Outcome::Unknown);
    let elsewhere = kiosk_at(2, "SZ440303001-02");
    stage
        .test
        .arrange(vec![
            "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
             community, name_source, status) SELECT 'SZ440303001-02', '别处', district_code, district,
             subdistrict_code, subdistrict, '别处', name_source, status FROM center LIMIT 1"
                .into(),
        ])
        .await;
    let wrong = NewCheckIn::now(scan_id(7), ticket(place));
    let wrong = admit(&stage.test, &at(&elsewhere, START), wrong).await;
    assert_eq!(wrong.verdict.outcome(), Outcome::WrongCenter);
}

async fn whoever_waits_or_asks_is_not_let_in(test: TestDb) {
    let stage = stage(test, 1).await;
    accounts(&stage.test, 2, 13).await;
    formal(&stage.test, 2, 13).await;
    for n in 2..=10 {
        signed_up(&stage.test, n, &stage.shift).await;
    }
    let waits = signed_up(&stage.test, 11, &stage.shift).await;
    let told = stage.scan(1, &waits, Direction::In, START).await;
    assert_eq!(told.verdict.outcome(), Outcome::Waitlisted);
    assert_eq!(stage.state(&waits).await, AssignmentState::Waitlisted);
}

async fn a_shift_is_live_when_both_halves_are_there(test: TestDb) {
    let stage = stage(test, 1).await;
    let now = START.plus(10 * MINUTE);
    let state = async || {
        let view = shifts::find(&stage.test.db, &stage.shift).await.unwrap();
        view.state(now)
    };
    use domain::shift::State as Is;
    assert_eq!(state().await, Is::Ready);
    stage.scan(1, &stage.places[0], Direction::In, START).await;
    assert_eq!(state().await, Is::Ready, "nobody leads yet");
    let led = stage.scan(2, &stage.lead_place, Direction::In, START).await;
    assert_eq!(led.verdict.outcome(), Outcome::Admitted);
    assert_eq!(state().await, Is::Live);
    let missing: Vec<Half> = shifts::find(&stage.test.db, &stage.shift)
        .await
        .unwrap()
        .missing();
    assert!(missing.is_empty());
    stage
        .scan(3, &stage.lead_place, Direction::Out, START.plus(5 * MINUTE))
        .await;
    assert_eq!(state().await, Is::Ready, "the lead has gone");
}

async fn c82_each_loss_of_a_half_is_one_alert_with_who_can_act(test: TestDb) {
    let stage = stage(test, 1).await;
    let db = &stage.test.db;
    let center = CENTER.parse().unwrap();
    let open = async |now| {
        let found = shifts::alerts(db, &social_worker().caller, &center, now).await;
        let found = found.unwrap().into_iter();
        found.map(|of| (of.half, of.loss)).collect::<Vec<_>>()
    };
    let raised = async || stage.test.number("SELECT COUNT(*) FROM shift_alert").await;
    assert_eq!(open(NOW).await, []);
    // A place given back, and another one taken.
    let gone = assignments::withdraw(db, &volunteer(1), stage.places[0].clone(), "").await;
    gone.unwrap();
    assert_eq!(open(NOW).await, [(Half::Volunteers, Loss::Planned)]);
    let again = at(&volunteer(1), NOW.plus(MINUTE));
    let placed = assignments::place(db, &again, placing(1, &stage.shift)).await;
    let place = placed.unwrap().unwrap().id;
    assert_eq!(open(NOW).await, []);
    assert_eq!(raised().await, 1);
    // From the line at once: no loss at all.
    accounts(&stage.test, 2, 13).await;
    formal(&stage.test, 2, 13).await;
    stage
        .test
        .arrange(vec![
            "UPDATE shift SET volunteers_min = 1, volunteers_max = 1".into(),
        ])
        .await;
    let waits = signed_up(&stage.test, 2, &stage.shift).await;
    assignments::withdraw(db, &volunteer(1), place, "")
        .await
        .unwrap();
    assert_eq!(stage.state(&waits).await, AssignmentState::Confirmed);
    assert_eq!((open(NOW).await, raised().await), (vec![], 1));
    // The lead goes while a volunteer is there, who is told what to do.
    stage.scan(1, &waits, Direction::In, START).await;
    stage.scan(2, &stage.lead_place, Direction::In, START).await;
    let later = START.plus(HOUR);
    stage
        .scan(3, &stage.lead_place, Direction::Out, later)
        .await;
    assert_eq!(open(later).await, [(Half::Lead, Loss::Present)]);
    let told = store::messages::list(db, &account(2), 50).await.unwrap();
    let kinds: Vec<_> = told.iter().map(|m| m.notice.kind()).collect();
    assert!(kinds.contains(&"lead_gone"), "{kinds:?}");
    stage
        .scan(4, &stage.lead_place, Direction::Out, later.plus(MINUTE))
        .await;
    assert_eq!(raised().await, 2, "a second scan is no second loss");
    stage
        .scan(5, &stage.lead_place, Direction::In, later.plus(10 * MINUTE))
        .await;
    assert_eq!(open(later).await, []);
    // At the end everybody leaves: nobody is alarmed.
    stage
        .scan(6, &waits, Direction::Out, END.plus(-5 * MINUTE))
        .await;
    stage.scan(7, &stage.lead_place, Direction::Out, END).await;
    assert_eq!((open(END.plus(-MINUTE)).await, raised().await), (vec![], 2));
}

async fn a_card_stands_for_a_shift_too_and_a_booking_beside_it_is_asked_about(test: TestDb) {
    let stage = stage(test, 1).await;
    let sitting = Sitting {
        in_hours: 4,
        ..Sitting::new(1, 5, 0)
    };
    sittings(&stage.test, &[sitting], "single").await;
    let booking = booked(&stage.test, 1, 1).await;
    let card = cards::issue(
        &stage.test.db,
        &social_worker(),
        &CENTER.parse().unwrap(),
        &person(1),
    )
    .await
    .unwrap();
    let shown = |n, event| {
        let token = ticket::issue(&signer(), ticket::Kind::Card, card.id.uuid());
        NewCheckIn {
            direction: Direction::Either,
            event,
            ..NewCheckIn::now(scan_id(n), Presented::Code(token.into_string()))
        }
    };
    let only = admit(&stage.test, &at(&kiosk(), START), shown(1, None)).await;
    assert_eq!(
        only.subject,
        Some(Subject::Assignment(stage.places[0].clone()))
    );
    // Now the door of what comes next is open too.
    let both = admit(
        &stage.test,
        &at(&kiosk(), END.plus(-MINUTE)),
        shown(2, None),
    )
    .await;
    let Verdict::Choose { candidates } = both.verdict else {
        panic!("{:?}", both.verdict);
    };
    assert_eq!(candidates.len(), 2);
    let shift = Event::Shift(stage.shift.clone());
    let out = admit(
        &stage.test,
        &at(&kiosk(), END.plus(-MINUTE)),
        shown(3, Some(shift)),
    )
    .await;
    assert_eq!(out.verdict.direction(), Some(Direction::Out));
    let event = Some(Event::Occurrence(occurrence(1)));
    let next = admit(
        &stage.test,
        &at(&kiosk(), END.plus(-MINUTE)),
        shown(4, event),
    )
    .await;
    assert_eq!(next.subject, Some(Subject::Booking(booking.id)));
}

async fn a_short_code_and_the_roster_find_an_assignment(test: TestDb) {
    let stage = stage(test, 1).await;
    let view = assignments::find(&stage.test.db, &Caller::system(), &stage.places[0]).await;
    let code = view.unwrap().short_code;
    let typed = NewCheckIn {
        center: Some(CENTER.parse().unwrap()),
        ..NewCheckIn::now(scan_id(1), Presented::Code(code))
    };
    let told = admit(&stage.test, &at(&kiosk(), START), typed).await;
    assert_eq!(told.verdict.outcome(), Outcome::Admitted);
    // Leads have no phone in the portal: a colleague, or they themselves, tick them off.
    let subject = Subject::Assignment(stage.lead_place.clone());
    let ticked = NewCheckIn::now(scan_id(2), Presented::Roster(subject));
    let told = admit(&stage.test, &stage.lead(START), ticked.clone()).await;
    assert_eq!(told.person_name.as_deref(), Some("社工1"));
    assert_eq!(told.verdict.outcome(), Outcome::Admitted);
    let by_resident = at(&volunteer(1), START);
    let tried = check_ins::admit(&stage.test.db, &keyring(), &by_resident, ticked).await;
    assert!(tried.is_err());
}

async fn c114_an_undone_check_in_leaves_the_place(test: TestDb) {
    let stage = stage(test, 1).await;
    let place = &stage.places[0];
    stage.scan(1, place, Direction::In, START).await;
    let act = stage.lead(START.plus(MINUTE));
    check_ins::undo(&stage.test.db, &act, &scan_id(1))
        .await
        .unwrap();
    assert_eq!(stage.state(place).await, AssignmentState::Confirmed);
    assert_eq!(held(&stage.test, &stage.shift).await, (1, 1));
}

async fn rule_5_a_late_scan_of_somebody_taken_for_a_no_show_ends_as_if_in_time(test: TestDb) {
    let stage = stage(test, 2).await;
    stage.led().await;
    stage.close().await;
    let place = &stage.places[0];
    assert_eq!(stage.state(place).await, AssignmentState::NoShow);
    assert_eq!(held(&stage.test, &stage.shift).await, (0, 0));
    let kept = NewCheckIn {
        at: Some(START),
        ..NewCheckIn::now(scan_id(1), ticket(place))
    };
    let told = admit(&stage.test, &at(&kiosk(), END.plus(DAY)), kept).await;
    assert_eq!(told.verdict.outcome(), Outcome::Admitted);
    assert_eq!(stage.state(place).await, AssignmentState::CheckedIn);
    assert_eq!(held(&stage.test, &stage.shift).await, (1, 1));
}

async fn c91_a_forgotten_check_out_is_closed_with_the_shift_and_looked_at(test: TestDb) {
    let stage = stage(test, 1).await;
    stage.led().await;
    stage
        .scan(1, &stage.places[0], Direction::In, START.plus(HOUR))
        .await;
    let jobs = Act::new(Caller::system(), END.plus(MINUTE), ids());
    assert_eq!(
        check_ins::close_missing(&stage.test.db, &jobs)
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        check_ins::close_missing(&stage.test.db, &jobs)
            .await
            .unwrap(),
        0
    );
    let act = stage.lead(END.plus(2 * MINUTE));
    let sheet = hours::sheet(&stage.test.db, &act.caller, &stage.shift, act.now).await;
    let sheet = sheet.unwrap();
    assert_eq!(sheet.refusal, None);
    let row = sheet.rows.iter().find(|row| row.credit.is_some()).unwrap();
    let credit = row.credit.clone().unwrap();
    assert_eq!(
        (credit.minutes, credit.doubt),
        (120, Some(Doubt::NoCheckOut))
    );
    // They scan after all, within the hour: what was seen counts.
    stage
        .scan(2, &stage.places[0], Direction::Out, END.plus(20 * MINUTE))
        .await;
    let sheet = hours::sheet(&stage.test.db, &act.caller, &stage.shift, act.now).await;
    let credit = sheet
        .unwrap()
        .rows
        .iter()
        .find_map(|row| row.credit.clone());
    assert_eq!(credit.unwrap().doubt, None);
}

async fn a_lead_who_was_there_validates_what_the_scans_show(test: TestDb) {
    let stage = stage(test, 3).await;
    stage.led().await;
    let [one, two, absent] = &stage.places[..] else {
        panic!()
    };
    stage
        .scan(1, one, Direction::In, START.plus(-20 * MINUTE))
        .await;
    stage
        .scan(2, one, Direction::Out, END.plus(10 * MINUTE))
        .await;
    stage
        .scan(3, two, Direction::In, START.plus(30 * MINUTE))
        .await;
    stage
        .scan(4, two, Direction::Out, START.plus(90 * MINUTE))
        .await;
    let db = &stage.test.db;
    let over = END.plus(10 * MINUTE);
    // Who may not.
    let close = async |act: &Act, said| hours::close(db, act, &stage.shift, said).await;
    let early = close(&stage.lead(START.plus(10 * MINUTE)), vec![]).await;
    assert!(
        early.is_ok(),
        "everybody has gone by the evidence that there is"
    );
    assert_eq!(early.unwrap().len(), 2);
    let colleague = close(&stage.colleague(over), vec![]).await;
    assert_eq!(refused(colleague), Refusal::WasNotThere);
    let own = close(&at(&volunteer(1), over), vec![]).await;
    assert_eq!(refused(own), Refusal::OwnHours);
    assert_eq!(
        refused(close(&at(&volunteer(9), over), vec![]).await),
        Refusal::Forbidden
    );
    assert_eq!(
        refused(close(&at(&kiosk(), over), vec![]).await),
        Refusal::Forbidden
    );
    // Closing again changes nothing.
    let entries = stage.close().await;
    assert_eq!(entries.len(), 2);
    let minutes = |place: &AssignmentId| {
        let mut of = entries.iter().filter(|entry| entry.assignment_id == *place);
        of.next()
            .map(|entry| (entry.sum.minutes, entry.kind, entry.state()))
    };
    assert_eq!(minutes(one), Some((180, Kind::Verified, State::Counted)));
    assert_eq!(minutes(two), Some((60, Kind::Verified, State::Counted)));
    assert_eq!(minutes(absent), None);
    assert_eq!(stage.state(one).await, AssignmentState::Validated);
    assert_eq!(stage.state(absent).await, AssignmentState::NoShow);
    let view = shifts::find(db, &stage.shift).await.unwrap();
    assert!(view.closed_at.is_some());
    let mine = stage.mine(1).await;
    assert_eq!((mine.totals.verified, mine.totals.entered), (180, 0));
    assert_eq!(mine.entries.items.len(), 1);
    let told = store::messages::list(db, &account(1), 50).await.unwrap();
    let of_hours = |message: &&store::messages::Message| {
        matches!(message.notice, domain::notice::Notice::Hours { .. })
    };
    let of_hours = told.iter().filter(of_hours);
    assert_eq!(
        of_hours.count(),
        1,
        "the volunteer is told of every entry, once"
    );
}

async fn c89_a_lead_takes_away_and_never_adds(test: TestDb) {
    let stage = stage(test, 1).await;
    stage.led().await;
    let place = &stage.places[0];
    stage.scan(1, place, Direction::In, START).await;
    stage.scan(2, place, Direction::Out, START.plus(HOUR)).await;
    let act = stage.lead(END);
    let said = |minutes| {
        vec![Said {
            assignment: place.clone(),
            minutes,
        }]
    };
    let db = &stage.test.db;
    let many = hours::close(db, &act, &stage.shift, said(61)).await;
    let too_many = Refusal::invalid("minutes", Reason::OutOfRange);
    assert_eq!(refused(many), too_many);
    assert_eq!(
        stage.state(place).await,
        AssignmentState::CheckedOut,
        "nothing was written"
    );
    let unknown = vec![Said {
        assignment: id(4711),
        minutes: 1,
    }];
    assert!(hours::close(db, &act, &stage.shift, unknown).await.is_err());
    let done = hours::close(db, &act, &stage.shift, said(45))
        .await
        .unwrap();
    assert_eq!(done[0].sum.minutes, 45);
    assert_eq!(stage.mine(1).await.totals.verified, 45);
}

async fn one_place_is_validated_by_itself_and_once(test: TestDb) {
    let stage = stage(test, 2).await;
    stage.led().await;
    for (n, place) in stage.places.iter().enumerate() {
        let n = n as u128 * 2;
        stage.scan(n, place, Direction::In, START).await;
        stage.scan(n + 1, place, Direction::Out, END).await;
    }
    let db = &stage.test.db;
    let key = Key::new("once", &[b"x"]).unwrap();
    let act = stage.lead(END).with_key(Some(key));
    let one = hours::validate(db, &act, &stage.places[0], Some(100))
        .await
        .unwrap();
    assert_eq!(one.sum.minutes, 100);
    let again = hours::validate(db, &stage.lead(END), &stage.places[0], None)
        .await
        .unwrap();
    assert_eq!(again, one);
    assert_eq!(
        stage.state(&stage.places[1]).await,
        AssignmentState::CheckedOut
    );
    let entries = stage.close().await;
    assert_eq!(entries.len(), 2);
    // The ledger itself refuses a second one.
    let rows = stage.test.number("SELECT COUNT(*) FROM hour_entry").await;
    assert_eq!(rows, 2);
}

async fn only_time_with_a_lead_counts(test: TestDb) {
    let stage = stage(test, 1).await;
    stage.scan(1, &stage.places[0], Direction::In, START).await;
    stage.scan(2, &stage.places[0], Direction::Out, END).await;
    stage
        .scan(3, &stage.lead_place, Direction::In, START.plus(HOUR))
        .await;
    stage
        .scan(4, &stage.lead_place, Direction::Out, START.plus(2 * HOUR))
        .await;
    let entries = stage.close().await;
    assert_eq!(entries[0].sum.minutes, 60 + 30);
}

async fn c88_a_long_day_takes_a_second_word(test: TestDb) {
    let stage = stage(test, 1).await;
    stage.led().await;
    // Six hours of that day are in the ledger already.
    let elsewhere = new_shift(30, 1, 0);
    let elsewhere = shift(&stage.test, elsewhere).await;
    let place = signed_up(&stage.test, 1, &elsewhere).await;
    stage
        .test
        .arrange(vec![format!(
            "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind,
                 counts_as, minutes, approval, served_at, at)
             VALUES ('{}', '{}', '{CENTER}', '{elsewhere}', '{place}', 'verified', 'verified', 360,
                 'none', {}, 0)",
            id::<HourEntryId>(5),
            person(1),
            NOW.0
        )])
        .await;
    stage.scan(1, &stage.places[0], Direction::In, START).await;
    stage.scan(2, &stage.places[0], Direction::Out, END).await;
    let entries = stage.close().await;
    assert_eq!(entries[0].sum.approval, Approval::Second);
    assert_eq!(entries[0].state(), State::Pending);
    let totals = stage.mine(1).await.totals;
    assert_eq!((totals.verified, totals.pending), (360, 180));
    let db = &stage.test.db;
    let itself = hours::approve(db, &stage.lead(END), &entries[0].id).await;
    assert_eq!(refused(itself), Refusal::NeedsAnother);
    let other = stage.colleague(END.plus(HOUR));
    hours::approve(db, &other, &entries[0].id).await.unwrap();
    let totals = stage.mine(1).await.totals;
    assert_eq!((totals.verified, totals.pending), (540, 0));
}

async fn c89_entered_hours_stand_apart_and_take_somebody_else(test: TestDb) {
    let stage = stage(test, 2).await;
    let db = &stage.test.db;
    let place = &stage.places[0];
    let act = stage.colleague(END);
    let early = hours::enter(db, &stage.colleague(START), place, 60, "签到机坏了").await;
    assert_eq!(refused(early), Refusal::NotOver { until: END });
    assert!(
        hours::enter(db, &act, place, 181, "签到机坏了")
            .await
            .is_err()
    );
    assert!(
        hours::enter(db, &act, place, 0, "签到机坏了")
            .await
            .is_err()
    );
    assert!(hours::enter(db, &act, place, 60, "  ").await.is_err());
    assert!(
        hours::enter(db, &act, &stage.lead_place, 60, "自己")
            .await
            .is_err()
    );
    let forbidden = hours::enter(db, &at(&volunteer(1), END), place, 60, "我来了").await;
    assert_eq!(refused(forbidden), Refusal::Forbidden);
    let entry = hours::enter(db, &act, place, 60, "签到机坏了")
        .await
        .unwrap();
    assert_eq!((entry.kind, entry.state()), (Kind::Entered, State::Pending));
    let twice = hours::enter(db, &act, place, 60, "再来").await;
    let repeated = Refusal::invalid("assignment_id", Reason::RepeatedOrTooMany);
    assert_eq!(refused(twice), repeated);
    let waiting = hours::waiting(db, &act, &CENTER.parse().unwrap())
        .await
        .unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        refused(hours::approve(db, &act, &entry.id).await),
        Refusal::NeedsAnother
    );
    let manager = staff(&id(MANAGER), Role::CenterManager, END);
    let approved = hours::approve(db, &manager, &entry.id).await.unwrap();
    assert_eq!(approved.state(), State::Counted);
    let totals = stage.mine(1).await.totals;
    assert_eq!(
        (totals.verified, totals.entered, totals.pending),
        (0, 60, 0)
    );
    let month = hours::entered(
        db,
        &act,
        &CENTER.parse().unwrap(),
        NOW.plus(-DAY),
        NOW.plus(DAY),
    )
    .await;
    assert_eq!(month.unwrap().len(), 1);
    // Refused ones never count.
    let other = hours::enter(db, &act, &stage.places[1], 90, "忘了带手机")
        .await
        .unwrap();
    hours::refuse(db, &manager, &other.id, "当天没有人见到")
        .await
        .unwrap();
    assert!(
        hours::approve(db, &manager, &other.id).await.is_err(),
        "said once"
    );
    let totals = stage.mine(2).await.totals;
    assert_eq!((totals.verified, totals.entered, totals.pending), (0, 0, 0));
}

async fn c92_a_correction_is_added_and_the_volunteer_objects(test: TestDb) {
    let stage = stage(test, 1).await;
    stage.led().await;
    stage.scan(1, &stage.places[0], Direction::In, START).await;
    stage.scan(2, &stage.places[0], Direction::Out, END).await;
    let entry = stage.close().await.remove(0);
    let db = &stage.test.db;
    let act = stage.lead(END.plus(DAY));
    let less = hours::correct(db, &act, &entry.id, -30, "中途离开半小时")
        .await
        .unwrap();
    assert_eq!(
        (less.kind, less.state()),
        (Kind::Correction, State::Counted)
    );
    assert_eq!(stage.mine(1).await.totals.verified, 150);
    for minutes in [0, -151, 31, i64::MAX, i64::MIN] {
        assert!(
            hours::correct(db, &act, &entry.id, minutes, "试")
                .await
                .is_err()
        );
    }
    assert!(
        hours::correct(db, &act, &less.id, 5, "改更正")
            .await
            .is_err()
    );
    // The old value stays readable.
    let items = stage.mine(1).await.entries.items;
    assert_eq!(items.iter().map(|e| e.sum.minutes).sum::<i64>(), 150);
    assert!(
        items
            .iter()
            .any(|e| e.id == entry.id && e.sum.minutes == 180)
    );
    let own = at(&volunteer(1), END.plus(DAY));
    let objected = hours::object(db, &own, &less.id, "我没有离开")
        .await
        .unwrap();
    assert_eq!(objected.state(), State::Objected);
    assert_eq!(
        stage.mine(1).await.totals.verified,
        150,
        "it counts until it is answered"
    );
    let stranger = hours::object(db, &at(&volunteer(2), END), &less.id, "不对").await;
    assert_eq!(refused(stranger), Refusal::NotFound);
    let more = hours::correct(db, &act, &entry.id, 30, "查看记录后改回")
        .await
        .unwrap();
    assert_eq!(
        more.sum.counts_as,
        Kind::Entered,
        "what is added was typed in"
    );
    assert_eq!(more.state(), State::Pending);
    hours::approve(db, &stage.colleague(END.plus(DAY)), &more.id)
        .await
        .unwrap();
    let answered = hours::answer(db, &act, &less.id, "已改回").await.unwrap();
    assert_eq!(answered.state(), State::Counted);
    let totals = stage.mine(1).await.totals;
    assert_eq!((totals.verified, totals.entered), (150, 30));
    // Nothing of the ledger is ever changed or removed.
    for sql in [
        "UPDATE hour_entry SET minutes = 9999",
        "DELETE FROM hour_entry",
        "UPDATE hour_word SET word = 'approved'",
        "DELETE FROM hour_word",
    ] {
        let refused = stage.test.refusal_of(sql).await;
        assert!(refused.contains("only added to"), "{sql}: {refused}");
    }
}

async fn ten_verified_hours_make_somebody_formal(test: TestDb) {
    let stage = stage(test, 1).await;
    let db = &stage.test.db;
    let center = CENTER.parse().unwrap();
    stage
        .test
        .arrange(vec![format!(
            "UPDATE volunteer SET standing = 'probationary', formal_no = NULL, center_id = '{CENTER}'"
        )])
        .await;
    let found = volunteers::on_probation(db, &social_worker(), &center)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    let who = found[0].volunteer.id.clone();
    let early = volunteers::make_formal(db, &social_worker(), &center, &who).await;
    assert_eq!(refused(early), Refusal::HoursMissing { missing: 600 });
    let row = |n: u128, minutes: i64, kind: &str, place: &AssignmentId, shift: &ShiftId| {
        format!(
            "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind,
                 counts_as, minutes, approval, served_at, at)
             VALUES ('{}', '{}', '{CENTER}', '{shift}', '{place}', '{kind}', '{kind}', {minutes},
                 'none', 0, 0)",
            id::<HourEntryId>(n),
            person(1)
        )
    };
    let (shift, place) = (&stage.shift, &stage.places[0]);
    stage
        .test
        .arrange(vec![
            row(5, 599, "verified", place, shift),
            row(6, 300, "entered", place, shift),
        ])
        .await;
    let nearly = volunteers::make_formal(db, &social_worker(), &center, &who).await;
    assert_eq!(refused(nearly), Refusal::HoursMissing { missing: 1 });
    let other = new_shift(20, 1, 0);
    let other = common::volunteers::shift(&stage.test, other).await;
    let second = signed_up(&stage.test, 1, &other).await;
    stage
        .test
        .arrange(vec![row(7, 1, "verified", &second, &other)])
        .await;
    let formal = volunteers::make_formal(db, &social_worker(), &center, &who)
        .await
        .unwrap();
    assert_eq!(formal.standing, volunteer::Standing::Formal);
    assert!(formal.formal_no.is_some());
    let again = volunteers::make_formal(db, &social_worker(), &center, &who)
        .await
        .unwrap();
    assert_eq!(again.formal_no, formal.formal_no);
}

async fn a_star_is_proposed_by_the_ledger_and_granted_by_people(test: TestDb) {
    let stage = stage(test, 1).await;
    let db = &stage.test.db;
    let center = CENTER.parse().unwrap();
    let (shift, place) = (&stage.shift, &stage.places[0]);
    stage
        .test
        .arrange(vec![
            format!("UPDATE volunteer SET center_id = '{CENTER}', formal_at = 0"),
            format!(
                "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind,
                     counts_as, minutes, approval, served_at, at)
                 VALUES ('{}', '{}', '{CENTER}', '{shift}', '{place}', 'verified', 'verified', 18000,
                     'none', 0, 0)",
                id::<HourEntryId>(5),
                person(1)
            ),
        ])
        .await;
    let found = stars::proposed(db, &social_worker(), &center)
        .await
        .unwrap();
    assert_eq!((found.len(), found[0].star), (1, 2));
    let who = found[0].volunteer.clone();
    let worker = stars::grant(db, &stage.colleague(NOW), &who, 2).await;
    assert_eq!(refused(worker), Refusal::Forbidden);
    let manager = staff(&id(MANAGER), Role::CenterManager, NOW);
    assert!(
        stars::grant(db, &manager, &who, 3).await.is_err(),
        "not reached"
    );
    assert!(stars::grant(db, &manager, &who, 0).await.is_err());
    stars::grant(db, &manager, &who, 2).await.unwrap();
    stars::grant(db, &manager, &who, 2).await.unwrap();
    assert_eq!(stage.mine(1).await.star, Some(2));
    assert_eq!(
        stars::proposed(db, &social_worker(), &center)
            .await
            .unwrap(),
        []
    );
}

async fn c90_every_sum_is_the_ledgers(test: TestDb) {
    let stage = stage(test, 4).await;
    stage.led().await;
    for (n, place) in stage.places.iter().enumerate() {
        let n = n as i64;
        let base = n as u128 * 2 + 1;
        stage
            .scan(base, place, Direction::In, START.plus(n * 7 * MINUTE))
            .await;
        stage
            .scan(base + 1, place, Direction::Out, END.plus(-n * 11 * MINUTE))
            .await;
    }
    let entries = stage.close().await;
    let people: BTreeSet<_> = entries.iter().map(|e| e.person_id.clone()).collect();
    assert_eq!(people.len(), 4);
    for n in 1..=4 {
        let sql = format!(
            "SELECT COALESCE(SUM(minutes), 0) FROM hour_entry WHERE person_id = '{}'",
            person(n)
        );
        let mine = stage.mine(n).await;
        let sum = format!("SELECT CAST(({sql}) AS BIGINT)");
        assert_eq!(mine.totals.verified, stage.test.number(&sum).await);
        let listed: i64 = mine.entries.items.iter().map(|e| e.sum.minutes).sum();
        assert_eq!(mine.totals.verified, listed);
    }
}

fn wanted(n: u128) -> certificates::Wanted {
    certificates::Wanted {
        center: CENTER.parse().unwrap(),
        person: person(n),
        from: NOW.plus(-DAY),
        to: NOW.plus(DAY),
    }
}

async fn c93_a_certificate_tells_what_was_recorded_and_what_happened_since(test: TestDb) {
    let stage = stage(test, 2).await;
    stage.led().await;
    stage.scan(1, &stage.places[0], Direction::In, START).await;
    stage.scan(2, &stage.places[0], Direction::Out, END).await;
    let entry = stage.close().await.remove(0);
    let db = &stage.test.db;
    let signer = std::sync::Arc::new(signer());
    let keyring = keyring();
    let act = stage.lead(END.plus(DAY));
    let issue =
        async |act: &Act, n| certificates::issue(db, act, &signer, &keyring, wanted(n)).await;
    assert!(issue(&act, 2).await.is_err(), "nothing was recorded");
    let by_volunteer = issue(&at(&volunteer(1), END), 1).await;
    assert_eq!(refused(by_volunteer), Refusal::Forbidden);
    let given = issue(&act, 1).await.unwrap();
    let content = &given.content;
    assert_eq!(given.standing, Standing::Valid);
    assert_eq!(
        (content.verified_minutes, content.entered_minutes),
        (180, 0)
    );
    assert_eq!(content.services.len(), 1);
    assert_eq!(content.handler, "社工1");
    assert!(content.number.len() >= CENTER.len() + 13);
    let nobody = Act::new(Caller::anonymous(), END.plus(DAY), ids());
    let number = content.number.clone();
    let look = async || {
        certificates::find(db, &nobody, &keyring, &number)
            .await
            .unwrap()
    };
    assert_eq!(look().await.content, *content);
    // Each look is on record, once for a while.
    look().await;
    let looks = "SELECT COUNT(*) FROM audit WHERE action = 'certificate.view'";
    assert_eq!(stage.test.number(looks).await, 1);
    let other = certificates::find(db, &nobody, &keyring, "SZ440303001-01-222222222222").await;
    assert_eq!(refused(other), Refusal::NotFound);
    // A correction shows, and changes nothing on the paper.
    hours::correct(db, &act, &entry.id, -30, "中途离开")
        .await
        .unwrap();
    let corrected = look().await;
    assert_eq!(corrected.standing, Standing::Corrected);
    assert_eq!(corrected.content, *content);
    // What awaits approval is no correction yet; a new certificate tells of the corrected sum.
    let anew = issue(&act, 1).await.unwrap();
    assert_eq!(anew.content.verified_minutes, 150);
    assert_eq!(anew.content.services[0].minutes, 150);
    hours::correct(db, &act, &entry.id, 30, "查看记录")
        .await
        .unwrap();
    let anew_number = anew.content.number.clone();
    let still = certificates::find(db, &nobody, &keyring, &anew_number)
        .await
        .unwrap();
    assert_eq!(still.standing, Standing::Valid);
    // Withdrawn is not deleted.
    assert!(
        certificates::withdraw(db, &act, &keyring, &number, " ")
            .await
            .is_err()
    );
    let foreign = at(&kiosk(), END);
    assert!(
        certificates::withdraw(db, &foreign, &keyring, &number, "开错")
            .await
            .is_err()
    );
    certificates::withdraw(db, &act, &keyring, &number, "开错了")
        .await
        .unwrap();
    let withdrawn = look().await;
    assert_eq!(withdrawn.standing, Standing::Withdrawn);
    assert_eq!(withdrawn.withdraw_reason, "开错了");
    let own = certificates::of_account(db, &keyring, &account(1), &Part::default()).await;
    assert_eq!(own.unwrap().items.len(), 2);
    // An altered row is seen.
    stage
        .test
        .arrange(vec![format!(
            "UPDATE certificate SET content = REPLACE(content, ':150,', ':950,') WHERE number = '{anew_number}'"
        )])
        .await;
    let forged = certificates::find(db, &nobody, &keyring, &anew_number)
        .await
        .unwrap();
    assert_eq!(forged.standing, Standing::Forged);
}

/// Rule 6: what a center holds of its volunteers is for its own staff, and each look is on record; who
/// may not look leaves no look behind.
async fn c148_a_look_at_a_centers_volunteers_is_for_its_staff_and_on_record(test: TestDb) {
    let stage = stage(test, 1).await;
    let (db, center) = (&stage.test.db, CENTER.parse().unwrap());
    let (keyring, part) = (keyring(), Part::default());
    let looks = async |act: &Act| {
        [
            hours::waiting(db, act, &center).await.map(drop),
            hours::entered(db, act, &center, NOW, END).await.map(drop),
            stars::proposed(db, act, &center).await.map(drop),
            volunteers::applicants(db, act, &center).await.map(drop),
            volunteers::on_probation(db, act, &center).await.map(drop),
            certificates::of_center(db, act, &keyring, &center, &part)
                .await
                .map(drop),
        ]
    };
    let recorded = async || {
        let sql =
            "SELECT COUNT(*) FROM audit WHERE subject_kind = 'center' AND action LIKE '%.view'";
        stage.test.number(sql).await
    };
    for other in [kiosk(), resident(1)] {
        for look in looks(&other).await {
            assert_eq!(refused(look), Refusal::Forbidden);
        }
    }
    assert_eq!(recorded().await, 0);
    for _ in 0..2 {
        for look in looks(&stage.colleague(NOW)).await {
            look.unwrap();
        }
        assert_eq!(recorded().await, 6, "once in a quarter of an hour");
    }
}

store::on_both_databases! {
    c148_a_look_at_a_centers_volunteers_is_for_its_staff_and_on_record => super::c148_a_look_at_a_centers_volunteers_is_for_its_staff_and_on_record,
    a_star_is_proposed_by_the_ledger_and_granted_by_people => super::a_star_is_proposed_by_the_ledger_and_granted_by_people,
    c82_each_loss_of_a_half_is_one_alert_with_who_can_act => super::c82_each_loss_of_a_half_is_one_alert_with_who_can_act,
    c93_a_certificate_tells_what_was_recorded_and_what_happened_since => super::c93_a_certificate_tells_what_was_recorded_and_what_happened_since,
    an_assignments_ticket_checks_in_and_out_by_the_scan_of_every_ticket => super::an_assignments_ticket_checks_in_and_out_by_the_scan_of_every_ticket,
    whoever_waits_or_asks_is_not_let_in => super::whoever_waits_or_asks_is_not_let_in,
    a_shift_is_live_when_both_halves_are_there => super::a_shift_is_live_when_both_halves_are_there,
    a_card_stands_for_a_shift_too_and_a_booking_beside_it_is_asked_about => super::a_card_stands_for_a_shift_too_and_a_booking_beside_it_is_asked_about,
    a_short_code_and_the_roster_find_an_assignment => super::a_short_code_and_the_roster_find_an_assignment,
    c114_an_undone_check_in_leaves_the_place => super::c114_an_undone_check_in_leaves_the_place,
    rule_5_a_late_scan_of_somebody_taken_for_a_no_show_ends_as_if_in_time => super::rule_5_a_late_scan_of_somebody_taken_for_a_no_show_ends_as_if_in_time,
    c91_a_forgotten_check_out_is_closed_with_the_shift_and_looked_at => super::c91_a_forgotten_check_out_is_closed_with_the_shift_and_looked_at,
    a_lead_who_was_there_validates_what_the_scans_show => super::a_lead_who_was_there_validates_what_the_scans_show,
    c89_a_lead_takes_away_and_never_adds => super::c89_a_lead_takes_away_and_never_adds,
    one_place_is_validated_by_itself_and_once => super::one_place_is_validated_by_itself_and_once,
    only_time_with_a_lead_counts => super::only_time_with_a_lead_counts,
    c88_a_long_day_takes_a_second_word => super::c88_a_long_day_takes_a_second_word,
    c89_entered_hours_stand_apart_and_take_somebody_else => super::c89_entered_hours_stand_apart_and_take_somebody_else,
    c92_a_correction_is_added_and_the_volunteer_objects => super::c92_a_correction_is_added_and_the_volunteer_objects,
    ten_verified_hours_make_somebody_formal => super::ten_verified_hours_make_somebody_formal,
    c90_every_sum_is_the_ledgers => super::c90_every_sum_is_the_ledgers,
}
