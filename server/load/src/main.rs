//! Benchmarks pages and bookings against a bare handler and a bare database in a single run (`make
//! bench`). The table goes to standard output and `target/bench.md`. `QUICK=1` measures less long.
//!
//! Everything shares one machine, the load generator included, so rates depend on how its cores are
//! divided between server, load and database. The server's CPU time is the steadier figure.

mod bare;
mod base;
mod browser;
mod crowd;
mod direct;
mod door;
mod growth;
mod http;
mod neighbourhood;
mod pages;
mod process;
mod report;
mod reports;
mod rest;
mod shifts;
mod site;

use anyhow::Result;
use base::Kind;
use report::Line;
use std::time::{Duration, Instant};

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["bare-page", address] => bare::serve_page(address).await,
        ["store"] => show(&report::table(&bookings(limit(), false).await?)),
        ["shifts"] => show(&report::table(&shifts::lines(limit()).await?)),
        ["growth"] => show(&grown(&[Kind::Sqlite, Kind::Postgres]).await?),
        ["growth", "sqlite"] => show(&grown(&[Kind::Sqlite]).await?),
        ["growth", "postgres"] => show(&grown(&[Kind::Postgres]).await?),
        ["reports", kind, bookings] => {
            let kind = match *kind {
                "postgres" => Kind::Postgres,
                _ => Kind::Sqlite,
            };
            show(&reports::table(kind, bookings.parse()?).await?)
        }
        [] => everything().await,
        _ => anyhow::bail!(
            "arguments: none, `store` for the bookings without a server, `shifts` for what volunteers do, `growth` for the large city (`growth sqlite`), or `reports sqlite 12000000` for reports over a city with a past"
        ),
    }
}

fn is_quick() -> bool {
    std::env::var_os("QUICK").is_some_and(|value| !value.is_empty() && value != "0")
}

/// How long each rate is measured for.
fn limit() -> Duration {
    Duration::from_secs(if is_quick() { 1 } else { 4 })
}

fn step(what: &str) {
    eprintln!("  {what}");
}

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn show(table: &str) -> Result<()> {
    println!("{table}");
    std::fs::write("target/bench.md", table)?;
    Ok(())
}

async fn everything() -> Result<()> {
    let begun = Instant::now();
    let limit = limit();
    let mut lines = Vec::new();
    step("pages");
    let (server, base) = site::server(Kind::Sqlite).await?;
    {
        let bare = site::bare_page().await?;
        lines.extend(pages::lines(&bare, &server, &base, limit).await?);
    }
    let paths = pages::paths(&base).await?;
    let after_pages = server.peak_memory()?;
    step("browser");
    let cookie = crowd::sign_in(&base, 0).await?;
    let browser = browser::lines(&server, &paths, &cookie);
    drop((server, base));
    lines.extend(bookings(limit, true).await?);
    lines.extend(shifts::lines(limit).await?);
    lines.push(
        Line::new(
            "Memory at most while pages were asked for",
            format!("{after_pages:.0} MB"),
        )
        .aim("at most 150 MB", after_pages <= 150.0),
    );
    lines.extend(browser?);
    let mut table = report::table(&lines);
    table.push('\n');
    table.push_str(&grown(&[Kind::Sqlite, Kind::Postgres]).await?);
    for kind in [Kind::Sqlite, Kind::Postgres] {
        step(&format!("reports on {kind}"));
        let bookings = if is_quick() { 60_000 } else { 1_200_000 };
        table.push_str(&reports::table(kind, bookings).await?);
        table.push('\n');
    }
    show(&table)?;
    step(&format!(
        "measured in {:.0} s",
        begun.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// What grows with the city, on these databases.
async fn grown(kinds: &[Kind]) -> Result<String> {
    let mut text = String::new();
    for kind in kinds {
        step(&format!("a large city on {kind}"));
        text.push_str(&growth::table(*kind, is_quick(), limit()).await?);
        text.push('\n');
    }
    Ok(text)
}

/// Bookings on both databases: through the store and, if wanted, through a server.
async fn bookings(limit: Duration, served: bool) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        step(&format!("bookings on {kind}"));
        let bare_spread = bare::measure(kind, bare::spread, 1, limit).await?;
        let bare_hot = bare::measure(kind, bare::hot, 1, limit).await?;
        let grouped_spread = bare::measure(kind, bare::spread, bare::GROUP, limit).await?;
        let grouped_hot = bare::measure(kind, bare::hot, bare::GROUP, limit).await?;
        let mut add = |way: &str, spread, hot| {
            let what = |where_to: &str| format!("Booking {where_to}, {kind}, {way}");
            lines.push(rest::line(
                what("spread over 400"),
                spread,
                bare_spread,
                grouped_spread,
                kind,
            ));
            lines.push(rest::line(
                what("on one hot occurrence"),
                hot,
                bare_hot,
                grouped_hot,
                kind,
            ));
        };
        let direct::Measured { spread, hot, door } = direct::measure(kind, limit).await?;
        add("store", spread, hot);
        if served {
            let (server, base) = site::server(kind).await?;
            let (spread, hot) = rest::measure(&server, &base, limit).await?;
            add("REST", spread, hot);
            lines.push(rest::crowd_comes(&server, &base).await?);
            let peak = server.peak_memory()?;
            let what = format!("Memory at most under this load, {kind}");
            lines.push(
                Line::new(what, format!("{peak:.0} MB")).aim("at most 150 MB", peak <= 150.0),
            );
        }
        lines.push(rest::line(
            format!("Check-in by ticket, {kind}, store"),
            door,
            bare_spread,
            grouped_spread,
            kind,
        ));
    }
    Ok(lines)
}
