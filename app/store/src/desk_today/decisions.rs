//! What waits for a decision, matter by matter, each counted by an index.

use super::Asking;
use crate::{Result, Tx, assignments, bookings::small};
use domain::{
    day::LEFT_OPEN,
    desk_today::{Matter, months_from, months_to_close},
    id::OccurrenceId,
    report::Month,
    time::{DAY, Timestamp},
};
use std::collections::BTreeSet;

/// What a decision is about, where it is one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Which.
    pub occurrence: OccurrenceId,
    /// Its title.
    pub title: String,
}

/// Something that waits for a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What.
    pub matter: Matter,
    /// How many.
    pub many: u32,
    /// When it begins, of what people wait for; else since when the oldest waits.
    pub at: Option<Timestamp>,
    /// What it is about, where it is one thing.
    pub about: Option<About>,
}

#[derive(sqlx::FromRow)]
pub(super) struct Counted {
    matter: Matter,
    many: i64,
    at: Option<Timestamp>,
}

impl Counted {
    /// A decision, if there is anything to decide.
    pub(super) fn read(self) -> Option<Result<Decision>> {
        let made = |many| Decision {
            matter: self.matter,
            many,
            at: self.at,
            about: None,
        };
        (self.many > 0).then(|| small(self.many).map(made))
    }
}

/// Everything that is counted in one statement.
const COUNTED: &str =
    "SELECT 'unclosed' AS matter, COUNT(*) AS many, MIN(s.ends_at) AS at FROM shift s
        WHERE s.center_id = $1 AND s.starts_at > $2 AND s.starts_at < $3 AND s.ends_at <= $3
        AND s.status = 'published' AND s.closed_at IS NULL AND s.volunteers > 0
    UNION ALL
    SELECT 'shifts', COUNT(*), MIN(s.starts_at) FROM shift s
        WHERE s.center_id = $1 AND s.starts_at > $3 AND s.status = 'draft'
    UNION ALL
    SELECT 'activities', COUNT(*), MIN(a.created_at) FROM activity a
        WHERE a.center_id = $1 AND a.status = 'draft'
    UNION ALL
    SELECT 'certificates', COUNT(*), MIN(r.asked_at) FROM certificate_request r
        WHERE r.center_id = $1 AND r.ended IS NULL
    UNION ALL
    SELECT 'applicants', COUNT(*), MIN(q.applied_at) FROM (
        SELECT v.applied_at FROM volunteer v WHERE v.center_id = $1 AND v.standing = 'applied'
        UNION ALL
        SELECT v.applied_at FROM volunteer v JOIN person p ON p.id = v.person_id
        WHERE v.center_id IS NULL AND v.standing = 'applied' AND p.community = $4) q
    UNION ALL
    SELECT 'review', COUNT(*), MIN(c.at) FROM check_in c
        WHERE c.center_id = $1 AND c.at >= $5 AND c.at < $6 AND c.kind = 'scan'
        AND c.review IS NOT NULL AND c.review <> 'clock'
        AND NOT EXISTS (SELECT 1 FROM check_in u WHERE u.undoes = c.id)";

/// What there is of each matter that a count tells. A clock that is wrong is its kiosk's matter, not that
/// of each scan.
pub(super) async fn counted(tx: &mut Tx, asking: &Asking<'_>) -> Result<Vec<Decision>> {
    let (now, today) = (asking.now(), asking.today());
    let rows: Vec<Counted> = tx
        .sql(COUNTED)
        .bind(asking.center)
        .bind(now.plus(-LEFT_OPEN))
        .bind(now)
        .bind(asking.place.community.as_str())
        .bind(today)
        .bind(today.plus(DAY))
        .all()
        .await?;
    rows.into_iter().filter_map(Counted::read).collect()
}

/// The shifts to come whose lead no longer may lead.
pub(super) async fn leads(tx: &mut Tx, asking: &Asking<'_>) -> Result<Option<Decision>> {
    if !asking.may(Matter::Leads.takes()) {
        return Ok(None);
    }
    let (many, at) = assignments::count_without_right(tx, asking.center, asking.now()).await?;
    Ok((many > 0).then_some(Decision {
        matter: Matter::Leads,
        many,
        at,
        about: None,
    }))
}

/// The months that are over and not closed.
pub(super) async fn months(tx: &mut Tx, asking: &Asking<'_>) -> Result<Option<Decision>> {
    if !asking.may(Matter::Months.takes()) {
        return Ok(None);
    }
    let (occurrence, shift): (Option<Timestamp>, Option<Timestamp>) = tx
        .sql(
            "SELECT (SELECT MIN(o.starts_at) FROM occurrence o WHERE o.center_id = $1),
                (SELECT MIN(s.starts_at) FROM shift s WHERE s.center_id = $1)",
        )
        .bind(asking.center)
        .one()
        .await?;
    let first = occurrence.into_iter().chain(shift).min();
    let rows: Vec<(String,)> = tx
        .sql("SELECT month FROM closed_month WHERE center_id = $1 AND month >= $2")
        .bind(asking.center)
        .bind(months_from(asking.now()).to_string())
        .all()
        .await?;
    let closed = rows.iter().map(|(month,)| month.parse());
    let closed: BTreeSet<Month> = closed.collect::<std::result::Result<_, _>>()?;
    let open = months_to_close(first, &closed, asking.now());
    Ok(open.first().map(|oldest| Decision {
        matter: Matter::Months,
        many: u32::try_from(open.len()).unwrap_or(u32::MAX),
        at: Some(Timestamp::start_of(oldest.first())),
        about: None,
    }))
}
