//! Reports out of attendance: what happened at the centers of a scope, over days, told apart by field,
//! month and place. The definitions of the figures stand in [`domain::report`]; nothing is typed in.

mod alike;
mod assemble;
mod compare;
mod figures;
mod overview;
mod people;
mod refresh;
mod rows;
mod scope;
mod tally;
mod year;

pub use alike::{Alike, Beside, alike};
pub use assemble::{Came, Line, Place, Report, Served};
pub use compare::{tally_anew, wrong_tallies};
pub use overview::{Overview, Standing, overview};
pub(crate) use refresh::tally_all;
pub use refresh::{Refreshed, refresh};
pub use rows::{DateRow, Rows, ShiftRow, Which, rows};
pub use year::{Closed, MonthView, YearView, close_month, set_targets, year};

use crate::{Act, Db, Result};
use assemble::Parts;
use domain::report::Asked;
use futures_util::future::try_join;
use people::Sets;
use scope::Within;
use tally::Found;

/// A report. It is as of now: a tally that is no longer true is not read, and sets of people that have
/// changed since they were made are made anew first.
///
/// # Errors
/// [`Refusal::NotFound`](domain::Refusal::NotFound) for a scope without centers,
/// [`Refusal::Unauthenticated`](domain::Refusal::Unauthenticated) and
/// [`Refusal::Forbidden`](domain::Refusal::Forbidden) for whoever may not see the plans of every center
/// in it; database errors.
pub async fn attendance(db: &Db, act: &Act, asked: &Asked) -> Result<Report> {
    let mut tx = db.read().await?;
    let within = Within::of(&mut tx, &act.caller, &asked.scope).await?;
    let mut found = Found::of(&mut tx, &within, asked.days).await?;
    let sums = found.sums(&mut tx).await?;
    drop(tx);
    // What does not depend on each other is asked side by side: a city's report is all of a connection's
    // time otherwise.
    let rest = async {
        let mut tx = db.read().await?;
        let cases = found.cases(&mut tx).await?;
        let small_days = figures::small_days(&mut tx, &within, asked).await?;
        let is_demo = scope::has_demo(&mut tx, &within.over).await?;
        Ok((cases, small_days, is_demo))
    };
    let sets = Sets::of(db, act, &within, asked.days, &sums);
    let (sets, (cases, small_days, is_demo)) = try_join(sets, rest).await?;
    let parts = Parts {
        cases,
        small_days,
        is_demo,
        sums,
        sets,
    };
    Ok(assemble::report(asked, &within, parts, act.now))
}
