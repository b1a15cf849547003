//! What a report costs over a city with a past: the first time, when it makes its sets of people; after
//! that; and after a center has changed.

use crate::{
    base::Kind,
    direct::Meter,
    http::{Ask, Connection},
    site::{self, City},
};
use anyhow::{Result, ensure};
use domain::time::{DAY, Timestamp};
use hyper::StatusCode;
use std::{
    fmt::Write as _,
    time::{Duration, Instant, SystemTime},
};

/// How often each report is asked for; more where that is quick.
const LEAST: u32 = 5;
const LONG: Duration = Duration::from_secs(3);

/// How often a report is asked for until it has been made for the first time.
const TRIES: u32 = 40;

/// How many days back the city goes.
const PAST: u32 = 182;

/// A report, and how long it may take.
struct Wish {
    what: &'static str,
    by: &'static str,
    /// Milliseconds on SQLite and on PostgreSQL.
    most: Option<(f64, f64)>,
}

const WISHES: [Wish; 4] = [
    Wish {
        what: "The city by district and month",
        by: "district,month",
        most: Some((2_000.0, 1_000.0)),
    },
    // One row: what takes the time is everybody once, out of all sets.
    Wish {
        what: "The city as one",
        by: "",
        most: None,
    },
    Wish {
        what: "The city by center",
        by: "center",
        most: None,
    },
    Wish {
        what: "The city by center, month and field",
        by: "center,month,field",
        most: None,
    },
];

/// A city of so many bookings, half of them in its past.
pub(crate) async fn table(kind: Kind, bookings: u32) -> Result<String> {
    let city = City {
        accounts: bookings / 12,
        activities: bookings / 43,
        bookings,
        past: PAST,
    };
    let (server, base, took) = site::city(kind, &city).await?;
    let token = site::token(&base, "city_supervisor", "city")?;
    let since_epoch = SystemTime::UNIX_EPOCH.elapsed()?;
    let now = Timestamp(since_epoch.as_millis().try_into()?);
    let (from, today) = (now.plus(-i64::from(PAST) * DAY).day(), now.day());
    let ask = |by: &str| Ask {
        path: format!("/api/v1/reports/attendance?scope=city&from={from}&to={today}&by={by}"),
        token: Some(token.clone()),
        ..Ask::default()
    };
    let mut connection = Connection::open(&server.address).await?;
    let mut text = format!(
        "| {kind}, {bookings} bookings, half of them over | Took | CPU of server and database | Aim | |\n\
         | --- | ---: | ---: | --- | --- |\n\
         | `bench-data` | {took:.0} s | | | |\n"
    );
    let first = Instant::now();
    // Whoever asks before the server's job has made all sets helps it, and of a large city in more than one
    // request's time.
    let mut tries = 0;
    loop {
        let (status, body) = connection.ask(&ask(WISHES[0].by)).await?;
        if status.is_success() {
            break;
        }
        tries += 1;
        ensure!(
            status == StatusCode::SERVICE_UNAVAILABLE && tries < TRIES,
            "{status}: {body:?}"
        );
    }
    // Writing to a String can't fail.
    let _ = writeln!(
        text,
        "| {}, the first time | {:.1} s | | | |",
        WISHES[0].what,
        first.elapsed().as_secs_f64()
    );
    for wish in &WISHES {
        let ask = ask(wish.by);
        let meter = Meter::start(server.pid(), base.kind)?;
        let (begun, mut rounds) = (Instant::now(), 0);
        while rounds < LEAST || begun.elapsed() < LONG {
            let (status, _) = connection.ask(&ask).await?;
            ensure!(status.is_success(), "{}: {status}", wish.what);
            rounds += 1;
        }
        let pace = meter.stop(rounds as usize, 0)?;
        let each = pace.took.as_secs_f64() * 1000.0 / f64::from(rounds);
        let most = wish.most.map(|(sqlite, postgres)| match kind {
            Kind::Sqlite => sqlite,
            Kind::Postgres => postgres,
        });
        let aim = most.map_or_else(String::new, |most| format!("at most {most} ms"));
        let reached = most.map_or("", |most| if each <= most { "reached" } else { "not yet" });
        let _ = writeln!(
            text,
            "| {} | {each:.1} ms | {:.1} ms | {aim} | {reached} |",
            wish.what,
            pace.cpu_each() + pace.database_cpu_each()
        );
    }
    Ok(text)
}
