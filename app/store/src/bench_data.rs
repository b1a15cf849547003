//! A plausible city of any size for load tests, into an empty database: deterministic, in bulk,
//! and within the rules (never over a capacity, waitlists in order, nobody in two places at
//! once).

mod attend;
mod bare;
mod book;
mod city;
mod rows;
mod work;

pub use work::{MadeWork, Work, work};

use crate::{
    Act, Db, Ids, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers::{Origin, import_in},
    reports,
    seed::{Dice, broken, save_fields, save_items},
};
use attend::Attended;
use bare::Bare;
use book::Book;
use domain::{
    Reason, Refusal,
    audit::Verb,
    report::{Days, LONGEST},
};
use gazetteer::data::{self, CenterRow};
use serde::Serialize;
use serde_json::json;

/// How large the city is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Centers, 1 to 10,000: the built-in ones first.
    pub centers: u32,
    /// Accounts, with telephone numbers from 13900000000 upwards; at most 10,000,000.
    pub accounts: u32,
    /// Activities, each with one to four occurrences in the coming four weeks, or before.
    pub activities: u32,
    /// Bookings, as far as they fit.
    pub bookings: u32,
    /// Half of the activities, and of the bookings as far as they fit, lie in so many days before, with
    /// who came and who did not; 0 for a city without a past, else 35 to 3,650.
    pub past_days: u32,
    /// The same number makes the same city.
    pub seed: u64,
}

/// What was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Centers.
    pub centers: usize,
    /// Accounts.
    pub accounts: usize,
    /// Their holders and families.
    pub people: usize,
    /// Activities.
    pub activities: usize,
    /// Occurrences.
    pub occurrences: usize,
    /// Bookings with a place.
    pub confirmed: usize,
    /// Bookings that wait.
    pub waitlisted: usize,
    /// People who came to what is over.
    pub came: usize,
    /// People who had booked it and stayed away.
    pub no_shows: usize,
}

/// The telephone number of the first account.
pub const FIRST_PHONE: u64 = 13_900_000_000;

/// How far back it may go: further than a course lasts, and ten years.
const PAST_DAYS: std::ops::RangeInclusive<u32> = 35..=3_650;

/// Fills the database. `act` must be the system's; the city depends on `size` and `act.now` alone.
///
/// # Errors
/// [`Refusal::Invalid`] of `database` with `not_empty` where there is anything in it already, and
/// for sizes that make no sense.
pub async fn fill(db: &Db, act: &Act, size: Size) -> Result<Made> {
    if !(1..=10_000).contains(&size.centers) {
        return Err(Refusal::invalid("centers", Reason::OutOfRange).into());
    }
    if size.accounts > 10_000_000 {
        return Err(Refusal::invalid("accounts", Reason::OutOfRange).into());
    }
    if size.past_days != 0 && !PAST_DAYS.contains(&size.past_days) {
        return Err(Refusal::invalid("past", Reason::OutOfRange).into());
    }
    // The same ids too: nothing in such a city is worth guessing.
    let act = &Act::new(act.caller.clone(), act.now, Ids::repeatable(size.seed));
    let made = db.write(act, Locks::none(), Fill { size }).await?;
    if size.past_days > 0 {
        let today = act.now.day();
        let from = today - chrono::Duration::days(i64::from(size.past_days).min(LONGEST - 1));
        reports::tally_all(db, act, Days::new(from, today)?).await?;
    }
    Ok(made)
}

/// All of it in one transaction, so that nobody ever finds half a city.
struct Fill {
    size: Size,
}

#[async_trait::async_trait]
impl Op for Fill {
    type Out = Made;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Made> {
        let size = self.size;
        let centers = centers(size.centers);
        ground(tx, act, &centers).await?;
        let mut dice = Dice(size.seed);
        let bare = Bare::made(tx).await?;
        let people = city::people(tx, act, &centers, size, &mut dice).await?;
        let sittings = city::activities(tx, act, &centers, size, &mut dice).await?;
        let occurrences = sittings.coming.len() + sittings.over.len();
        let mut book = Book::of(&people, &sittings.coming);
        let attended = match size.past_days {
            0 => Attended::default(),
            _ => {
                book.attend(tx, act, sittings.over, size.bookings / 2, &mut dice)
                    .await?
            }
        };
        let left = size.bookings.saturating_sub(attended.bookings());
        let (confirmed, waitlisted) = book.bookings(tx, act, left, &mut dice).await?;
        bare.dressed(tx).await?;
        Ok(Made {
            centers: centers.len(),
            accounts: size.accounts as usize,
            people: people.len(),
            activities: size.activities as usize,
            occurrences,
            confirmed,
            waitlisted,
            came: attended.came,
            no_shows: attended.no_shows,
        })
    }
}

/// The built-in centers, and invented ones beyond them.
fn centers(count: u32) -> Vec<CenterRow> {
    let built_in = data::centers();
    (0..count as usize)
        .filter_map(|n| {
            let model = built_in.get(n % built_in.len().max(1))?;
            let round = n / built_in.len();
            let mut row = model.clone();
            if round > 0 {
                row.id = format!("{}-B{round}", model.id);
                row.name = format!("{}（第{}站）", model.name, round + 1);
                row.second_site_demo = true;
            }
            Some(row)
        })
        .collect()
}

/// What everything else stands on, in an empty database.
async fn ground(tx: &mut Tx, act: &Act, centers: &[CenterRow]) -> Result<()> {
    let there = tx
        .sql(
            "SELECT (SELECT COUNT(*) FROM center) + (SELECT COUNT(*) FROM account)
                + (SELECT COUNT(*) FROM activity) + (SELECT COUNT(*) FROM staff)",
        )
        .count()
        .await?;
    if there > 0 {
        return Err(Refusal::invalid("database", Reason::NotEmpty).into());
    }
    save_fields(tx, &data::fields().map_err(broken)?).await?;
    let rows: Vec<_> = centers.iter().cloned().map(Ok).collect();
    import_in(tx, act, &rows, Origin::BuiltIn, false).await?;
    save_items(tx, act, &data::menu().map_err(broken)?).await?;
    let entry = Entry {
        action: Verb::BenchFill,
        subject: ("database", ""),
        center: None,
        detail: json!({}),
    };
    audit::record(tx, act, entry).await
}
