//! What is added up of one center and one month, kept: a report of a city over years reads some hundred rows
//! for every month then, and not every date that there was.
//!
//! A tally says that it is true by what is not there: a row in `report_change` of its center and month,
//! which triggers write beside whatever changes a figure. Marks are read before tallies, so that one that
//! goes meanwhile went with a tally that knows of it.

use super::{
    figures::{self, At, Cases, Changes, Reach, Sum, Sums, month_of, whole_months},
    scope::{Over, Within},
};
use crate::{Act, Op, Result, Tx};
use domain::{
    id::CenterId,
    report::{Counts, Days, Month},
};
use serde::{Deserialize, Serialize};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

/// A center's month.
pub(super) type CenterMonth = (Month, CenterId);

/// What is kept of one field; empty for shifts of the center's own duty.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line<'l> {
    #[serde(borrow)]
    pub(super) field: Cow<'l, str>,
    counts: Counts,
    /// How often the set of those who came has changed.
    pub(super) came: i64,
    /// And of the volunteers who were there.
    pub(super) served: i64,
    reach: Option<Reach>,
    /// Activities of casework that somebody came to.
    #[serde(borrow)]
    cases: Vec<Cow<'l, str>>,
    /// Groups.
    #[serde(borrow)]
    groups: Vec<Cow<'l, str>>,
}

/// A tally as it is stored.
#[derive(Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Tally {
    month: String,
    center_id: CenterId,
    lines: String,
}

impl Tally {
    pub(super) fn of(&self) -> Result<CenterMonth> {
        Ok((self.month.parse()?, self.center_id.clone()))
    }

    /// Whether it says what another would.
    pub(super) fn says(&self, lines: &str) -> bool {
        self.lines == lines
    }

    pub(super) fn lines(&self) -> Result<Vec<Line<'_>>> {
        Ok(serde_json::from_str(&self.lines)?)
    }
}

/// The tallies of these months, true or not.
pub(super) async fn tallies(tx: &mut Tx, over: &Over, days: Days) -> Result<Vec<Tally>> {
    let these = over.condition(tx, "center_id", "$3");
    tx.sql_built(format!(
        "SELECT month, center_id, lines FROM month_tally
         WHERE month >= $1 AND month <= $2 AND {these}"
    ))
    .bind(Month::of(days.from()).to_string())
    .bind(Month::of(days.to()).to_string())
    .bind_list(over.codes())
    .all()
    .await
}

/// The centers' months of these days that there is a tally of.
pub(super) async fn kept(tx: &mut Tx, days: Days) -> Result<Vec<CenterMonth>> {
    let rows: Vec<(String, CenterId)> = tx
        .sql("SELECT month, center_id FROM month_tally WHERE month >= $1 AND month <= $2")
        .bind(Month::of(days.from()).to_string())
        .bind(Month::of(days.to()).to_string())
        .all()
        .await?;
    let read = rows
        .into_iter()
        .map(|(month, center)| Ok((month.parse()?, center)));
    read.collect()
}

/// The months that there is a tally of.
pub(super) async fn months(tx: &mut Tx) -> Result<Vec<Month>> {
    let rows: Vec<(String,)> = tx
        .sql("SELECT DISTINCT month FROM month_tally ORDER BY month")
        .all()
        .await?;
    let read = rows.into_iter().map(|(month,)| Ok(month.parse()?));
    read.collect()
}

/// The centers' months whose tallies are no longer true.
pub(super) async fn marked(tx: &mut Tx, over: &Over, days: Days) -> Result<HashSet<CenterMonth>> {
    let (month, these) = (
        month_of(tx, "r.at"),
        over.condition(tx, "r.center_id", "$3"),
    );
    let text = format!(
        "SELECT DISTINCT {month}, r.center_id FROM report_change r
         WHERE r.at >= $1 AND r.at < $2 AND {these}"
    );
    let (first, end) = whole_months(days);
    let rows: Vec<(String, CenterId)> = over.begin(tx, text, [first, end]).all().await?;
    let read = rows
        .into_iter()
        .map(|(month, center)| Ok((month.parse()?, center)));
    read.collect()
}

/// What a report is put together from: what tallies say, and what has to be added up now.
pub(super) struct Found {
    sums: Sums,
    cases: Cases,
    /// Of months that are asked for in part: how often sets have changed in all of the month.
    in_month: Vec<(At, i64, i64)>,
    now: Vec<Now>,
}

/// What is added up now.
struct Now {
    over: Over,
    days: Days,
    /// Whether a tally tells of the rest of the month.
    is_part: bool,
}

impl Found {
    /// Of all that tallies tell.
    pub(super) async fn of(tx: &mut Tx, within: &Within, days: Days) -> Result<Self> {
        let marked = marked(tx, &within.over, days).await?;
        let mut tallies: HashMap<CenterMonth, Tally> = HashMap::new();
        for tally in self::tallies(tx, &within.over, days).await? {
            let of = tally.of()?;
            if !marked.contains(&of) {
                tallies.insert(of, tally);
            }
        }
        let mut found = Self {
            sums: Sums::new(),
            cases: Cases::default(),
            in_month: Vec::new(),
            now: Vec::new(),
        };
        for (month, is_whole) in days.months() {
            let (mut parts, mut wholes) = (Vec::new(), Vec::new());
            for center in &within.centers {
                let of = (month, center.id.clone());
                match tallies.get(&of) {
                    None => wholes.push(&center.id),
                    Some(tally) if !found.tell(&of, tally, days, is_whole)? => {
                        parts.push(&center.id)
                    }
                    Some(_) => {}
                }
            }
            let these = days.in_month(month).into_iter();
            for days in these {
                found.add_up(&within.over, &wholes, days, false);
                found.add_up(&within.over, &parts, days, true);
            }
        }
        Ok(found)
    }

    /// Tells what a tally says; whether that is all there is to say of these days.
    fn tell(
        &mut self,
        of: &CenterMonth,
        tally: &Tally,
        days: Days,
        is_whole: bool,
    ) -> Result<bool> {
        let lines = tally.lines()?;
        let is_in = |line: &Line<'_>| line.reach.is_none_or(|reach| reach.is_in(days));
        let is_all = is_whole || lines.iter().all(is_in);
        for line in lines {
            let at = At {
                center: of.1.clone(),
                month: of.0,
                field: line.field.to_string(),
            };
            if !is_all {
                self.in_month.push((at, line.came, line.served));
                continue;
            }
            for case in &line.cases {
                self.cases.add(&at, case, true);
            }
            for group in &line.groups {
                self.cases.add(&at, group, false);
            }
            let sum = Sum {
                counts: line.counts,
                came: Changes::all(line.came),
                served: Changes::all(line.served),
                reach: line.reach,
            };
            self.sums.insert(at, sum);
        }
        Ok(is_all)
    }

    /// Months whose centers are the same are one stretch of days.
    fn add_up(&mut self, of: &Over, centers: &[&CenterId], days: Days, is_part: bool) {
        if centers.is_empty() {
            return;
        }
        let over = of.only(centers);
        let is_next = |now: &&mut Now| {
            now.is_part == is_part && now.over == over && now.days.and(days).is_some()
        };
        match self.now.iter_mut().find(is_next) {
            Some(before) => before.days = before.days.and(days).unwrap_or(days),
            None => self.now.push(Now {
                over,
                days,
                is_part,
            }),
        }
    }

    /// All sums, of which those that no tally tells are read now.
    pub(super) async fn sums(&mut self, tx: &mut Tx) -> Result<Sums> {
        let mut sums = std::mem::take(&mut self.sums);
        for now in &self.now {
            let around = match now.is_part {
                true => now.days.instants(),
                false => whole_months(now.days),
            };
            sums.extend(figures::sums(tx, &now.over, now.days, around).await?);
        }
        for (at, came, served) in std::mem::take(&mut self.in_month) {
            let sum = sums.entry(at).or_default();
            (sum.came.in_month, sum.served.in_month) = (came, served);
        }
        Ok(sums)
    }

    /// All casework and groups, likewise.
    pub(super) async fn cases(mut self, tx: &mut Tx) -> Result<Cases> {
        for now in &self.now {
            for case in figures::cases(tx, &now.over, now.days).await? {
                self.cases
                    .add(&case.at(), &case.activity, case.is_casework());
            }
        }
        Ok(self.cases)
    }
}

/// Tallies of a month as they would be made now, as they are stored.
pub(super) async fn counted(
    tx: &mut Tx,
    over: &Over,
    month: Month,
) -> Result<HashMap<CenterId, String>> {
    let days = Days::of(month);
    let sums = figures::sums(tx, over, days, days.instants()).await?;
    let mut cases: BTreeMap<At, [BTreeSet<String>; 2]> = BTreeMap::new();
    for case in figures::cases(tx, over, days).await? {
        let [casework, groups] = cases.entry(case.at()).or_default();
        let of = if case.is_casework() { casework } else { groups };
        of.insert(case.activity);
    }
    let mut lines: HashMap<CenterId, Vec<Line<'_>>> = HashMap::new();
    for (at, sum) in &sums {
        let [casework, groups] = cases.remove(at).unwrap_or_default();
        let ids = |set: BTreeSet<String>| set.into_iter().map(Cow::Owned).collect();
        lines.entry(at.center.clone()).or_default().push(Line {
            field: Cow::Borrowed(&at.field),
            counts: sum.counts,
            came: sum.came.in_month,
            served: sum.served.in_month,
            reach: sum.reach,
            cases: ids(casework),
            groups: ids(groups),
        });
    }
    let written = lines
        .into_iter()
        .map(|(center, lines)| Ok((center, serde_json::to_string(&lines)?)));
    written.collect()
}

/// What a center's month says in which nothing happened.
pub(super) const NOTHING: &str = "[]";

/// Keeps the tallies of some centers' month, as they are now.
pub(super) struct Keep {
    pub(super) month: Month,
    pub(super) centers: Vec<CenterId>,
}

#[async_trait::async_trait]
impl Op for Keep {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        // The rows first: whoever else keeps one of them waits here, and adds up after this.
        self.hold(tx, act).await?;
        // Then the marks: what changes from here on leaves one of its own.
        let over = Over::some(&self.centers);
        let these = over.condition(tx, "center_id", "$3");
        let (first, end) = Days::of(self.month).instants();
        let text = format!("DELETE FROM report_change WHERE at >= $1 AND at < $2 AND {these}");
        over.begin(tx, text, [first, end]).run().await?;
        let mut counted = counted(tx, &over, self.month).await?;
        for center in &self.centers {
            let lines = counted.remove(center);
            tx.sql("UPDATE month_tally SET lines = $1 WHERE month = $2 AND center_id = $3")
                .bind(lines.as_deref().unwrap_or(NOTHING))
                .bind(self.month.to_string())
                .bind(center)
                .run()
                .await?;
        }
        Ok(())
    }
}

impl Keep {
    async fn hold(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let list = tx.numbered("$4");
        tx.sql_built(format!(
            "INSERT INTO month_tally (month, center_id, lines, made_at)
             SELECT $1, n.value, $2, $3 FROM {list} WHERE TRUE ORDER BY n.value
             ON CONFLICT (month, center_id) DO UPDATE SET made_at = excluded.made_at"
        ))
        .bind(self.month.to_string())
        .bind(NOTHING)
        .bind(act.now)
        .bind_list(self.centers.iter().map(CenterId::as_str))
        .run()
        .await
        .map(drop)
    }
}
