//! Keeping ready what reports are made of: tallies, and sets of people.

use super::{
    people::{self, CenterMonth as Set, What},
    scope::Over,
    tally::{self, CenterMonth, Keep},
};
use crate::{Act, Db, Locks, Result, Tx, centers};
use domain::{
    access::Caller,
    id::CenterId,
    report::{Days, Month},
};
use std::collections::{BTreeSet, HashMap};

/// So many centers' months are added up in one transaction: a scan waits for no more of them on SQLite.
const TOGETHER: usize = 10;

/// What was made anew, in centers' months.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Tallies.
    pub tallies: usize,
    /// Sets of people, of those who came and of volunteers apart.
    pub sets: usize,
}

/// Makes anew what is no longer true of the months of these days, at most `most` of either. The job of the
/// server calls it, so that reports find what they are made of ready.
///
/// # Errors
/// Database errors.
pub async fn refresh(db: &Db, act: &Act, days: Days, most: usize) -> Result<Refreshed> {
    let act = Act::new(Caller::system(), act.now, act.ids.clone());
    let due = due(&mut db.read().await?, days).await?;
    // What is newest is asked for most.
    let these: BTreeSet<CenterMonth> = due.iter().rev().take(most).cloned().collect();
    keep(db, &act, &these).await?;
    let stale = stale(&mut db.read().await?, days, &due, &these).await?;
    let sets: Vec<Set> = stale.into_iter().rev().take(most).collect();
    let refreshed = Refreshed {
        tallies: these.len(),
        sets: sets.len(),
    };
    people::make(db, &act, sets).await?;
    Ok(refreshed)
}

/// Keeps all tallies of these days, of a database that was filled without the triggers.
pub(crate) async fn tally_all(db: &Db, act: &Act, days: Days) -> Result<()> {
    let due = due(&mut db.read().await?, days).await?;
    keep(db, act, &due).await
}

/// Keeps these tallies as they are now.
pub(super) async fn keep(db: &Db, act: &Act, these: &BTreeSet<CenterMonth>) -> Result<()> {
    let mut months: HashMap<Month, Vec<CenterId>> = HashMap::new();
    for (month, center) in these {
        months.entry(*month).or_default().push(center.clone());
    }
    for (month, centers) in months {
        for centers in centers.chunks(TOGETHER) {
            let centers = centers.to_vec();
            db.write(act, Locks::none(), Keep { month, centers })
                .await?;
        }
    }
    Ok(())
}

/// The months that there is no true tally of.
async fn due(tx: &mut Tx, days: Days) -> Result<BTreeSet<CenterMonth>> {
    let over = Over::everything();
    let marked = tally::marked(tx, &over, days).await?;
    let mut due: BTreeSet<CenterMonth> = BTreeSet::new();
    for center in centers::all_in(tx).await? {
        let months = days.months().into_iter();
        due.extend(months.map(|(month, _)| (month, center.id.clone())));
    }
    for tally in tally::kept(tx, days).await? {
        if !marked.contains(&tally) {
            due.remove(&tally);
        }
    }
    Ok(due)
}

/// The sets of people that are no longer those of a tally. Of a tally that is not true nothing is known.
async fn stale(
    tx: &mut Tx,
    days: Days,
    due: &BTreeSet<CenterMonth>,
    kept: &BTreeSet<CenterMonth>,
) -> Result<BTreeSet<Set>> {
    let sets = people::changes(tx, days).await?;
    let mut stale = BTreeSet::new();
    for tally in tally::tallies(tx, &Over::everything(), days).await? {
        let (month, center) = tally.of()?;
        let of = (month, center.clone());
        if due.contains(&of) && !kept.contains(&of) {
            continue;
        }
        for line in tally.lines()? {
            for (what, now) in [(What::Came, line.came), (What::Served, line.served)] {
                let key = (what, center.clone(), month, line.field.to_string());
                if sets.get(&key).copied().unwrap_or(0) != now {
                    stale.insert(Set {
                        what,
                        center: center.clone(),
                        month,
                    });
                }
            }
        }
    }
    Ok(stale)
}
