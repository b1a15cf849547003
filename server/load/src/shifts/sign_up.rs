//! Four hundred volunteers sign up for two hundred places: exactly those are given, and everybody is
//! answered.

use super::{LINE, PLACES, ROUNDS, VOLUNTEERS, cpu, shift};
use crate::{
    base::{Base, Kind},
    crowd,
    direct::{AT_ONCE, Meter, Pace},
    http::{Answers, Ask, rush, storm},
    report::Line,
    site::Running,
};
use anyhow::{Context, Result, ensure};
use domain::{Refusal, access::Caller, activity::Channel, id::ShiftId, shift::AssignmentState};
use std::time::Duration;
use store::{
    Act, Db, Ids, Key,
    assignments::{self, Placing},
};

/// What became of those who tried.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ends {
    confirmed: usize,
    waitlisted: usize,
    full: usize,
}

/// What is right.
const EXACT: Ends = Ends {
    confirmed: PLACES,
    waitlisted: LINE,
    full: VOLUNTEERS - PLACES - LINE,
};

impl Ends {
    fn of(answers: &Answers) -> Self {
        Self {
            confirmed: answers.of("confirmed"),
            waitlisted: answers.of("waitlisted"),
            full: answers.of("full"),
        }
    }

    fn add(&mut self, other: &Self) {
        self.confirmed += other.confirmed;
        self.waitlisted += other.waitlisted;
        self.full += other.full;
    }
}

async fn attempt(db: &Db, ids: Ids, n: usize, shift: ShiftId) -> Result<Ends> {
    let account = crowd::account(n);
    let act = Act::new(Caller::resident(account.clone()), crowd::NOW, ids);
    let key = Key::new(&format!("{n}-{shift}"), &[shift.as_str().as_bytes()])
        .map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    let placing = Placing {
        shift,
        account,
        person: None,
        position: None,
        risks_read: false,
        may_wait: true,
        channel: Channel::Online,
        override_reason: None,
    };
    let mut ends = Ends::default();
    match assignments::place(db, &act.with_key(Some(key)), placing).await? {
        Ok(view) if view.state == AssignmentState::Confirmed => ends.confirmed += 1,
        Ok(view) if view.state == AssignmentState::Waitlisted => ends.waitlisted += 1,
        Err(unmet) if unmet == [Refusal::Full] => ends.full += 1,
        other => anyhow::bail!("signing up was answered {other:?}"),
    }
    Ok(ends)
}

/// Rounds of everybody at once, without a server, until time is up.
pub(super) async fn directly(db: &Db, base: &Base, limit: Duration) -> Result<Pace> {
    let mut all = Pace::default();
    for round in 0..ROUNDS {
        let meter = Meter::start(std::process::id(), base.kind)?;
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..VOLUNTEERS {
            let ids = Ids::repeatable((1_000 + round as u64) * 1_000_003 + n as u64 * 7_919);
            let (db, shift) = (db.clone(), shift(round));
            tasks.spawn(async move { attempt(&db, ids, n, shift).await });
        }
        let mut ends = Ends::default();
        for end in tasks.join_all().await {
            ends.add(&end.context("somebody was not answered")?);
        }
        all.add(meter.stop(VOLUNTEERS, ends.confirmed)?);
        ensure!(ends == EXACT, "round {round}: {ends:?}");
        if all.took > limit {
            break;
        }
    }
    exact(base).await?;
    Ok(all)
}

/// Whether no shift has more volunteers than it takes, and each says what its rows say.
async fn exact(base: &Base) -> Result<()> {
    let wrong = base
        .number(
            "SELECT COUNT(*) FROM shift s WHERE s.volunteers > s.volunteers_max
             OR s.waiting > s.waitlist_capacity
             OR s.volunteers <> (SELECT COUNT(*) FROM assignment a WHERE a.shift_id = s.id
                 AND a.role = 'volunteer'
                 AND a.state IN ('confirmed', 'checked_in', 'checked_out', 'validated'))
             OR s.waiting <> (SELECT COUNT(*) FROM assignment a WHERE a.shift_id = s.id
                 AND a.state = 'waitlisted')",
        )
        .await?;
    ensure!(wrong == 0, "{wrong} shifts are over their numbers");
    Ok(())
}

fn ask(n: usize, shift: &ShiftId) -> Ask {
    Ask {
        path: format!("/api/v1/shifts/{shift}/assignments"),
        key: Some(format!("{n}-{shift}")),
        token: Some(crowd::secret(n)),
        body: "{}".to_owned(),
        ..Ask::default()
    }
}

/// All at the same moment, each on a connection of their own.
pub(super) async fn at_once(server: &Running, base: &Base) -> Result<Line> {
    let of = shift(ROUNDS - 1);
    let mut answers = rush(&server.address, VOLUNTEERS, Duration::ZERO, |n| ask(n, &of)).await?;
    let ends = Ends::of(&answers);
    ensure!(
        ends == EXACT && answers.count == VOLUNTEERS,
        "at once over REST: {:?}",
        answers.kinds
    );
    exact(base).await?;
    let took = answers.took.as_secs_f64();
    let slow = answers.percentile(99).as_secs_f64() * 1000.0;
    let text = format!(
        "last answer after {took:.2} s, 99 of 100 within {slow:.0} ms; {} confirmed, {} waitlisted, \
         {} full, nobody dropped",
        ends.confirmed, ends.waitlisted, ends.full
    );
    let what = format!("400 volunteers at once for 200 places, {}", base.kind);
    Ok(Line::new(what, text).aim("exact; within 3 s", took <= 3.0))
}

/// Rounds over REST, each volunteer with a token of their own.
pub(super) async fn over_rest(server: &Running, base: &Base, limit: Duration) -> Result<Pace> {
    let mut all = Pace::default();
    for round in 0..ROUNDS - 1 {
        let of = shift(round);
        let meter = Meter::start(server.pid(), base.kind)?;
        let wish = move |n| ask(n, &of);
        let answers = storm(&server.address, AT_ONCE, VOLUNTEERS, Duration::MAX, wish).await?;
        all.add(meter.stop(answers.count, answers.of("confirmed"))?);
        ensure!(
            Ends::of(&answers) == EXACT,
            "round {round} over REST: {:?}",
            answers.kinds
        );
        if all.took > limit {
            break;
        }
    }
    exact(base).await?;
    Ok(all)
}

/// A line of the report.
pub(super) fn line(way: &str, kind: Kind, pace: &Pace) -> Line {
    let text = format!(
        "{:.0} attempts /s, {}, exact in {} rounds of {VOLUNTEERS}",
        pace.rate(),
        cpu(pace, kind, "an attempt"),
        pace.attempts / VOLUNTEERS
    );
    let line = Line::new(format!("Signing up for a shift, {kind}, {way}"), text);
    match kind {
        Kind::Sqlite => line.aim("exact; at most 0.25 ms", pace.cpu_each() <= 0.25),
        Kind::Postgres => line.aim("exact", true),
    }
}
