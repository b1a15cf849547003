//! Who came, and who served: sets of people by center, month and field, as Roaring bitmaps of numbers that
//! stand for persons. Numbers of people can't be added up, sets can be united.
//!
//! A set is kept with the sum of the counts of changes of its dates (or shifts). Where that sum is another
//! one now, the set is made anew, in a transaction of its own and never in that of a booking or a scan.

use super::{
    figures::{At, Changes, Sum, Sums},
    scope::Within,
};
use crate::{Act, Db, Error, Locks, Op, Query, Result, Tx};
use data_encoding::BASE64;
use domain::{
    access::Caller,
    id::CenterId,
    report::{Days, Month},
    time::Timestamp,
};
use roaring::RoaringBitmap;
use std::collections::{BTreeSet, HashMap};

/// So many centers' months a report makes anew before it answers. Beyond, it tells of when its sets are:
/// a job makes them anew all the time, so that it takes an import to come here.
const AT_ONCE: usize = 400;

/// Which of the two kinds of sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum What {
    /// Those who came to dates of activities.
    Came,
    /// Volunteers who were there in shifts.
    Served,
}

impl What {
    const fn name(self) -> &'static str {
        match self {
            Self::Came => "came",
            Self::Served => "served",
        }
    }

    fn named(name: &str) -> Result<Self> {
        match name {
            "came" => Ok(Self::Came),
            "served" => Ok(Self::Served),
            _ => Err(Error::Corrupt("people_cell")),
        }
    }

    const fn changes(self, of: &Sum) -> Changes {
        match self {
            Self::Came => of.came,
            Self::Served => of.served,
        }
    }

    /// The rows of events as `e`, with their field.
    const fn events(self) -> &'static str {
        match self {
            Self::Came => {
                "(SELECT id, center_id, starts_at, field, came_changes AS changes FROM occurrence) e"
            }
            Self::Served => {
                "(SELECT s.id, s.center_id, s.starts_at, COALESCE(o.field, '') AS field,
                    s.there_changes AS changes
                  FROM shift s LEFT JOIN occurrence o ON o.id = s.occurrence_id) e"
            }
        }
    }

    /// Those who were at them, as `p`.
    const fn people(self) -> &'static str {
        match self {
            Self::Came => "JOIN booking p ON p.occurrence_id = e.id AND p.state = 'checked_in'",
            Self::Served => {
                "JOIN assignment p ON p.shift_id = e.id AND p.person_id IS NOT NULL
                    AND p.state IN ('checked_in', 'checked_out', 'validated')"
            }
        }
    }
}

/// The sets of a report.
pub(super) struct Sets {
    pub(super) came: HashMap<At, RoaringBitmap>,
    pub(super) served: HashMap<At, RoaringBitmap>,
    /// Where some are older than the counts: of when the oldest is.
    pub(super) as_of: Option<Timestamp>,
}

/// A set as it is kept.
struct Stored {
    what: What,
    at: At,
    changes: i64,
    numbers: String,
    made_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    what: String,
    center_id: CenterId,
    month: String,
    field: String,
    changes: i64,
    numbers: String,
    made_at: Timestamp,
}

impl Sets {
    pub(super) async fn of(
        db: &Db,
        act: &Act,
        within: &Within,
        days: Days,
        sums: &Sums,
    ) -> Result<Self> {
        let mut tx = db.read().await?;
        let mut stored = stored(&mut tx, within, days).await?;
        drop(tx);
        let stale = stale(sums, &stored);
        let never = stale.iter().filter(|(_, is_kept)| !**is_kept).count();
        let mut as_of = None;
        if !stale.is_empty() && (stale.len() <= AT_ONCE || never > 0) {
            make(db, act, stale.into_keys()).await?;
            stored = self::stored(&mut db.read().await?, within, days).await?;
        } else {
            let old = stored.iter().filter(|set| stale.contains_key(&set.of()));
            as_of = old.map(|set| set.made_at).min();
        }
        let mut sets = Self {
            came: HashMap::new(),
            served: HashMap::new(),
            as_of,
        };
        for set in stored {
            let numbers = unpacked(&set.numbers)?;
            sets.kind(set.what).insert(set.at, numbers);
        }
        sets.cut(db, within, days, sums).await?;
        Ok(sets)
    }

    fn kind(&mut self, what: What) -> &mut HashMap<At, RoaringBitmap> {
        match what {
            What::Came => &mut self.came,
            What::Served => &mut self.served,
        }
    }

    /// Of a month that is there in part, only those days. Where nobody came on its other days, the whole
    /// month's set is that: of this month until today nearly always.
    async fn cut(&mut self, db: &Db, within: &Within, days: Days, sums: &Sums) -> Result<()> {
        let cut = days.months().into_iter().filter(|(_, whole)| !whole);
        for (month, _) in cut {
            for what in [What::Came, What::Served] {
                let of = |sum: &Sum| what.changes(sum);
                let here = sums
                    .iter()
                    .filter(|(at, sum)| at.month == month && of(sum).in_month > 0);
                let parted: BTreeSet<&At> = here
                    .filter_map(|(at, sum)| (!of(sum).is_whole()).then_some(at))
                    .collect();
                if parted.is_empty() {
                    continue;
                }
                let (from, until) = days.instants();
                let (first, end) = Days::of(month).instants();
                let part = (from.max(first), until.min(end));
                let mut tx = db.read().await?;
                let mut found = in_part(&mut tx, what, within, month, part).await?;
                for at in parted {
                    match found.remove(at) {
                        Some(numbers) => self.kind(what).insert(at.clone(), numbers),
                        None => self.kind(what).remove(at),
                    };
                }
            }
        }
        Ok(())
    }
}

impl Stored {
    fn of(&self) -> CenterMonth {
        CenterMonth {
            what: self.what,
            center: self.at.center.clone(),
            month: self.at.month,
        }
    }
}

async fn stored(tx: &mut Tx, within: &Within, days: Days) -> Result<Vec<Stored>> {
    let these = within.over.condition(tx, "center_id", "$3");
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "SELECT what, center_id, month, field, changes, numbers, made_at FROM people_cell
             WHERE month >= $1 AND month <= $2 AND {these}"
        ))
        .bind(Month::of(days.from()).to_string())
        .bind(Month::of(days.to()).to_string())
        .bind_list(within.over.codes())
        .all()
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Stored {
                what: What::named(&row.what)?,
                at: At {
                    center: row.center_id,
                    month: row.month.parse()?,
                    field: row.field,
                },
                changes: row.changes,
                numbers: row.numbers,
                made_at: row.made_at,
            })
        })
        .collect()
}

/// One center's month: what is made anew at once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct CenterMonth {
    pub(super) what: What,
    pub(super) center: CenterId,
    pub(super) month: Month,
}

/// What is no longer true, and whether something is kept of it at all.
fn stale(sums: &Sums, stored: &[Stored]) -> HashMap<CenterMonth, bool> {
    let kept: HashMap<(What, &At), i64> = stored
        .iter()
        .map(|set| ((set.what, &set.at), set.changes))
        .collect();
    let mut stale: HashMap<CenterMonth, bool> = HashMap::new();
    for (at, sum) in sums {
        for (what, now) in [
            (What::Came, sum.came.in_month),
            (What::Served, sum.served.in_month),
        ] {
            let was = kept.get(&(what, at)).copied();
            if was.unwrap_or(0) != now {
                let of = CenterMonth {
                    what,
                    center: at.center.clone(),
                    month: at.month,
                };
                *stale.entry(of).or_insert(true) &= was.is_some();
            }
        }
    }
    stale
}

fn unpacked(text: &str) -> Result<RoaringBitmap> {
    let bytes = BASE64
        .decode(text.as_bytes())
        .map_err(|_| Error::Corrupt("people_cell"))?;
    RoaringBitmap::deserialize_from(&bytes[..]).map_err(|_| Error::Corrupt("people_cell"))
}

fn packed(numbers: &RoaringBitmap) -> Result<String> {
    let mut bytes = Vec::with_capacity(numbers.serialized_size());
    numbers
        .serialize_into(&mut bytes)
        .map_err(|_| Error::Corrupt("people_cell"))?;
    Ok(BASE64.encode(&bytes))
}

fn number(stored: i64) -> Result<u32> {
    u32::try_from(stored).map_err(|_| Error::Corrupt("person_number"))
}

/// Who was there in a part of a month.
async fn in_part(
    tx: &mut Tx,
    what: What,
    within: &Within,
    month: Month,
    (from, until): (Timestamp, Timestamp),
) -> Result<HashMap<At, RoaringBitmap>> {
    let these = within.over.condition(tx, "e.center_id", "$3");
    let text = format!(
        "SELECT DISTINCT e.center_id, e.field, n.number FROM {} {}
         JOIN person_number n ON n.person_id = p.person_id
         WHERE e.starts_at >= $1 AND e.starts_at < $2 AND {these} AND e.changes > 0",
        what.events(),
        what.people(),
    );
    let rows: Vec<(CenterId, String, i64)> =
        within.over.begin(tx, text, [from, until]).all().await?;
    let mut found: HashMap<At, RoaringBitmap> = HashMap::new();
    for (center, field, stored) in rows {
        let at = At {
            center,
            month,
            field,
        };
        found.entry(at).or_default().insert(number(stored)?);
    }
    Ok(found)
}

/// Makes the sets of one center's month anew. The counts of changes are read before the people: a change
/// in between makes a set that knows more than it says, and is made anew again.
struct Anew(CenterMonth);

#[async_trait::async_trait]
impl Op for Anew {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let Self(of) = self;
        let (from, until) = Days::of(of.month).instants();
        let changes: Vec<(String, i64)> = tx
            .sql_built(format!(
                "SELECT e.field, CAST(SUM(e.changes) AS BIGINT) FROM {}
                 WHERE e.center_id = $1 AND e.starts_at >= $2 AND e.starts_at < $3
                 AND e.changes > 0 GROUP BY e.field ORDER BY e.field",
                of.what.events()
            ))
            .bind(&of.center)
            .bind(from)
            .bind(until)
            .all()
            .await?;
        let mut sets: HashMap<String, RoaringBitmap> = HashMap::new();
        for (field, stored) in self.numbers(tx, (from, until)).await? {
            sets.entry(field).or_default().insert(number(stored)?);
        }
        for (field, changes) in changes {
            let numbers = sets.remove(&field).unwrap_or_default();
            self.keep(tx, act, &field, changes, &numbers).await?;
        }
        Ok(())
    }
}

impl Anew {
    /// The numbers of all who were there, given to those who have none yet.
    async fn numbers(
        &self,
        tx: &mut Tx,
        span: (Timestamp, Timestamp),
    ) -> Result<Vec<(String, i64)>> {
        let new: Vec<(String,)> = self
            .there(tx, "DISTINCT p.person_id", "n.number IS NULL", span)
            .all()
            .await?;
        if !new.is_empty() {
            let list = tx.numbered("$1");
            tx.sql_built(format!(
                "INSERT INTO person_number (person_id) SELECT n.value FROM {list} WHERE TRUE
                 ORDER BY n.value ON CONFLICT (person_id) DO NOTHING"
            ))
            .bind_list(new.iter().map(|(person,)| person.as_str()))
            .run()
            .await?;
        }
        self.there(tx, "DISTINCT e.field, n.number", "TRUE", span)
            .all()
            .await
    }

    /// Everybody who was there, with their number if they have one.
    fn there<'t>(
        &self,
        tx: &'t mut Tx,
        columns: &str,
        condition: &str,
        (from, until): (Timestamp, Timestamp),
    ) -> Query<'t> {
        let Self(of) = self;
        tx.sql_built(format!(
            "SELECT {columns} FROM {} {}
             LEFT JOIN person_number n ON n.person_id = p.person_id
             WHERE e.center_id = $1 AND e.starts_at >= $2 AND e.starts_at < $3
             AND e.changes > 0 AND {condition} ORDER BY 1",
            of.what.events(),
            of.what.people()
        ))
        .bind(&of.center)
        .bind(from)
        .bind(until)
    }

    async fn keep(
        &self,
        tx: &mut Tx,
        act: &Act,
        field: &str,
        changes: i64,
        numbers: &RoaringBitmap,
    ) -> Result<()> {
        let Self(of) = self;
        let people = i64::try_from(numbers.len()).unwrap_or(i64::MAX);
        tx.sql(
            "INSERT INTO people_cell (what, center_id, month, field, changes, people, numbers,
                made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (what, center_id, month, field) DO UPDATE SET changes = excluded.changes,
                people = excluded.people, numbers = excluded.numbers, made_at = excluded.made_at",
        )
        .bind(of.what.name())
        .bind(&of.center)
        .bind(of.month.to_string())
        .bind(field)
        .bind(changes)
        .bind(people)
        .bind(packed(numbers)?)
        .bind(act.now)
        .run()
        .await
        .map(drop)
    }
}

/// How often each set of these months had changed when it was made.
pub(super) async fn changes(
    tx: &mut Tx,
    days: Days,
) -> Result<HashMap<(What, CenterId, Month, String), i64>> {
    let rows: Vec<(String, CenterId, String, String, i64)> = tx
        .sql(
            "SELECT what, center_id, month, field, changes FROM people_cell
             WHERE month >= $1 AND month <= $2",
        )
        .bind(Month::of(days.from()).to_string())
        .bind(Month::of(days.to()).to_string())
        .all()
        .await?;
    let read = rows
        .into_iter()
        .map(|(what, center, month, field, changes)| {
            let key = (What::named(&what)?, center, month.parse()?, field);
            Ok((key, changes))
        });
    read.collect()
}

/// Each in a transaction of its own, by nobody's key: it is not what the caller asked for.
pub(super) async fn make(
    db: &Db,
    act: &Act,
    these: impl IntoIterator<Item = CenterMonth>,
) -> Result<()> {
    let act = Act::new(Caller::system(), act.now, act.ids.clone());
    for of in these {
        db.write(&act, Locks::none(), Anew(of)).await?;
    }
    Ok(())
}
