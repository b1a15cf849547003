//! Whatever happens in whatever order to shifts that overlap (signing up, giving back, handing over,
//! swapping, moving, scans that come late, twice and by a wrong clock, closing), the same always holds,
//! on both databases. Steps are drawn by a number that a failure names.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::{door::*, volunteers::*, *};
use domain::{
    access::{Caller, Grant, Identity, Role as Duty, Scope},
    check_in::Direction,
    id::{AssignmentId, ShiftId, StaffId},
    shift::{AssignmentState, EVERY_LOSS, Halves, Role, State, lost},
    time::{HOUR, MINUTE, Timestamp},
};
use std::collections::BTreeMap;
use store::{
    Act, Error, assignments, check,
    check_ins::{self, NewCheckIn, Presented},
    hours,
    page::{Limit, Part},
    shifts,
    testing::TestDb,
};

const PEOPLE: u64 = 5;
const STEPS: u32 = 140;

/// The least number of volunteers of a shift: of every other one as many as find a place, so that each
/// who leaves is missed.
fn least(nth: usize) -> u32 {
    1 + u32::from(nth % 2 == 1)
}

/// Draws numbers (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        match all.len() {
            0 => None,
            many => all.get(usize::try_from(self.below(many as u64)).unwrap()),
        }
    }
}

/// One place in a shift, as it stands in the table.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Row {
    id: AssignmentId,
    shift_id: ShiftId,
    role: Role,
    person_id: Option<String>,
    state: AssignmentState,
}

/// How far a half stands, by its rows.
type Standing = BTreeMap<ShiftId, Halves>;

struct Walk {
    test: TestDb,
    dice: Dice,
    now: Timestamp,
    shifts: Vec<ShiftId>,
    leads: Vec<StaffId>,
    scans: u128,
    /// Alerts that there must have been.
    alerts: BTreeMap<(ShiftId, String), i64>,
    did: Vec<String>,
}

impl Walk {
    async fn begin(test: TestDb, seed: u64) -> Self {
        center(&test, &[], "single").await;
        accounts(&test, 1, u128::from(PEOPLE) + 1).await;
        formal(&test, 1, u128::from(PEOPLE) + 1).await;
        let mut shifts = Vec::new();
        // Two that overlap, one that follows the first at once, one on its own.
        for (nth, (from, to)) in (0..).zip([(1, 3), (2, 4), (3, 4), (5, 6)]) {
            let mut new = new_shift(0, 2, 2);
            new.needs.volunteers_min = least(nth);
            new.starts_at = NOW.plus(from * HOUR);
            new.ends_at = NOW.plus(to * HOUR);
            shifts.push(shift(&test, new).await);
        }
        let leads = vec![lead(&test, 1).await, lead(&test, 2).await];
        Self {
            test,
            dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
            now: NOW,
            shifts,
            leads,
            scans: 0,
            alerts: BTreeMap::new(),
            did: Vec::new(),
        }
    }

    async fn rows(&self) -> Vec<Row> {
        let mut tx = self.test.db.read().await.unwrap();
        // In an order that does not hang on the ids, which are others in every run.
        tx.sql(
            "SELECT a.id, a.shift_id, a.role, a.person_id, a.state FROM assignment a
             JOIN shift s ON s.id = a.shift_id
             ORDER BY s.starts_at, a.person_id, a.staff_id, a.asked_at, a.state, a.id",
        )
        .all()
        .await
        .unwrap()
    }

    fn desk(&self) -> Act {
        at(&social_worker(), self.now)
    }

    fn lead(&mut self) -> Act {
        let lead = self.dice.of(&self.leads).unwrap().clone();
        let grants = vec![Grant {
            role: Duty::SocialWorker,
            scope: Scope::parse(CENTER).unwrap(),
        }];
        let identity = Identity::Staff(lead);
        Act::new(Caller { identity, grants }, self.now, ids())
    }

    /// The volunteer whose place it is, as a caller.
    fn owner(&self, of: &Row) -> Option<Act> {
        let holder = (1..=u128::from(PEOPLE)).find(|n| {
            let person = person(*n).to_string();
            of.person_id.as_deref() == Some(person.as_str())
        })?;
        Some(at(&volunteer(holder), self.now))
    }

    fn anybody(&mut self) -> u128 {
        1 + u128::from(self.dice.below(PEOPLE))
    }

    /// A place that is held and not begun, of volunteers.
    async fn place(&mut self) -> Option<Row> {
        let mut rows = self.rows().await;
        rows.retain(|row| row.state == AssignmentState::Confirmed && row.role == Role::Volunteer);
        self.dice.of(&rows).cloned()
    }

    async fn step(&mut self) -> String {
        match self.dice.below(20) {
            0 | 1 => {
                self.now = self
                    .now
                    .plus((1 + i64::try_from(self.dice.below(35)).unwrap()) * MINUTE);
                "time".to_owned()
            }
            2 | 3 => self.sign_up().await,
            4 => self.give_back().await,
            5 => self.hand_over().await,
            6 => self.swap().await,
            7 => self.relocate().await,
            8 | 9 => self.lead_it().await,
            10..=15 => self.scan().await,
            16 => self.undo().await,
            _ => self.close().await,
        }
    }

    async fn sign_up(&mut self) -> String {
        let (n, shift) = (self.anybody(), self.dice.of(&self.shifts).unwrap().clone());
        let act = at(&volunteer(n), self.now);
        let placed = assignments::place(&self.test.db, &act, placing(n, &shift)).await;
        said("sign up", placed.map(|unmet| unmet.map(drop)))
    }

    async fn give_back(&mut self) -> String {
        let mut rows = self.rows().await;
        rows.retain(|row| {
            matches!(
                row.state,
                AssignmentState::Confirmed | AssignmentState::Waitlisted
            )
        });
        let Some(row) = self.dice.of(&rows).cloned() else {
            return String::new();
        };
        let act = self.owner(&row).unwrap_or_else(|| self.desk());
        let gone = assignments::withdraw(&self.test.db, &act, row.id, "").await;
        said("give back", gone.map(|_| Ok(())))
    }

    async fn hand_over(&mut self) -> String {
        let Some(row) = self.place().await else {
            return String::new();
        };
        let new = assignments::swap::NewOffer {
            hand_over: true,
            wishes: Vec::new(),
        };
        let owner = self.owner(&row).unwrap();
        let offered = assignments::swap::offer(&self.test.db, &owner, row.id.clone(), new).await;
        let offered = said("offer", offered.map(Ok));
        let act = at(&volunteer(self.anybody()), self.now);
        let taken = assignments::swap::take_over(&self.test.db, &act, row.id, None, false).await;
        offered + &said(", take over", taken.map(|unmet| unmet.map(drop)))
    }

    async fn swap(&mut self) -> String {
        let (Some(one), Some(other)) = (self.place().await, self.place().await) else {
            return String::new();
        };
        for (row, wish) in [(&one, &other), (&other, &one)] {
            let wish = assignments::swap::Wish {
                shift: wish.shift_id.clone(),
                risks_read: false,
            };
            let new = assignments::swap::NewOffer {
                hand_over: false,
                wishes: vec![wish],
            };
            let owner = self.owner(row).unwrap();
            let offered =
                assignments::swap::offer(&self.test.db, &owner, row.id.clone(), new).await;
            said("offer", offered.map(Ok));
        }
        let act = self.owner(&one).unwrap();
        let circle = vec![one.id, other.id];
        let swapped = assignments::swap::exchange(&self.test.db, &act, circle, false).await;
        said("swap", swapped.map(|unmet| unmet.map(drop)))
    }

    async fn relocate(&mut self) -> String {
        let Some(row) = self.place().await else {
            return String::new();
        };
        let to = self.dice.of(&self.shifts).unwrap().clone();
        let moved = assignments::relocate(&self.test.db, &self.desk(), row.id, to).await;
        said("move", moved.map(|unmet| unmet.map(drop)))
    }

    async fn lead_it(&mut self) -> String {
        let shift = self.dice.of(&self.shifts).unwrap().clone();
        let staff = self.dice.of(&self.leads).unwrap().clone();
        let led = assignments::assign_lead(&self.test.db, &self.desk(), shift, staff).await;
        said("lead", led.map(|unmet| unmet.map(drop)))
    }

    /// A scan of a ticket: now or some time ago, by a clock that may be wrong, sent once or twice.
    async fn scan(&mut self) -> String {
        let mut rows = self.rows().await;
        // Of what is over and done with some tickets are shown, too.
        if self.dice.below(8) > 0 {
            rows.retain(|row| row.state.holds_place());
        }
        let Some(row) = self.dice.of(&rows).cloned() else {
            return String::new();
        };
        self.scans += 1;
        let token = ticket::issue(&signer(), ticket::Kind::Assignment, row.id.uuid());
        let mut new = NewCheckIn::now(scan_id(self.scans), Presented::Code(token.into_string()));
        if self.dice.below(3) == 0 {
            new.direction = Direction::Out;
        }
        if self.dice.below(2) == 0 {
            let late = i64::try_from(self.dice.below(100)).unwrap() * MINUTE;
            let skew = (i64::try_from(self.dice.below(40)).unwrap() - 20) * MINUTE;
            new.sent_at = Some(self.now.plus(skew));
            new.at = Some(self.now.plus(skew - late));
        }
        let door = at(&kiosk(), self.now);
        let first = admit(&self.test, &door, new.clone()).await;
        if self.dice.below(4) == 0 {
            let again = admit(&self.test, &door, new).await;
            assert_eq!(first.verdict.outcome(), again.verdict.outcome());
        }
        format!("scan of {}: {:?}", row.id, first.verdict.outcome())
    }

    async fn undo(&mut self) -> String {
        if self.scans == 0 {
            return String::new();
        }
        let nth = 1 + u128::from(self.dice.below(u64::try_from(self.scans).unwrap()));
        let undone = check_ins::undo(&self.test.db, &self.desk(), &scan_id(nth)).await;
        said("undo", undone.map(|_| Ok(())))
    }

    async fn close(&mut self) -> String {
        let shift = self.dice.of(&self.shifts).unwrap().clone();
        let act = self.lead();
        let closed = hours::close(&self.test.db, &act, &shift, Vec::new()).await;
        said("close", closed.map(|_| Ok(())))
    }

    /// How far the halves of each shift stand, counted from the rows.
    async fn standing(&self) -> Standing {
        let rows = self.rows().await;
        let of = |nth: usize, shift: &ShiftId| {
            let count = |role: Role, counts: fn(AssignmentState) -> bool| {
                let of = rows.iter().filter(|row| row.shift_id == *shift);
                let of = of.filter(|row| row.role == role && counts(row.state));
                u32::try_from(of.count()).unwrap()
            };
            let is_in = |state| state == AssignmentState::CheckedIn;
            Halves {
                leads_min: 1,
                volunteers_min: least(nth),
                leads: count(Role::Lead, AssignmentState::holds_place),
                volunteers: count(Role::Volunteer, AssignmentState::holds_place),
                leads_in: count(Role::Lead, is_in),
                volunteers_in: count(Role::Volunteer, is_in),
            }
        };
        let all = self.shifts.iter().enumerate();
        all.map(|(nth, shift)| (shift.clone(), of(nth, shift)))
            .collect()
    }

    async fn goes_on(&mut self) {
        let (mut before, mut doubled) = (self.standing().await, 0);
        for _ in 0..STEPS {
            let step = self.step().await;
            let now_doubled = self.doubled().await;
            // Whoever left early may have taken something else; a scan that comes late may say that they
            // did not leave.
            let is_evidence = step.starts_with("scan") || step.starts_with("undo");
            let told = self.did.join("\n");
            assert!(
                is_evidence || now_doubled <= doubled,
                "C-78: {step}\n{told}"
            );
            doubled = now_doubled;
            self.did
                .push(format!("{} {step}", (self.now.0 - NOW.0) / MINUTE));
            let after = self.standing().await;
            self.count_losses(&before, &after).await;
            self.holds(&after).await;
            before = after;
        }
    }

    /// Pairs of places of one person, or one lead, at the same time.
    async fn doubled(&self) -> i64 {
        let pairs = "SELECT COUNT(*) FROM assignment a JOIN shift s ON s.id = a.shift_id
             JOIN assignment b ON b.id > a.id AND (b.person_id = a.person_id
                 OR b.staff_id = a.staff_id)
             JOIN shift t ON t.id = b.shift_id
             WHERE a.state IN ('confirmed', 'checked_in') AND b.state IN ('confirmed', 'checked_in')
             AND s.starts_at < t.ends_at AND t.starts_at < s.ends_at";
        self.test.number(pairs).await
    }

    /// Each half that fell is one alert, unless one of it is open.
    async fn count_losses(&mut self, before: &Standing, after: &Standing) {
        for shift in &self.shifts {
            let view = shifts::find(&self.test.db, shift).await.unwrap();
            let (was, is) = (&before[shift], &after[shift]);
            if view.closed_at.is_some() {
                continue;
            }
            for lost in lost(was, is, view.status, view.span, self.now) {
                let of = (shift.clone(), format!("{:?}/{:?}", lost.half, lost.loss));
                *self.alerts.entry(of).or_default() += 1;
            }
        }
    }

    async fn holds(&self, standing: &Standing) {
        let told = || self.did.join("\n");
        let wrong = check::shifts(&self.test.db).await.unwrap();
        assert_eq!(wrong, [], "the counts\n{}", told());
        for shift in &self.shifts {
            let view = shifts::find(&self.test.db, shift).await.unwrap();
            let halves = &standing[shift];
            assert!(halves.volunteers <= 2, "C-80 {shift}\n{}", told());
            if view.state(self.now) == State::Live {
                let both = halves.leads_in >= 1 && halves.volunteers_in >= halves.volunteers_min;
                assert!(both, "C-82 live without both halves: {shift}\n{}", told());
            }
        }
        for lost in EVERY_LOSS {
            for shift in &self.shifts {
                let of = (shift.clone(), format!("{:?}/{:?}", lost.half, lost.loss));
                let raised = format!(
                    "SELECT COUNT(*) FROM shift_alert WHERE shift_id = '{shift}'
                     AND half = '{}' AND loss = '{}'",
                    lost.half.as_str(),
                    lost.loss.as_str()
                );
                let expected = self.alerts.get(&of).copied().unwrap_or_default();
                let raised = self.test.number(&raised).await;
                assert_eq!(raised, expected, "one alert a loss: {of:?}\n{}", told());
            }
        }
        self.ledger_holds().await;
    }

    /// The sums are the entries, and nobody has more than the time in which their shifts were (C-86,
    /// C-90).
    async fn ledger_holds(&self) {
        for n in 1..=u128::from(PEOPLE) {
            let all = Part::first(Limit::of(100));
            let mine = hours::of_account(&self.test.db, &account(n), None, &all).await;
            let mine = mine.unwrap();
            let entries: i64 = mine
                .entries
                .items
                .iter()
                .map(|entry| entry.sum.minutes)
                .sum();
            let totals = mine.totals;
            let shown = totals.verified + totals.entered + totals.pending;
            assert_eq!(shown, entries, "C-90");
            // From three to eight, and from nine to eleven.
            assert!(
                entries <= 7 * 60,
                "C-86: {entries}\n{}",
                self.did.join("\n")
            );
            for entry in &mine.entries.items {
                let shift = shifts::find(&self.test.db, &entry.shift_id).await.unwrap();
                let length = (shift.span.end().0 - shift.span.start().0) / MINUTE;
                assert!(entry.sum.minutes <= length, "C-87\n{}", self.did.join("\n"));
            }
        }
    }
}

/// What came of a step; anything but a refusal is a fault.
fn said<T>(what: &str, told: store::Result<Result<T, Vec<domain::Refusal>>>) -> String {
    match told {
        Ok(Ok(_)) => format!("{what}: done"),
        Ok(Err(unmet)) => {
            let codes: Vec<_> = unmet.iter().map(domain::Refusal::code).collect();
            format!("{what}: {}", codes.join(", "))
        }
        Err(Error::Refused(refusal)) => format!("{what}: {}", refusal.code()),
        Err(error) => panic!("{what}: {error:?}"),
    }
}

async fn walk<const SEED: u64>(test: TestDb) {
    let mut walk = Walk::begin(test, SEED).await;
    walk.goes_on().await;
    for often in [
        "sign up: done",
        "lead: done",
        "Admitted",
        "done, take over",
        "close: done",
    ] {
        let came_about = walk.did.iter().any(|did| did.contains(often));
        assert!(came_about, "nothing is shown without “{often}”");
    }
}

store::on_both_databases! {
    walk_2 => super::walk::<2>,
    walk_5 => super::walk::<5>,
    walk_6 => super::walk::<6>,
    walk_8 => super::walk::<8>,
    walk_10 => super::walk::<10>,
    walk_13 => super::walk::<13>,
}
