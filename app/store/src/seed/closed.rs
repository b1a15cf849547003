//! A day on which a center of the demo is closed, so that one sees where that is said.

use crate::{Act, Db, Result, centers};
use chrono::{Days, NaiveDate};
use domain::{id::CenterId, opening::Change};

/// The center.
const CENTER: &str = "SZ440303001-02";
/// How many days ahead it is closed.
const AHEAD: u64 = 9;
/// Why; residents read it.
const REASON: &str = "消防检修（演示数据）";

/// One day, unless the center has one ahead.
pub(super) async fn seed(db: &Db, act: &Act) -> Result<()> {
    let (center, today) = (CENTER.parse::<CenterId>()?, act.now.day());
    let there = centers::exceptions(db, &center).await?;
    let ahead = |day: NaiveDate| day.checked_add_days(Days::new(AHEAD));
    match ahead(today).filter(|_| there.iter().all(|of| of.on < today)) {
        Some(day) => {
            let change = Change::new((day, day), Vec::new(), REASON, today)?;
            centers::add_exceptions(db, act, &center, change).await
        }
        None => Ok(()),
    }
}
