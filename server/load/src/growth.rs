//! What a request costs when it comes alone, in a city of 100,000 bookings and in one of 1.2 million
//! (C-193): small databases hide what grows.

use crate::{
    base::{Base, Kind},
    crowd,
    direct::Meter,
    http::{Ask, storm},
    neighbourhood::{self, Tickets},
    site::{self, City, Running},
};
use anyhow::{Result, ensure};
use std::{fmt::Write as _, sync::Arc, time::Duration};

/// How much more something may cost in a city that is twelve times as large.
const MOST: f64 = 1.5;

/// Those of the crowd who have nothing else on but the door's date.
const BOOKERS: usize = crowd::PEOPLE - neighbourhood::BOOKED;

/// How often each free occurrence is booked.
const ROUNDS: usize = 5;

/// A figure needs some hundred requests, also of those that wait for the disk.
const LEAST: Duration = Duration::from_secs(3);

/// The two cities; a quick run compares smaller ones.
fn cities(is_quick: bool) -> [City; 2] {
    let by = if is_quick { 10 } else { 1 };
    [(10_000, 2_400, 100_000), (100_000, 28_000, 1_200_000)].map(
        |(accounts, activities, bookings)| City {
            accounts: accounts / by,
            activities: activities / by,
            bookings: bookings / by,
            past: 0,
        },
    )
}

/// Something that is asked for, over and over.
struct Wish {
    what: &'static str,
    /// CPU milliseconds that it may cost on SQLite, where that is an aim.
    aim: Option<f64>,
    /// How often it can be asked for at most.
    most: usize,
    /// The kinds of answers that are right.
    right: &'static [&'static str],
    ask: Arc<dyn Fn(usize) -> Ask + Send + Sync>,
}

/// The ids of occurrences that meet a condition.
async fn occurrences(base: &Base, condition: &str) -> Result<Vec<String>> {
    base.column(&format!(
        "SELECT o.id FROM occurrence o JOIN activity a ON a.id = o.activity_id
         WHERE a.field <> 'bench' AND o.min_age IS NULL AND o.max_age IS NULL
         AND o.starts_at > (SELECT MIN(starts_at) + 172800000 FROM occurrence e
             JOIN activity m ON m.id = e.activity_id WHERE m.field <> 'bench') AND {condition}
         ORDER BY o.id LIMIT {}",
        BOOKERS
    ))
    .await
}

async fn wishes(base: &Base) -> Result<Vec<Wish>> {
    let booked = "(SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = o.id AND b.state =";
    let full = occurrences(
        base,
        &format!(
            "o.capacity <= {booked} 'confirmed') AND o.waitlist_capacity <= {booked} 'waitlisted')"
        ),
    )
    .await?;
    let free = format!("o.capacity > {booked} 'confirmed') + {ROUNDS}");
    let free = occurrences(base, &free).await?;
    ensure!(
        !full.is_empty() && !free.is_empty(),
        "a city without places or without crowds"
    );
    let book = |of: &[String]| {
        let of: Vec<String> = of.to_vec();
        Arc::new(move |k: usize| {
            let occurrence = &of[k % of.len()];
            Ask {
                path: format!("/api/v1/occurrences/{occurrence}/bookings"),
                key: Some(format!("{k}-{occurrence}")),
                token: Some(crowd::secret(crowd::PEOPLE - 1 - k % BOOKERS)),
                ..Ask::default()
            }
        })
    };
    let page = |path: &str| {
        let path = path.to_owned();
        // Another query makes another page, which nobody has kept.
        Arc::new(move |k: usize| Ask::page(&format!("{path}?made_anew={k}")))
    };
    let read = |path: String| Arc::new(move |_: usize| Ask::page(&path));
    let tickets = Tickets::of(base).await?;
    let ok: &[&str] = &["200"];
    let (places, full_count) = ((free.len() * ROUNDS).min(BOOKERS), full.len());
    let center = neighbourhood::CENTER;
    let wish = |what, aim, most, right, ask| Wish {
        what,
        aim,
        most,
        right,
        ask,
    };
    let any = usize::MAX;
    Ok(vec![
        wish(
            "One occurrence, REST",
            None,
            any,
            ok,
            read(format!("/api/v1/occurrences/{}", free[0])),
        ),
        wish(
            "50 of the centers, REST",
            Some(0.5),
            any,
            ok,
            read("/api/v1/centers".into()),
        ),
        wish(
            "Search of centers, REST",
            Some(0.5),
            any,
            ok,
            read("/api/v1/centers?q=taojin".into()),
        ),
        wish(
            "What is on at a center, REST",
            None,
            any,
            ok,
            read(format!("/api/v1/centers/{center}/occurrences")),
        ),
        wish(
            "What is on, page made anew",
            Some(0.7),
            any,
            ok,
            page(&format!("/centers/{center}/whats-on")),
        ),
        wish(
            "A center's page made anew",
            Some(0.7),
            any,
            ok,
            page(&format!("/centers/{center}")),
        ),
        wish(
            "A booking alone, REST",
            Some(0.7),
            places,
            &["confirmed", "waitlisted"],
            book(&free),
        ),
        wish(
            "A refusal with alternatives, REST",
            Some(1.0),
            full_count,
            &["full"],
            book(&full),
        ),
        wish(
            "A check-in alone, REST",
            None,
            crowd::PEOPLE,
            &["admitted"],
            Arc::new(move |k| Ask {
                path: "/api/v1/check-ins".into(),
                key: Some(format!("door-{k}")),
                token: Some(neighbourhood::kiosk()),
                body: tickets.scan(k),
                ..Ask::default()
            }),
        ),
    ])
}

/// CPU milliseconds of each wish, the server's and the database's.
async fn measure(
    server: &Running,
    base: &Base,
    wishes: &[Wish],
    limit: Duration,
) -> Result<Vec<f64>> {
    let mut each = Vec::new();
    for wish in wishes {
        // A tenth, so that what happens at first use is over.
        let early = (wish.most / 10).min(100);
        let ask = wish.ask.clone();
        storm(&server.address, 1, early, limit, move |k| ask(k)).await?;
        let meter = Meter::start(server.pid(), base.kind)?;
        let ask = wish.ask.clone();
        let late = wish.most - early;
        let answers = storm(&server.address, 1, late, limit, move |k| ask(early + k)).await?;
        let right: usize = wish.right.iter().map(|kind| answers.of(kind)).sum();
        ensure!(
            right * 20 >= answers.count * 19,
            "{}: {:?}",
            wish.what,
            answers.kinds
        );
        let pace = meter.stop(answers.count, answers.count)?;
        each.push(pace.cpu_each() + pace.database_cpu_each());
    }
    Ok(each)
}

/// Both cities on one database.
pub(crate) async fn table(kind: Kind, is_quick: bool, limit: Duration) -> Result<String> {
    let (cities, limit) = (cities(is_quick), limit.max(LEAST));
    let mut columns = Vec::new();
    let mut names = Vec::new();
    let mut filled = Vec::new();
    for city in &cities {
        let (server, base, took) = site::city(kind, city).await?;
        filled.push(took);
        let wishes = wishes(&base).await?;
        columns.push(measure(&server, &base, &wishes, limit).await?);
        names = wishes.iter().map(|wish| (wish.what, wish.aim)).collect();
    }
    let head = |city: &City| format!("{} bookings", city.bookings);
    let mut text = format!(
        "| {kind}: CPU of server and database, one request at a time | {} | {} | Growth | Aim | |\n\
         | --- | ---: | ---: | ---: | --- | --- |\n",
        head(&cities[0]),
        head(&cities[1])
    );
    for (n, (what, aim)) in names.iter().enumerate() {
        let (small, large) = (columns[0][n], columns[1][n]);
        let growth = large / small;
        let aim = aim.filter(|_| kind == Kind::Sqlite);
        let reached = growth <= MOST && aim.is_none_or(|aim| large <= aim);
        let aim = aim.map_or_else(String::new, |aim| format!("; at most {aim} ms"));
        // Writing to a String can't fail.
        let _ = writeln!(
            text,
            "| {what} | {small:.2} ms | {large:.2} ms | **{growth:.2}** | within {MOST}{aim} | {} |",
            if reached { "reached" } else { "not yet" }
        );
    }
    let [small, large] = [filled[0], filled[1]];
    let most = if is_quick { 6.0 } else { 60.0 };
    let _ = writeln!(
        text,
        "| `bench-data` | {small:.1} s | {large:.1} s | | within {most} s | {} |",
        if large <= most { "reached" } else { "not yet" }
    );
    Ok(text)
}
