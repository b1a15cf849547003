//! What can be added up: sums by center, month and field.

use super::scope::{Over, Within};
use crate::{Result, Tx};
use domain::{
    hours::{Approval, Entry, Kind, totals},
    id::CenterId,
    report::{Asked, Counts, Days, Month, SMALL},
    time::Timestamp,
};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A center, a month and a field; the field is empty for a shift of the center's own duty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct At {
    pub(super) center: CenterId,
    pub(super) month: Month,
    pub(super) field: String,
}

/// What there is of one center, month and field.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    pub(super) counts: Counts,
    /// How often the set of those who came has changed.
    pub(super) came: Changes,
    /// And of the volunteers who were there.
    pub(super) served: Changes,
    /// Between when all of it began, days that are not asked for included.
    pub(super) reach: Option<Reach>,
}

impl Sum {
    fn reaches(&mut self, reach: Reach) {
        let (first, last) = self.reach.map_or((reach.first, reach.last), |so_far| {
            (so_far.first, so_far.last)
        });
        self.reach = Some(Reach {
            first: first.min(reach.first),
            last: last.max(reach.last),
        });
    }
}

/// When the first and the last of something began, in UTC milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reach {
    first: i64,
    last: i64,
}

impl Reach {
    /// Whether all of it lies in these days.
    pub(super) fn is_in(self, days: Days) -> bool {
        let (from, until) = days.instants();
        from.0 <= self.first && self.last < until.0
    }
}

/// How often a set of people has changed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Changes {
    /// By what lies in the month.
    pub(super) in_month: i64,
    /// By what lies in those of its days that are asked for.
    pub(super) in_days: i64,
}

impl Tx {
    /// A [`Reach`] among the values of [`Tx::pack`].
    fn reach(&self, first: &str, last: &str) -> String {
        let object = match self.is_sqlite() {
            true => "json_object",
            false => "json_build_object",
        };
        format!("{object}('first', {first}, 'last', {last})")
    }
}

impl Changes {
    /// All of them in the days that are asked for.
    pub(super) const fn all(changes: i64) -> Self {
        Self {
            in_month: changes,
            in_days: changes,
        }
    }

    /// Whether nobody came on the other days of the month: then its set is theirs too.
    pub(super) const fn is_whole(self) -> bool {
        self.in_month == self.in_days
    }

    const fn add(&mut self, other: Self) {
        self.in_month += other.in_month;
        self.in_days += other.in_days;
    }
}

pub(super) type Sums = BTreeMap<At, Sum>;

/// The month of a column with an instant, in Shanghai, whose clocks are eight hours ahead all year.
pub(super) fn month_of(tx: &Tx, column: &str) -> String {
    match tx.is_sqlite() {
        true => format!("strftime('%Y-%m', {column} / 1000 + 28800, 'unixepoch')"),
        false => {
            format!("to_char(to_timestamp({column} / 1000 + 28800) AT TIME ZONE 'UTC', 'YYYY-MM')")
        }
    }
}

/// The instants of the whole months that the days lie in.
pub(super) fn whole_months(days: Days) -> (Timestamp, Timestamp) {
    let last = Month::of(days.to());
    let from = Timestamp::start_of(Month::of(days.from()).first());
    (from, Timestamp::start_of(last.next().first()))
}

/// Everything that is added up over these days, of what begins in a stretch of time around them: of the
/// rest of it only the counts of changes are told.
pub(super) async fn sums(
    tx: &mut Tx,
    over: &Over,
    days: Days,
    around: (Timestamp, Timestamp),
) -> Result<Sums> {
    let mut sums = Sums::new();
    for row in of_dates(tx, over, days, around).await? {
        let (at, sum) = row.read();
        let found = sums.entry(at).or_default();
        found.counts += sum.counts;
        found.came.add(sum.came);
        sum.reach.into_iter().for_each(|reach| found.reaches(reach));
    }
    for row in of_shifts(tx, over, days, around).await? {
        let found = sums
            .entry(at(row.center, row.month, row.field))
            .or_default();
        found.counts.shifts += row.shifts;
        found.served.add(Changes {
            in_month: row.changes,
            in_days: row.in_days,
        });
        found.reaches(row.reach);
    }
    for row in minutes(tx, over, days).await? {
        let (verified, entered) = row.told();
        let found = sums
            .entry(at(row.center, row.month, row.field))
            .or_default();
        found.counts.volunteer_minutes += verified;
        found.counts.entered_minutes += entered;
        found.reaches(row.reach);
    }
    Ok(sums)
}

fn at(center: CenterId, month: Month, field: String) -> At {
    At {
        center,
        month,
        field,
    }
}

/// Dates of activities, in the order of what is selected.
#[derive(Deserialize)]
struct DateSum {
    center: CenterId,
    month: Month,
    field: String,
    sessions: u64,
    activities: u64,
    attendances: u64,
    walk_ins: u64,
    no_shows: u64,
    changes: i64,
    in_days: i64,
    reach: Reach,
}

impl DateSum {
    fn read(self) -> (At, Sum) {
        let counts = Counts {
            sessions: self.sessions,
            activities: self.activities,
            attendances: self.attendances,
            walk_ins: self.walk_ins,
            no_shows: self.no_shows,
            ..Counts::default()
        };
        let sum = Sum {
            counts,
            came: Changes {
                in_month: self.changes,
                in_days: self.in_days,
            },
            served: Changes::default(),
            reach: Some(self.reach),
        };
        (at(self.center, self.month, self.field), sum)
    }
}

async fn of_dates(
    tx: &mut Tx,
    over: &Over,
    days: Days,
    (first, end): (Timestamp, Timestamp),
) -> Result<Vec<DateSum>> {
    let (month, these) = (
        month_of(tx, "o.starts_at"),
        over.condition(tx, "o.center_id", "$5"),
    );
    let reach = tx.reach("k.first", "k.last");
    let all = tx.pack(&format!(
        "k.center_id, k.month, k.field, k.sessions, k.activities, k.attendances, k.walk_ins,
         k.no_shows, k.changes, k.in_days, {reach}"
    ));
    let inside = "o.starts_at >= $3 AND o.starts_at < $4";
    let text = format!(
        "SELECT {all} FROM (SELECT o.center_id, {month} AS month, o.field,
            COUNT(*) FILTER (WHERE o.kind = 'group' AND o.came > 0 AND {inside}) AS sessions,
            COUNT(*) FILTER (WHERE o.kind = 'community_activity' AND o.came > 0 AND {inside})
                AS activities,
            COALESCE(SUM(o.came) FILTER (WHERE {inside}), 0) AS attendances,
            COALESCE(SUM(o.walk_ins) FILTER (WHERE {inside}), 0) AS walk_ins,
            COALESCE(SUM(o.no_shows) FILTER (WHERE {inside}), 0) AS no_shows,
            SUM(o.came_changes) AS changes,
            COALESCE(SUM(o.came_changes) FILTER (WHERE {inside}), 0) AS in_days,
            MIN(o.starts_at) AS first, MAX(o.starts_at) AS last
         FROM occurrence o WHERE o.starts_at >= $1 AND o.starts_at < $2 AND {these}
            AND (o.came_changes > 0 OR o.no_shows > 0)
         GROUP BY 1, 2, 3) k"
    );
    let (from, until) = days.instants();
    over.begin(tx, text, [first, end, from, until])
        .packed()
        .await
}

/// Shifts in which a volunteer was or had been there, in the order of what is selected.
#[derive(Deserialize)]
struct ShiftSum {
    center: CenterId,
    month: Month,
    field: String,
    shifts: u64,
    changes: i64,
    in_days: i64,
    reach: Reach,
}

async fn of_shifts(
    tx: &mut Tx,
    over: &Over,
    days: Days,
    (first, end): (Timestamp, Timestamp),
) -> Result<Vec<ShiftSum>> {
    let (month, these) = (
        month_of(tx, "s.starts_at"),
        over.condition(tx, "s.center_id", "$5"),
    );
    let reach = tx.reach("k.first", "k.last");
    let all = tx.pack(&format!(
        "k.center_id, k.month, k.field, k.shifts, k.changes, k.in_days, {reach}"
    ));
    let inside = "s.starts_at >= $3 AND s.starts_at < $4";
    let text = format!(
        "SELECT {all} FROM (SELECT s.center_id, {month} AS month, COALESCE(o.field, '') AS field,
            COUNT(*) FILTER (WHERE {inside}
                AND EXISTS (SELECT 1 FROM assignment a WHERE a.shift_id = s.id
                    AND a.person_id IS NOT NULL
                    AND a.state IN ('checked_in', 'checked_out', 'validated'))) AS shifts,
            SUM(s.there_changes) AS changes,
            COALESCE(SUM(s.there_changes) FILTER (WHERE {inside}), 0) AS in_days,
            MIN(s.starts_at) AS first, MAX(s.starts_at) AS last
         FROM shift s LEFT JOIN occurrence o ON o.id = s.occurrence_id
         WHERE s.starts_at >= $1 AND s.starts_at < $2 AND {these} AND s.there_changes > 0
         GROUP BY 1, 2, 3) k"
    );
    let (from, until) = days.instants();
    over.begin(tx, text, [first, end, from, until])
        .packed()
        .await
}

/// Minutes of entries that stand alike, in the order of what is selected.
#[derive(Deserialize)]
struct MinuteSum {
    center: CenterId,
    month: Month,
    field: String,
    counts_as: Kind,
    approval: Approval,
    #[serde(deserialize_with = "crate::packed::flag")]
    is_approved: bool,
    #[serde(deserialize_with = "crate::packed::flag")]
    is_refused: bool,
    minutes: i64,
    reach: Reach,
}

impl MinuteSum {
    /// Verified and entered minutes, by the function that adds up all hours (C-90).
    fn told(&self) -> (i64, i64) {
        let entry = Entry {
            counts_as: self.counts_as,
            minutes: self.minutes,
            approval: self.approval,
            is_approved: self.is_approved,
            is_refused: self.is_refused,
            // An objection changes no sum.
            is_objected: false,
        };
        let sum = totals([&entry]);
        (sum.verified, sum.entered)
    }
}

async fn minutes(tx: &mut Tx, over: &Over, days: Days) -> Result<Vec<MinuteSum>> {
    let (month, these) = (
        month_of(tx, "h.served_at"),
        over.condition(tx, "h.center_id", "$3"),
    );
    let reach = tx.reach("k.first", "k.last");
    let all = tx.pack(&format!(
        "k.center_id, k.month, k.field, k.counts_as, k.approval, k.is_approved, k.is_refused,
         k.minutes, {reach}"
    ));
    let said = |word: &str| {
        format!("EXISTS (SELECT 1 FROM hour_word w WHERE w.entry_id = h.id AND w.word = '{word}')")
    };
    let text = format!(
        "SELECT {all} FROM (SELECT h.center_id, {month} AS month, COALESCE(o.field, '') AS field,
            h.counts_as, h.approval, {} AS is_approved, {} AS is_refused, SUM(h.minutes) AS minutes,
            MIN(h.served_at) AS first, MAX(h.served_at) AS last
         FROM hour_entry h JOIN shift s ON s.id = h.shift_id
         LEFT JOIN occurrence o ON o.id = s.occurrence_id
         WHERE h.served_at >= $1 AND h.served_at < $2 AND {these}
         GROUP BY 1, 2, 3, 4, 5, 6, 7) k",
        said("approved"),
        said("refused"),
    );
    let (from, until) = days.instants();
    over.begin(tx, text, [from, until]).packed().await
}

/// Casework and groups that somebody came to: each is counted once over all that a row covers.
#[derive(Default)]
pub(super) struct Cases {
    pub(super) cases: HashMap<At, RoaringBitmap>,
    pub(super) groups: HashMap<At, RoaringBitmap>,
    /// A number for each activity.
    numbers: HashMap<String, u32>,
}

impl Cases {
    pub(super) fn add(&mut self, at: &At, activity: &str, is_casework: bool) {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let number = match self.numbers.get(activity) {
            Some(number) => *number,
            None => *self.numbers.entry(activity.to_owned()).or_insert(next),
        };
        let of = match is_casework {
            true => &mut self.cases,
            false => &mut self.groups,
        };
        match of.get_mut(at) {
            Some(set) => set.insert(number),
            None => of.entry(at.clone()).or_default().insert(number),
        };
    }
}

/// An activity of those kinds, in the order of what is selected.
#[derive(Deserialize)]
pub(super) struct Case {
    center: CenterId,
    month: Month,
    field: String,
    pub(super) activity: String,
    kind: String,
}

impl Case {
    pub(super) fn at(&self) -> At {
        at(self.center.clone(), self.month, self.field.clone())
    }

    pub(super) fn is_casework(&self) -> bool {
        self.kind == "casework"
    }
}

/// Those of these days, each once for each place in the table.
pub(super) async fn cases(tx: &mut Tx, over: &Over, days: Days) -> Result<Vec<Case>> {
    let (month, these) = (
        month_of(tx, "o.starts_at"),
        over.condition(tx, "o.center_id", "$3"),
    );
    let all = tx.pack("k.center_id, k.month, k.field, k.activity_id, k.kind");
    let text = format!(
        "SELECT {all} FROM (SELECT DISTINCT o.center_id, {month} AS month, o.field, o.activity_id,
            o.kind
         FROM occurrence o WHERE o.starts_at >= $1 AND o.starts_at < $2 AND {these}
            AND o.came > 0 AND o.kind IN ('casework', 'group')) k"
    );
    let (from, until) = days.instants();
    over.begin(tx, text, [from, until]).packed().await
}

/// A day on which so few came that comparing two reports, one with it and one without, would tell about
/// them: the rows that it belongs to are hidden from whoever may not read names (C-172). Of months that
/// are there in part only.
pub(super) struct SmallDays {
    /// How many came, by center, field and day.
    pub(super) days: Vec<(At, i64, u64)>,
}

impl SmallDays {
    /// The places of the table with such a day, where `row` says what row a place belongs to.
    pub(super) fn rows<R: Eq + std::hash::Hash>(&self, row: impl Fn(&At) -> R) -> HashSet<R> {
        let mut came: HashMap<(R, i64), u64> = HashMap::new();
        for (at, day, many) in &self.days {
            *came.entry((row(at), *day)).or_default() += many;
        }
        let few = came
            .into_iter()
            .filter(|(_, many)| (1..u64::from(SMALL)).contains(many));
        few.map(|((row, _), _)| row).collect()
    }
}

pub(super) async fn small_days(tx: &mut Tx, within: &Within, asked: &Asked) -> Result<SmallDays> {
    let mut found = SmallDays { days: Vec::new() };
    if within.sees_names {
        return Ok(found);
    }
    let cut = asked.days.months().into_iter().filter(|(_, whole)| !whole);
    for (month, _) in cut {
        let these = within.over.condition(tx, "o.center_id", "$3");
        let all = tx.pack("k.center_id, k.field, k.day, k.came");
        let text = format!(
            "SELECT {all} FROM (SELECT o.center_id, o.field,
                (o.starts_at + 28800000) / 86400000 AS day, SUM(o.came) AS came
             FROM occurrence o WHERE o.starts_at >= $1 AND o.starts_at < $2 AND {these}
                AND o.came > 0 GROUP BY 1, 2, 3) k"
        );
        let (from, until) = Days::of(month).instants();
        let rows: Vec<(CenterId, String, i64, u64)> =
            within.over.begin(tx, text, [from, until]).packed().await?;
        let read = rows
            .into_iter()
            .map(|(center, field, day, came)| (at(center, month, field), day, came));
        found.days.extend(read);
    }
    Ok(found)
}
