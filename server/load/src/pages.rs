//! Pages as an anonymous visitor sees them, against a handler with a prepared page.

use crate::{
    base::{Base, Kind},
    direct::{Meter, Pace},
    http::{Ask, storm},
    report::Line,
    site::Running,
};
use anyhow::{Result, ensure};
use std::time::Duration;

/// Concurrent connections.
const CONNECTIONS: usize = 32;

async fn measure(address: &str, pid: u32, path: &str, limit: Duration) -> Result<(Pace, usize)> {
    let ask = {
        let path = path.to_owned();
        move |_| Ask::page(&path)
    };
    // Warm-up: whatever is compiled or loaded on first use isn't measured.
    storm(address, CONNECTIONS, 200, limit, ask.clone()).await?;
    let meter = Meter::start(pid, Kind::Sqlite)?;
    let answers = storm(address, CONNECTIONS, usize::MAX, limit, ask).await?;
    ensure!(
        answers.of("200") == answers.count,
        "{path}: {:?}",
        answers.kinds
    );
    Ok((
        meter.stop(answers.count, answers.count)?,
        answers.bytes / answers.count.max(1),
    ))
}

/// The pages that most visits see.
pub(crate) async fn paths(base: &Base) -> Result<[(&'static str, String); 3]> {
    let ids = base
        .texts(
            "SELECT o.center_id, o.id FROM occurrence o JOIN activity a ON a.id = o.activity_id
             JOIN center c ON c.id = o.center_id WHERE o.status = 'published'
             AND a.status = 'published' AND a.enrolment = 'single' AND c.status = 'open'
             AND o.allocation = 'first_come' AND c.district_code <> '990000'
             AND o.starts_at > (SELECT MIN(starts_at) + 172800000 FROM occurrence)
             AND o.capacity > 1 + (SELECT COUNT(*) FROM booking b WHERE b.occurrence_id = o.id)
             AND o.held_back = 0 AND o.min_age IS NULL AND o.residents_first_until IS NULL
             ORDER BY o.starts_at, o.id LIMIT 1",
        )
        .await?;
    let (center, occurrence) = ids;
    Ok([
        ("home", "/".to_owned()),
        ("center", format!("/centers/{center}")),
        ("occurrence", format!("/occurrences/{occurrence}")),
    ])
}

pub(crate) async fn lines(
    bare: &Running,
    server: &Running,
    base: &Base,
    limit: Duration,
) -> Result<Vec<Line>> {
    let (plain, _) = measure(&bare.address, bare.pid(), "/", limit).await?;
    let mut lines = Vec::new();
    for (name, path) in paths(base).await? {
        let (pace, bytes) = measure(&server.address, server.pid(), &path, limit).await?;
        let ratio = pace.rate() / plain.rate();
        let cpu = pace.cpu_each();
        let text = format!(
            "{:.0} /s, {cpu:.2} ms CPU each, {bytes} bytes of HTML",
            pace.rate()
        );
        let note = format!(", {:.3} ms CPU", plain.cpu_each());
        let line =
            Line::new(format!("Page: {name}"), text).beside(pace.rate(), plain.rate(), &note);
        lines.push(match name {
            "occurrence" => line.aim("at least 0.2; at most 0.5 ms", ratio >= 0.2 && cpu <= 0.5),
            _ => line.aim("at most 0.5 ms", cpu <= 0.5),
        });
    }
    Ok(lines)
}
