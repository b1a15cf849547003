//! A center's year: targets of its contract beside what came of it, and its months, each closed once with
//! the figures that were reported.

use super::{Report, attendance};
use crate::{
    Act, Db, Error, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers::place,
};
use domain::{
    access::{Action, Scope},
    audit::Verb,
    id::CenterId,
    report::{
        Asked, By, CONTRACTED, Correction, Days, Figure, Kept, Month, check_closable, check_target,
        corrections,
    },
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// A line of what was reported: of a field, or of the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Reported {
    field: Option<String>,
    figures: Kept,
}

/// A month of a center.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthView {
    /// Which.
    pub month: Month,
    /// What it says now.
    pub now: Kept,
    /// Whether it is over and not closed.
    pub may_be_closed: bool,
    /// Who closed it, and when.
    pub closed: Option<Closed>,
}

/// That a month was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// When.
    pub at: Timestamp,
    /// By whom; absent for a program.
    pub by: Option<String>,
    /// What was reported of the whole.
    pub figures: Kept,
    /// What says something else now: corrections that came later.
    pub corrections: Vec<Correction>,
}

/// A center's year up to now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearView {
    /// What the contract asks, where it is known.
    pub targets: BTreeMap<Figure, u32>,
    /// What came of it.
    pub now: Kept,
    /// Its months up to the present one, in order.
    pub months: Vec<MonthView>,
    /// Whether the caller may set targets and close months.
    pub may_decide: bool,
    /// Whether there is demo data in it.
    pub is_demo: bool,
}

/// The days of a year.
fn days_of(year: i32) -> Result<Days> {
    let first: Month = format!("{year:04}-01").parse()?;
    let last: Month = format!("{year:04}-12").parse()?;
    Ok(Days::new(first.first(), last.last())?)
}

fn kept(line: &super::Line) -> Kept {
    let told = Figure::ALL
        .iter()
        .filter_map(|figure| Some((*figure, line.value(*figure)?)));
    told.collect()
}

/// A center's year.
///
/// # Errors
/// As of [`super::attendance`]; [`Refusal::Invalid`](domain::Refusal::Invalid) for a year that is none.
pub async fn year(db: &Db, act: &Act, center: &CenterId, year: i32) -> Result<YearView> {
    let by = By {
        month: true,
        ..By::default()
    };
    let asked = Asked {
        scope: Scope::Center(center.clone()),
        days: days_of(year)?,
        by,
    };
    let report = attendance(db, act, &asked).await?;
    let mut tx = db.read().await?;
    let at = place(&mut tx, center).await?;
    let targets: Vec<(String, i64)> = tx
        .sql("SELECT figure, target FROM contract_target WHERE center_id = $1 AND year = $2")
        .bind(center)
        .bind(i64::from(year))
        .all()
        .await?;
    let closed: Vec<ClosedRow> = tx
        .sql(
            "SELECT m.month, m.figures, m.closed_at, s.name FROM closed_month m
             LEFT JOIN staff s ON s.id = m.closed_by
             WHERE m.center_id = $1 AND m.month >= $2 AND m.month <= $3",
        )
        .bind(center)
        .bind(Month::of(asked.days.from()).to_string())
        .bind(Month::of(asked.days.to()).to_string())
        .all()
        .await?;
    drop(tx);
    let mut by_month = BTreeMap::new();
    for row in closed {
        let month: Month = row.month.parse()?;
        // Over that month alone, as it was reported: what is hidden in a year is not what is hidden in it.
        let alone = Asked {
            days: Days::of(month),
            by: By::default(),
            ..asked.clone()
        };
        let now = attendance(db, act, &alone).await?;
        by_month.insert(month, read_closed(row, &kept(&now.total))?);
    }
    Ok(YearView {
        targets: read_targets(targets)?,
        now: kept(&report.total),
        months: months(&report, by_month, act.now),
        may_decide: act.caller.may(Action::SetPolicy, &at).is_ok(),
        is_demo: report.is_demo,
    })
}

fn read_targets(rows: Vec<(String, i64)>) -> Result<BTreeMap<Figure, u32>> {
    let mut targets = BTreeMap::new();
    for (figure, target) in rows {
        let target = u32::try_from(target).map_err(|_| Error::Corrupt("contract_target"))?;
        targets.insert(figure.parse()?, target);
    }
    Ok(targets)
}

#[derive(sqlx::FromRow)]
struct ClosedRow {
    month: String,
    figures: String,
    closed_at: Timestamp,
    name: Option<String>,
}

fn months(report: &Report, mut closed: BTreeMap<Month, Closed>, now: Timestamp) -> Vec<MonthView> {
    let present = Month::of(now.day());
    let all = report.asked.days.months().into_iter();
    let all = all
        .map(|(month, _)| month)
        .filter(|month| *month <= present);
    all.map(|month| {
        let line = report.rows.iter().find(|line| line.month == Some(month));
        let closed = closed.remove(&month);
        MonthView {
            month,
            may_be_closed: closed.is_none() && check_closable(month, now).is_ok(),
            now: line.map_or_else(nothing, kept),
            closed,
        }
    })
    .collect()
}

/// A month in which nothing happened.
fn nothing() -> Kept {
    Figure::ALL.iter().map(|figure| (*figure, 0)).collect()
}

fn read_closed(row: ClosedRow, now: &Kept) -> Result<Closed> {
    let reported: Vec<Reported> = serde_json::from_str(&row.figures)?;
    let whole = reported.into_iter().find(|line| line.field.is_none());
    let figures = whole.ok_or(Error::Corrupt("closed_month"))?.figures;
    Ok(Closed {
        at: row.closed_at,
        by: row.name,
        corrections: corrections(&figures, now),
        figures,
    })
}

/// Closes a month with the figures that it has now. It is closed once; the same again changes nothing.
///
/// # Errors
/// [`Refusal::NotFound`](domain::Refusal::NotFound), [`Refusal::Forbidden`](domain::Refusal::Forbidden);
/// [`Refusal::NotOver`](domain::Refusal::NotOver) before its end; database errors.
pub async fn close_month(db: &Db, act: &Act, center: &CenterId, month: Month) -> Result<()> {
    let asked = Asked {
        scope: Scope::Center(center.clone()),
        days: Days::of(month),
        by: By {
            field: true,
            ..By::default()
        },
    };
    let report = attendance(db, act, &asked).await?;
    let mut figures = vec![Reported {
        field: None,
        figures: kept(&report.total),
    }];
    figures.extend(report.rows.iter().map(|line| Reported {
        field: line.field.clone(),
        figures: kept(line),
    }));
    let op = CloseMonth {
        center: center.clone(),
        month,
        figures: serde_json::to_string(&figures)?,
    };
    db.write(act, Locks::none(), op).await
}

/// What was read a moment before is what is reported: whatever changed since is a correction.
struct CloseMonth {
    center: CenterId,
    month: Month,
    figures: String,
}

#[async_trait::async_trait]
impl Op for CloseMonth {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let at = place(tx, &self.center).await?;
        act.caller.may(Action::SetPolicy, &at)?;
        check_closable(self.month, act.now)?;
        let by = act.caller.staff().map(ToString::to_string);
        let made = tx
            .sql(
                "INSERT INTO closed_month (center_id, month, figures, closed_at, closed_by)
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            )
            .bind(&self.center)
            .bind(self.month.to_string())
            .bind(&self.figures)
            .bind(act.now)
            .bind(by.unwrap_or_default())
            .run()
            .await?;
        if made == 0 {
            return Ok(());
        }
        let entry = Entry {
            action: Verb::MonthClose,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail: json!({ "month": self.month }),
        };
        audit::record(tx, act, entry).await
    }
}

/// Sets what the contract asks of a year; what is absent is not asked.
///
/// # Errors
/// [`Refusal::NotFound`](domain::Refusal::NotFound), [`Refusal::Forbidden`](domain::Refusal::Forbidden);
/// [`Refusal::Invalid`](domain::Refusal::Invalid) for a figure that no contract counts; database errors.
pub async fn set_targets(
    db: &Db,
    act: &Act,
    center: &CenterId,
    year: i32,
    targets: BTreeMap<Figure, u32>,
) -> Result<()> {
    days_of(year)?;
    for (figure, target) in &targets {
        check_target(*figure, *target)?;
    }
    let op = SetTargets {
        center: center.clone(),
        year: year.into(),
        targets,
    };
    db.write(act, Locks::none(), op).await
}

struct SetTargets {
    center: CenterId,
    year: i64,
    targets: BTreeMap<Figure, u32>,
}

#[async_trait::async_trait]
impl Op for SetTargets {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let at = place(tx, &self.center).await?;
        act.caller.may(Action::SetPolicy, &at)?;
        for figure in CONTRACTED {
            match self.targets.get(&figure) {
                Some(target) => self.set(tx, figure, *target).await?,
                None => self.unset(tx, figure).await?,
            }
        }
        let entry = Entry {
            action: Verb::CenterTargets,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail: json!({ "year": self.year, "targets": self.targets }),
        };
        audit::record(tx, act, entry).await
    }
}

impl SetTargets {
    async fn set(&self, tx: &mut Tx, figure: Figure, target: u32) -> Result<()> {
        tx.sql(
            "INSERT INTO contract_target (center_id, year, figure, target) VALUES ($1, $2, $3, $4)
             ON CONFLICT (center_id, year, figure) DO UPDATE SET target = excluded.target",
        )
        .bind(&self.center)
        .bind(self.year)
        .bind(figure.as_str())
        .bind(i64::from(target))
        .run()
        .await
        .map(drop)
    }

    async fn unset(&self, tx: &mut Tx, figure: Figure) -> Result<()> {
        tx.sql("DELETE FROM contract_target WHERE center_id = $1 AND year = $2 AND figure = $3")
            .bind(&self.center)
            .bind(self.year)
            .bind(figure.as_str())
            .run()
            .await
            .map(drop)
    }
}
