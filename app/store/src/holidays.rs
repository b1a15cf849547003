//! Public holidays and the weekends that are worked instead: notices by year, imported at run time.

use crate::{
    Act, Db, Error, Locks, Op, Replay, Result, Tx,
    audit::{self, Entry},
};
use chrono::NaiveDate;
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    holiday::{Day, Holidays, News, Notice},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// A notice as it was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeView {
    /// What it says.
    pub notice: Notice,
    /// Whether it is the demo's.
    pub demo: bool,
    /// Who imported it, as the audit log names them.
    pub imported_by: String,
    /// When.
    pub imported_at: Timestamp,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Days that were not there.
    pub new: usize,
    /// Days that were there otherwise.
    pub changed: usize,
    /// Days that were there just so.
    pub same: usize,
}

#[derive(sqlx::FromRow)]
struct NoticeRow {
    year: i64,
    papers: String,
    demo: bool,
    imported_by: String,
    imported_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct DayRow {
    notice: i64,
    on_day: String,
    name: String,
    is_off: bool,
}

/// All notices, the earliest year first.
///
/// # Errors
/// Database errors.
pub async fn notices(db: &Db) -> Result<Vec<NoticeView>> {
    notices_in(&mut db.read().await?).await
}

async fn notices_in(tx: &mut Tx) -> Result<Vec<NoticeView>> {
    let rows: Vec<NoticeRow> = tx
        .sql(
            "SELECT year, papers, demo, imported_by, imported_at FROM holiday_notice ORDER BY year",
        )
        .all()
        .await?;
    let days: Vec<DayRow> = tx
        .sql("SELECT notice, on_day, name, is_off FROM holiday ORDER BY notice, on_day")
        .all()
        .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let own = days.iter().filter(|day| day.notice == row.year);
        found.push(NoticeView {
            notice: Notice {
                year: i32::try_from(row.year).map_err(|_| Error::Corrupt("a year"))?,
                papers: serde_json::from_str(&row.papers)?,
                days: own.map(day).collect::<Result<_>>()?,
            },
            demo: row.demo,
            imported_by: row.imported_by,
            imported_at: row.imported_at,
        });
    }
    Ok(found)
}

/// What all notices together say of days.
///
/// # Errors
/// Database errors.
pub async fn known(db: &Db) -> Result<Holidays> {
    known_in(&mut db.read().await?).await
}

/// The same, in a transaction.
pub(crate) async fn known_in(tx: &mut Tx) -> Result<Holidays> {
    let notices = notices_in(tx).await?;
    Ok(Holidays::of(notices.into_iter().map(|view| view.notice)))
}

fn day(row: &DayRow) -> Result<Day> {
    Ok(Day {
        on: row
            .on_day
            .parse::<NaiveDate>()
            .map_err(|_| Error::Corrupt("a day"))?,
        name: row.name.clone(),
        is_off: row.is_off,
    })
}

/// Brings in a notice, all of it or nothing. Days of it that are there already and not in it stay; to
/// be rid of them its year is taken back first. The same again changes nothing and is not put on record.
///
/// # Errors
/// [`Refusal::Forbidden`] unless the caller manages the city's centers.
pub async fn import(db: &Db, act: &Act, notice: Notice) -> Result<Imported> {
    let op = Import {
        notice,
        demo: false,
    };
    db.write(act, Locks::none(), op).await
}

/// The same with the demo's, where nobody has imported that year.
pub(crate) async fn import_demo(db: &Db, act: &Act, notice: Notice) -> Result<Imported> {
    let op = Import { notice, demo: true };
    db.write(act, Locks::none(), op).await
}

struct Import {
    notice: Notice,
    demo: bool,
}

#[async_trait::async_trait]
impl Op for Import {
    type Out = Imported;
    fn replay() -> Replay<Imported> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Imported> {
        act.caller.may_in_city(Action::ManageCenters)?;
        let (was_there, papers) = (self.lock(tx, act).await?, self.papers()?);
        if self.demo && was_there.is_some() {
            return Ok(Imported::default());
        }
        let there = days_of(tx, self.notice.year).await?;
        let mut done = Imported::default();
        for day in &self.notice.days {
            match News::of(&there, day) {
                News::New => done.new += 1,
                News::Changed { .. } => done.changed += 1,
                News::Same | News::Wrong(_) => {
                    done.same += 1;
                    continue;
                }
            }
            self.save(tx, day).await?;
        }
        let same_head = was_there.is_some_and(|(known, demo)| known == papers && demo == self.demo);
        if done.new + done.changed == 0 && same_head {
            return Ok(done);
        }
        tx.sql(
            "UPDATE holiday_notice SET papers = $2, demo = $3, imported_by = $4, imported_at = $5
             WHERE year = $1",
        )
        .bind(i64::from(self.notice.year))
        .bind(&papers)
        .bind(self.demo)
        .bind(act.caller.key())
        .bind(act.now)
        .run()
        .await?;
        let detail = json!({ "new": done.new, "changed": done.changed, "same": done.same });
        record(tx, act, Verb::HolidaysImport, self.notice.year, detail).await?;
        Ok(done)
    }
}

impl Import {
    fn papers(&self) -> Result<String> {
        Ok(serde_json::to_string(&self.notice.papers)?)
    }

    /// Locks the notice's row, and makes it where there is none; else its addresses and whether it is
    /// the demo's.
    async fn lock(&self, tx: &mut Tx, act: &Act) -> Result<Option<(String, bool)>> {
        let made = tx
            .sql(
                "INSERT INTO holiday_notice (year, papers, demo, imported_by, imported_at)
                 VALUES ($1, '[]', $2, $3, $4) ON CONFLICT DO NOTHING",
            )
            .bind(i64::from(self.notice.year))
            .bind(self.demo)
            .bind(act.caller.key())
            .bind(act.now)
            .run()
            .await?;
        if made == 1 {
            return Ok(None);
        }
        tx.sql("UPDATE holiday_notice SET year = year WHERE year = $1 RETURNING papers, demo")
            .bind(i64::from(self.notice.year))
            .optional()
            .await
    }

    async fn save(&self, tx: &mut Tx, day: &Day) -> Result<()> {
        tx.sql(
            "INSERT INTO holiday (notice, on_day, name, is_off) VALUES ($1, $2, $3, $4)
             ON CONFLICT (notice, on_day) DO UPDATE SET name = $3, is_off = $4",
        )
        .bind(i64::from(self.notice.year))
        .bind(day.on.to_string())
        .bind(&day.name)
        .bind(day.is_off)
        .run()
        .await
        .map(drop)
    }
}

async fn days_of(tx: &mut Tx, year: i32) -> Result<Vec<Day>> {
    let rows: Vec<DayRow> = tx
        .sql("SELECT notice, on_day, name, is_off FROM holiday WHERE notice = $1 ORDER BY on_day")
        .bind(i64::from(year))
        .all()
        .await?;
    rows.iter().map(day).collect()
}

/// Takes the notice of a year back: nothing is announced for it any more.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none; [`Refusal::Forbidden`] unless the caller manages the
/// city's centers.
pub async fn remove(db: &Db, act: &Act, year: i32) -> Result<()> {
    db.write(act, Locks::none(), Remove { year }).await
}

struct Remove {
    year: i32,
}

#[async_trait::async_trait]
impl Op for Remove {
    type Out = ();
    fn replay() -> Replay<()> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        act.caller.may_in_city(Action::ManageCenters)?;
        let year = i64::from(self.year);
        let locked: Option<(i64,)> = tx
            .sql("UPDATE holiday_notice SET year = year WHERE year = $1 RETURNING year")
            .bind(year)
            .optional()
            .await?;
        locked.ok_or(Refusal::NotFound)?;
        let days = tx
            .sql("DELETE FROM holiday WHERE notice = $1")
            .bind(year)
            .run()
            .await?;
        tx.sql("DELETE FROM holiday_notice WHERE year = $1")
            .bind(year)
            .run()
            .await?;
        let detail = json!({ "days": days });
        record(tx, act, Verb::HolidaysRemove, self.year, detail).await
    }
}

async fn record(
    tx: &mut Tx,
    act: &Act,
    action: Verb,
    year: i32,
    detail: serde_json::Value,
) -> Result<()> {
    let year = year.to_string();
    let entry = Entry {
        action,
        subject: ("holidays", &year),
        center: None,
        detail,
    };
    audit::record(tx, act, entry).await
}
