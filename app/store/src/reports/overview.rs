//! How the centers of a scope stand: what is out of order at each, and its last two weeks.

use super::{assemble::Line, attendance, scope::Within};
use crate::{Act, Db, Result, Tx, agencies, bookings::small, centers::CenterSummary};
use domain::{
    access::Scope,
    desk_today::months_from,
    id::CenterId,
    kiosk::{Light, contact},
    overview::{Concern, Facts, LEADS_AHEAD, concerns, last_weeks},
    report::{Asked, By, Days, Month, PlaceBy},
    time::{DAY, Timestamp},
};
use std::collections::{BTreeMap, HashMap};

/// All centers of a scope.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The last week that is over, and the one before it.
    pub weeks: [Days; 2],
    /// Whether there is demo data among it.
    pub is_demo: bool,
    /// By code.
    pub centers: Vec<Standing>,
}

/// How a center stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Which.
    pub center: CenterSummary,
    /// What is out of order, and how much of it.
    pub concerns: Vec<(Concern, u32)>,
    /// Its last two weeks; none for one in which nothing happened.
    pub weeks: [Option<Line>; 2],
}

/// How the centers of a scope stand. What is about too few people is hidden as in every report.
///
/// # Errors
/// As of [`attendance`].
pub async fn overview(db: &Db, act: &Act, scope: &Scope) -> Result<Overview> {
    let mut tx = db.read().await?;
    let within = Within::of(&mut tx, &act.caller, scope).await?;
    let mut facts = facts(&mut tx, &within, act.now).await?;
    drop(tx);
    let weeks = last_weeks(act.now.day());
    let (is_demo, mut last) = week(db, act, scope, weeks[0]).await?;
    let (_, mut before) = week(db, act, scope, weeks[1]).await?;
    let standings = within.centers.into_iter().map(|center| Standing {
        concerns: concerns(&facts.remove(&center.id).unwrap_or_default(), act.now),
        weeks: [last.remove(&center.id), before.remove(&center.id)],
        center,
    });
    Ok(Overview {
        weeks,
        is_demo,
        centers: standings.collect(),
    })
}

/// A week by center, and whether there is demo data at any.
async fn week(
    db: &Db,
    act: &Act,
    scope: &Scope,
    days: Days,
) -> Result<(bool, HashMap<CenterId, Line>)> {
    let asked = Asked {
        scope: scope.clone(),
        days,
        by: By {
            place: PlaceBy::Center,
            ..By::default()
        },
    };
    let report = attendance(db, act, &asked).await?;
    let lines = report.rows.into_iter().filter_map(|line| {
        let center = line.place.as_ref()?.center.clone()?;
        Some((center, line))
    });
    Ok((report.is_demo, lines.collect()))
}

/// What is known of each center that anything is known of.
async fn facts(tx: &mut Tx, within: &Within, now: Timestamp) -> Result<BTreeMap<CenterId, Facts>> {
    let mut facts: BTreeMap<CenterId, Facts> = BTreeMap::new();
    for (center, many) in no_lead(tx, within, now).await? {
        facts.entry(center).or_default().no_lead = small(many)?;
    }
    for (center, over, came) in seen(tx, within, now).await? {
        let of = facts.entry(center).or_default();
        (of.over, of.came) = (small(over)?, small(came)?);
    }
    for (center, seen_at) in kiosks(tx, within).await? {
        let is_silent = contact(seen_at, now) == Light::Red;
        facts.entry(center).or_default().kiosks += u32::from(is_silent);
    }
    for (center, occurrence, shift) in firsts(tx, within).await? {
        let first = occurrence.into_iter().chain(shift).min();
        facts.entry(center).or_default().first = first;
    }
    for (center, term) in agencies::lasting(tx, now).await? {
        facts.entry(center).or_default().contracts.push(term);
    }
    for (center, month) in closed(tx, within, months_from(now)).await? {
        let month: Month = month.parse()?;
        facts.entry(center).or_default().closed.insert(month);
    }
    Ok(facts)
}

/// How many shifts of the next day nobody leads.
async fn no_lead(tx: &mut Tx, within: &Within, now: Timestamp) -> Result<Vec<(CenterId, i64)>> {
    let centers = within.over.condition(tx, "s.center_id", "$3");
    let text = format!(
        "SELECT s.center_id, COUNT(*) FROM shift s WHERE s.starts_at >= $1 AND s.starts_at < $2
         AND s.status = 'published' AND s.leads = 0 AND {centers} GROUP BY s.center_id"
    );
    within
        .over
        .begin(tx, text, [now, now.plus(LEADS_AHEAD)])
        .all()
        .await
}

/// How many dates are over since the beginning of yesterday that people had booked, and how many came.
async fn seen(tx: &mut Tx, within: &Within, now: Timestamp) -> Result<Vec<(CenterId, i64, i64)>> {
    let yesterday = Timestamp::start_of(now.day()).plus(-DAY);
    let centers = within.over.condition(tx, "o.center_id", "$3");
    let text = format!(
        "SELECT o.center_id, COUNT(*), CAST(SUM(o.came) AS BIGINT)
         FROM occurrence o JOIN activity a ON a.id = o.activity_id
         WHERE o.starts_at >= $1 AND o.starts_at < $2 AND o.ends_at <= $2
         AND o.status = 'published' AND a.status = 'published'
         AND o.taken_online + o.taken_assisted + o.no_shows > 0 AND {centers}
         GROUP BY o.center_id"
    );
    within.over.begin(tx, text, [yesterday, now]).all().await
}

/// When each kiosk in use was last heard of.
async fn kiosks(tx: &mut Tx, within: &Within) -> Result<Vec<(CenterId, Option<Timestamp>)>> {
    let centers = within.over.condition(tx, "k.center_id", "$1");
    let text = format!(
        "SELECT k.center_id, k.seen_at FROM kiosk k JOIN token t ON t.id = k.token_id
         WHERE t.revoked_at IS NULL AND {centers}"
    );
    within.over.begin(tx, text, []).all().await
}

/// When each center first had something on.
async fn firsts(
    tx: &mut Tx,
    within: &Within,
) -> Result<Vec<(CenterId, Option<Timestamp>, Option<Timestamp>)>> {
    let centers = within.over.condition(tx, "c.id", "$1");
    let text = format!(
        "SELECT c.id, (SELECT MIN(o.starts_at) FROM occurrence o WHERE o.center_id = c.id),
            (SELECT MIN(s.starts_at) FROM shift s WHERE s.center_id = c.id)
         FROM center c WHERE {centers}"
    );
    within.over.begin(tx, text, []).all().await
}

/// The months that are closed, from one on.
async fn closed(tx: &mut Tx, within: &Within, from: Month) -> Result<Vec<(CenterId, String)>> {
    let centers = within.over.condition(tx, "m.center_id", "$2");
    tx.sql_built(format!(
        "SELECT m.center_id, m.month FROM closed_month m WHERE m.month >= $1 AND {centers}"
    ))
    .bind(from.to_string())
    .bind_list(within.over.codes())
    .all()
    .await
}
