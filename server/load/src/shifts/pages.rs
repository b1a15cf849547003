//! What suits a volunteer among two thousand shifts, and a week of two hundred at one center.

use super::cpu;
use crate::{
    base::{Base, Kind},
    crowd,
    direct::{Meter, Pace},
    http::{Ask, storm},
    neighbourhood,
    report::Line,
    site::Running,
};
use anyhow::{Result, ensure};
use data_encoding::HEXLOWER;
use domain::{
    access::Caller,
    id::CenterId,
    time::{DAY, Timestamp},
};
use sha2::{Digest, Sha256};
use std::time::Duration;
use store::{
    Act, Ids,
    bench_data::{self, Work},
    roster::monday_of,
};
use uuid::Uuid;

/// A center with nothing but its week.
const CENTER: &str = "SZ990000000-03";
/// Shifts that can be signed up for in the coming month.
const OPEN: u32 = 2_000;
/// Shifts of the year before.
const OVER: u32 = 20_000;
/// Shifts of the center's week.
const WEEK: u32 = 200;
/// Its volunteers.
const VOLUNTEERS: u32 = 600;
/// Its social workers.
const LEADS: u32 = 20;
/// Concurrent connections.
const CONNECTIONS: usize = 8;
/// How often a proposal is asked for: each takes most of a second.
const PROPOSALS: usize = 3;

/// Writes the shifts and their people into the database of a running server.
async fn settle(base: &Base, now: Timestamp) -> Result<()> {
    base.run(format!(
        "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
         community, name_source, status) VALUES ('{CENTER}', '测速三中心', '990000', '测速区',
         '990000000', '测速街道', '测速三社区', 'nbs2023', 'open');"
    ))
    .await?;
    let db = base.open(2).await?;
    let act = Act::new(Caller::system(), now, Ids::repeatable(23));
    let of_city = Work {
        center: None,
        from: now.plus(DAY).day(),
        days: 29,
        shifts: OPEN,
        volunteers: 1_000,
        leads: 0,
        held: 50,
        seed: 31,
    };
    let over = Work {
        from: now.plus(-400 * DAY).day(),
        days: 399,
        shifts: OVER,
        volunteers: 0,
        held: 0,
        seed: 32,
        ..of_city.clone()
    };
    let week = Work {
        center: Some(CENTER.parse::<CenterId>()?),
        from: monday_of(now.plus(7 * DAY)),
        days: 7,
        shifts: WEEK,
        volunteers: VOLUNTEERS,
        leads: LEADS,
        held: 60,
        seed: 33,
    };
    // The week last: its volunteers are to be of its center.
    for work in [of_city, over, week] {
        bench_data::work(&db, &act, work).await?;
    }
    db.close().await;
    Ok(())
}

/// Signs a social worker of the center in and returns the browser's cookie.
async fn staff(base: &Base, now: Timestamp) -> Result<String> {
    let secret = "load-measurement-staff".to_owned();
    let hash = HEXLOWER.encode(&Sha256::digest(&secret));
    base.run(format!(
        "INSERT INTO login (id, secret_hash, kind, staff_id, created_at, last_seen_at, expires_at)
         VALUES ('{}', '{hash}', 'staff', (SELECT MIN(staff_id) FROM role_grant
             WHERE scope = 'center:{CENTER}'), {now}, {now}, {})",
        Uuid::from_u128(0x5100_0000),
        now.plus(DAY).0,
        now = now.0
    ))
    .await?;
    Ok(secret)
}

/// The same request over and over; how fast, and bytes of an answer.
async fn measure(
    server: &Running,
    kind: Kind,
    ask: &Ask,
    connections: usize,
    many: usize,
    limit: Duration,
) -> Result<(Pace, usize)> {
    let asked = ask.clone();
    let wish = move |_| asked.clone();
    storm(
        &server.address,
        connections,
        many.div_ceil(4).min(50),
        limit,
        wish.clone(),
    )
    .await?;
    let meter = Meter::start(server.pid(), kind)?;
    let answers = storm(&server.address, connections, many, limit, wish).await?;
    ensure!(
        answers.of("200") == answers.count && answers.count > 0,
        "{}: {:?}",
        ask.path,
        answers.kinds
    );
    Ok((
        meter.stop(answers.count, answers.count)?,
        answers.bytes / answers.count,
    ))
}

/// A page to be measured.
struct Page {
    what: &'static str,
    ask: Ask,
    /// CPU milliseconds that it may cost on SQLite, and how that is said.
    aim: Option<(f64, &'static str)>,
}

fn all(resident: String, staff: String, week: &str) -> [Page; 5] {
    let page = |path: String, cookie: &str| Ask {
        cookie: Some(cookie.to_owned()),
        ..Ask::page(&path)
    };
    let mine = |path: &str| page(path.to_owned(), &resident);
    [
        Page {
            what: "Page: shifts for me, 2,000 open",
            ask: mine("/shifts"),
            aim: Some((1.0, "at most 1 ms")),
        },
        Page {
            what: "Page: shifts that fit me, 2,000 open",
            ask: mine("/shifts?fits=1"),
            aim: Some((1.0, "at most 1 ms")),
        },
        Page {
            what: "Shifts that fit me, 2,000 open, REST",
            ask: Ask {
                token: Some(crowd::secret(0)),
                ..Ask::page("/api/v1/me/shifts?fits=true")
            },
            aim: Some((1.0, "at most 1 ms")),
        },
        Page {
            what: "Page: a week's roster, 200 shifts and 600 volunteers",
            ask: page(
                format!("/staff/centers/{CENTER}/roster?week={week}"),
                &staff,
            ),
            aim: Some((5.0, "at most 5 ms")),
        },
        Page {
            what: "Page: a proposal for that week",
            ask: page(
                format!("/staff/centers/{CENTER}/roster/fill?week={week}"),
                &staff,
            ),
            aim: None,
        },
    ]
}

pub(super) async fn lines(server: &Running, base: &Base, limit: Duration) -> Result<Vec<Line>> {
    let now = neighbourhood::now()?;
    settle(base, now).await?;
    let (resident, staff) = (crowd::sign_in(base, 0).await?, staff(base, now).await?);
    let week = monday_of(now.plus(7 * DAY)).to_string();
    let kind = base.kind;
    let mut lines = Vec::new();
    for page in all(resident, staff, &week) {
        let what = format!("{}, {kind}", page.what);
        let line = match page.aim {
            Some((aim, said)) => {
                let (pace, bytes) =
                    measure(server, kind, &page.ask, CONNECTIONS, usize::MAX, limit).await?;
                let each = cpu(&pace, kind, "each");
                let text = format!("{:.0} /s, {each}, {bytes} bytes", pace.rate());
                let line = Line::new(what, text);
                match kind {
                    Kind::Sqlite => line.aim(said, pace.cpu_each() <= aim),
                    Kind::Postgres => line,
                }
            }
            None => {
                let (pace, bytes) =
                    measure(server, kind, &page.ask, 1, PROPOSALS, Duration::MAX).await?;
                let took = pace.took.as_secs_f64() / pace.attempts as f64;
                let each = cpu(&pace, kind, "each");
                Line::new(what, format!("{took:.2} s, {each}, {bytes} bytes"))
            }
        };
        lines.push(line);
    }
    Ok(lines)
}
