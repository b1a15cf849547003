//! Built-in and demo data. Idempotent: seeding again adds only what is missing. Everything invented
//! is marked `demo`.

mod agencies;
mod closed;
mod history;
mod holidays;
mod places;
mod plan;
mod residents;
mod shifts;
mod showcase;
mod staff;
mod training;

pub(crate) use places::{save_fields, save_items};
pub(crate) use plan::Dice;
pub use staff::{DemoStaff, Password};

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    activities::{NewActivity, create_in},
};
use domain::{id::CenterId, time::Timestamp};
use serde::Serialize;

/// How many centers have demo activities.
const CENTERS: usize = 60;
/// The subdistrict whose centers all have many: 桂园街道 in 罗湖区.
const FULL_SUBDISTRICT: &str = "440303001";
/// How many activities its centers have, and how many the others.
const ACTIVITIES: (usize, usize) = (14, 7);
/// How many days ahead an activity begins at the latest.
const DAYS: u64 = 21;

/// What seeding made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Fields of the menu that were added or changed.
    pub fields: u64,
    /// Centers that were added or changed.
    pub centers: usize,
    /// Items of the menu's template that were added or changed.
    pub menu_items: u64,
    /// Activities that were added.
    pub activities: usize,
    /// Their occurrences.
    pub occurrences: usize,
    /// Residents' accounts that were added.
    pub residents: usize,
    /// Bookings that were made.
    pub bookings: usize,
    /// Volunteers' shifts that were added.
    pub shifts: usize,
    /// Staff accounts that were added.
    pub staff: usize,
    /// All demo staff, with the passwords of those that were added.
    pub demo_staff: Vec<DemoStaff>,
    /// Telephone numbers and names of all demo residents.
    pub demo_residents: Vec<(String, String)>,
}

impl Summary {
    /// Whether anything was written.
    pub const fn changed(&self) -> bool {
        self.fields > 0
            || self.centers > 0
            || self.menu_items > 0
            || self.activities > 0
            || self.residents > 0
            || self.shifts > 0
            || self.staff > 0
    }
}

/// Seeds. `act` must be the system's; content depends on `seed` and `act.now` alone. `password`
/// makes a password for the staff account of that name, and is asked only for new ones.
///
/// # Errors
/// Database errors; a refusal where the built-in data do not fit the rules.
pub async fn seed(
    db: &Db,
    act: &Act,
    seed: u64,
    password: &mut (dyn FnMut(&str) -> Password + Send),
) -> Result<Summary> {
    let mut summary = Summary::default();
    places::seed(db, act, &mut summary).await?;
    staff::seed(db, act, password, &mut summary).await?;
    let people = residents::seed(db, act, &mut summary).await?;
    let plan = plan::Plan::load(db, act.now, seed).await?;
    showcase::seed(db, act, &plan, &people, &mut summary).await?;
    shifts::seed(db, act, &people, &mut summary).await?;
    training::seed(db, act, &mut summary).await?;
    history::seed(db, act, &mut summary).await?;
    closed::seed(db, act).await?;
    holidays::seed(db, act).await?;
    agencies::seed(db, act).await?;
    for center in plan.centers() {
        let new = plan.missing_at(db, &center).await?;
        if new.is_empty() {
            continue;
        }
        summary.activities += new.len();
        let op = Create { new };
        summary.occurrences += db.write(act, Locks::none(), op).await?;
    }
    Ok(summary)
}

/// Activities of one center, in one transaction.
struct Create {
    new: Vec<NewActivity>,
}

#[async_trait::async_trait]
impl Op for Create {
    type Out = usize;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<usize> {
        let mut occurrences = 0;
        for new in &self.new {
            let created = create_in(tx, act, new, true).await?;
            occurrences += created.occurrences.len();
        }
        Ok(occurrences)
    }
}

/// Titles of the center's demo activities that are not over.
async fn titles_at(db: &Db, center: &CenterId, now: Timestamp) -> Result<Vec<String>> {
    let mut tx = db.read().await?;
    let rows: Vec<(String,)> = tx
        .sql(
            "SELECT DISTINCT a.title FROM activity a JOIN occurrence o ON o.activity_id = a.id
             WHERE a.center_id = $1 AND a.demo AND o.ends_at > $2",
        )
        .bind(center)
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(title,)| title).collect())
}

/// A built-in table that cannot be read; tests hold that all can.
pub(crate) fn broken(_: gazetteer::data::TableError) -> crate::Error {
    crate::Error::Corrupt("built-in data")
}
