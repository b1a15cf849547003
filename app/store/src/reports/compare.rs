//! Tallies compared with what they are of: `server check`.

use super::{
    refresh::keep,
    scope::Over,
    tally::{self, CenterMonth, NOTHING, Tally},
};
use crate::{Act, Db, Result, Tx};
use domain::{
    id::CenterId,
    report::{Days, Month},
};
use std::collections::{BTreeMap, BTreeSet};

/// The centers' months that no mark tells of and whose tally says something else than their rows. There are
/// none unless somebody has changed the database by another program.
///
/// # Errors
/// Database errors.
pub async fn wrong_tallies(db: &Db) -> Result<Vec<(Month, CenterId)>> {
    let mut tx = db.read().await?;
    let mut wrong = Vec::new();
    for month in tally::months(&mut tx).await? {
        wrong.extend(wrong_in(&mut tx, month).await?);
    }
    Ok(wrong)
}

/// What changes while this looks is left out: it has a mark at the end, or another tally than before.
async fn wrong_in(tx: &mut Tx, month: Month) -> Result<Vec<CenterMonth>> {
    let (over, days) = (Over::everything(), Days::of(month));
    let before = by_center(tally::tallies(tx, &over, days).await?)?;
    let counted = tally::counted(tx, &over, month).await?;
    let mut after = by_center(tally::tallies(tx, &over, days).await?)?;
    for marked in tally::marked(tx, &over, days).await? {
        after.remove(&marked);
    }
    let is_wrong = |(of, tally): &(CenterMonth, Tally)| {
        let now = counted.get(&of.1).map_or(NOTHING, String::as_str);
        before.get(of) == Some(tally) && !tally.says(now)
    };
    let wrong = after.into_iter().filter(is_wrong).map(|(of, _)| of);
    Ok(wrong.collect())
}

fn by_center(tallies: Vec<Tally>) -> Result<BTreeMap<CenterMonth, Tally>> {
    let keyed = tallies.into_iter().map(|tally| Ok((tally.of()?, tally)));
    keyed.collect()
}

/// Adds these up anew.
///
/// # Errors
/// Database errors.
pub async fn tally_anew(db: &Db, act: &Act, these: Vec<(Month, CenterId)>) -> Result<()> {
    let these: BTreeSet<CenterMonth> = these.into_iter().collect();
    keep(db, act, &these).await
}
