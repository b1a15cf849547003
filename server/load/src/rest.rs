//! Bookings over REST, each resident with a token of their own.

use crate::{
    base::{Base, Kind},
    crowd,
    direct::{AT_ONCE, Meter, Pace, oversold},
    http::{Ask, rush, storm},
    report::Line,
    site::Running,
};
use anyhow::{Result, ensure};
use domain::id::OccurrenceId;
use std::time::Duration;

fn ask(person: usize, occurrence: &OccurrenceId) -> Ask {
    Ask {
        path: format!("/api/v1/occurrences/{occurrence}/bookings"),
        key: Some(format!("{person}-{occurrence}")),
        token: Some(crowd::secret(person)),
        ..Ask::default()
    }
}

/// Spread bookings, and attempts on hot occurrences.
pub(crate) async fn measure(
    server: &Running,
    base: &Base,
    limit: Duration,
) -> Result<(Pace, Pace)> {
    let meter = Meter::start(server.pid(), base.kind)?;
    let many = crowd::SPREAD_ATTEMPTS;
    let answers = storm(&server.address, AT_ONCE, many, limit, |k| {
        let (person, of) = crowd::spread(k);
        ask(person, &crowd::occurrence(of))
    })
    .await?;
    let spread = meter.stop(answers.count, answers.of("confirmed"))?;
    ensure!(
        spread.booked == spread.attempts,
        "spread over REST: {:?}",
        answers.kinds
    );
    let mut hot = Pace::default();
    for round in 0..crowd::HOT - 1 {
        let meter = Meter::start(server.pid(), base.kind)?;
        let wish = move |k| ask(k, &crowd::hot(round));
        let answers = storm(&server.address, AT_ONCE, crowd::PEOPLE, limit, wish).await?;
        hot.add(meter.stop(answers.count, answers.of("confirmed"))?);
        let answered = answers.of("confirmed") + answers.of("full");
        ensure!(
            answered == answers.count,
            "hot over REST: {:?}",
            answers.kinds
        );
        if hot.took > limit {
            break;
        }
    }
    Ok((spread, hot))
}

/// 2,000 residents want the same activity within three seconds.
pub(crate) async fn crowd_comes(server: &Running, base: &Base) -> Result<Line> {
    let occurrence = crowd::hot(crowd::HOT - 1);
    let within = Duration::from_secs(3);
    let mut answers = rush(&server.address, crowd::PEOPLE, within, |k| {
        ask(k, &occurrence)
    })
    .await?;
    ensure!(oversold(base).await? == 0, "an occurrence was sold twice");
    let (confirmed, waitlisted, full) = (
        answers.of("confirmed"),
        answers.of("waitlisted"),
        answers.of("full"),
    );
    ensure!(
        (confirmed, waitlisted) == (crowd::HOT_PLACES, crowd::RUSH_WAITLIST)
            && confirmed + waitlisted + full == crowd::PEOPLE,
        "the rush: {:?}",
        answers.kinds
    );
    let took = answers.took.as_secs_f64();
    let slow = answers.percentile(99).as_secs_f64() * 1000.0;
    let text = format!(
        "last answer after {took:.2} s, 99 of 100 within {slow:.0} ms; {confirmed} confirmed, \
         {waitlisted} waitlisted, {full} full, none oversold"
    );
    let what = format!("2,000 attempts on one activity within 3 s, {}", base.kind);
    Ok(Line::new(what, text).aim("within 5 s", took <= 5.0))
}

/// A line of the report, for a rate of bookings.
pub(crate) fn line(what: String, pace: Pace, bare: Pace, grouped: Pace, kind: Kind) -> Line {
    let database = match kind {
        Kind::Sqlite => String::new(),
        Kind::Postgres => format!(" (and {:.2} of PostgreSQL's)", pace.database_cpu_each()),
    };
    let text = format!(
        "{:.0} attempts /s, {:.0} booked /s, {:.2} ms CPU an attempt{database}",
        pace.rate(),
        pace.booked as f64 / pace.took.as_secs_f64(),
        pace.cpu_each()
    );
    let note = format!(
        " ({:.0} /s grouped), {:.2} ms CPU",
        grouped.rate(),
        bare.cpu_each() + bare.database_cpu_each()
    );
    let reached = pace.rate() / bare.rate() >= 0.5 && pace.cpu_each() <= 0.25;
    Line::new(what, text)
        .beside(pace.rate(), bare.rate(), &note)
        .aim("at least 0.5; at most 0.25 ms", reached)
}
