//! The rows behind a figure: the dates and shifts that it counts (C-95).

use super::{assemble::Line, figures::month_of, scope::Within};
use crate::{Act, Db, Query, Result, Tx};
use domain::{
    access::Scope,
    activity::Kind,
    id::{CenterId, OccurrenceId, ShiftId},
    report::{Asked, Days, Month},
    time::Timestamp,
};

/// Most rows of each kind that are listed at once.
const MOST: i64 = 500;

/// Which rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Which {
    /// Over which centers.
    pub scope: Scope,
    /// Over which days.
    pub days: Days,
    /// Only of this field; empty for shifts of a center's own duty.
    pub field: Option<String>,
    /// Only of this month.
    pub month: Option<Month>,
}

impl Which {
    /// The rows behind a line of a report.
    pub fn of(asked: &Asked, line: &Line) -> Self {
        let scope = match &line.place {
            None => asked.scope.clone(),
            Some(place) => match (&place.center, &place.subdistrict) {
                (Some(center), _) => Scope::Center(center.clone()),
                (None, Some(subdistrict)) => Scope::Subdistrict(subdistrict.clone()),
                (None, None) => Scope::District(place.district.clone()),
            },
        };
        Self {
            scope,
            days: asked.days,
            field: line.field.clone(),
            month: line.month,
        }
    }

    /// As an address says it.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![
            ("scope", self.scope.to_string()),
            ("from", self.days.from().to_string()),
            ("to", self.days.to().to_string()),
        ];
        pairs.extend(self.field.clone().map(|field| ("field", field)));
        pairs.extend(self.month.map(|month| ("month", month.to_string())));
        pairs
    }
}

/// What a figure counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// Dates of activities that somebody came to or should have.
    pub dates: Vec<DateRow>,
    /// Shifts in which a volunteer was there.
    pub shifts: Vec<ShiftRow>,
    /// Whether there are more than are listed.
    pub is_cut: bool,
}

/// A date with what it adds to a report.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DateRow {
    /// Which.
    pub id: OccurrenceId,
    /// Where.
    pub center_id: CenterId,
    /// The center's name.
    pub center_name: String,
    /// Its title.
    pub title: String,
    /// Casework, group or community activity.
    pub kind: Kind,
    /// Its field.
    pub field: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// How many came; absent for whoever may not read names.
    pub came: Option<i64>,
    /// Of them those without a booking.
    pub walk_ins: Option<i64>,
    /// How many stayed away.
    pub no_shows: Option<i64>,
}

/// A shift with what it adds to a report.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ShiftRow {
    /// Which.
    pub id: ShiftId,
    /// Where.
    pub center_id: CenterId,
    /// The center's name.
    pub center_name: String,
    /// Its title.
    pub title: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// How many volunteers were there; absent for whoever may not read names.
    pub volunteers: Option<i64>,
}

/// The rows behind a figure, in the order in which they began.
///
/// # Errors
/// As of [`super::attendance`].
pub async fn rows(db: &Db, act: &Act, which: &Which) -> Result<Rows> {
    let mut tx = db.read().await?;
    let within = Within::of(&mut tx, &act.caller, &which.scope).await?;
    let mut dates = dates(&mut tx, &within, which).await?;
    let mut shifts = shifts(&mut tx, &within, which).await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let is_cut = dates.len() > most || shifts.len() > most;
    dates.truncate(most);
    shifts.truncate(most);
    if !within.sees_names {
        dates.iter_mut().for_each(DateRow::veil);
        shifts.iter_mut().for_each(ShiftRow::veil);
    }
    Ok(Rows {
        dates,
        shifts,
        is_cut,
    })
}

impl DateRow {
    /// Without what it says of people: a figure minus the dates that are shown would be those that aren't.
    fn veil(&mut self) {
        (self.came, self.walk_ins, self.no_shows) = (None, None, None);
    }
}

impl ShiftRow {
    fn veil(&mut self) {
        self.volunteers = None;
    }
}

/// The condition on field and month, which `$4` and `$5` are bound to.
fn told(tx: &Tx, field: &str, starts_at: &str) -> String {
    let month = month_of(tx, starts_at);
    format!(
        "(CAST($4 AS TEXT) IS NULL OR {field} = $4) AND (CAST($5 AS TEXT) IS NULL OR {month} = $5)"
    )
}

/// Begins a statement over these rows, with everything that it is bound to.
fn begin<'t>(tx: &'t mut Tx, within: &Within, which: &Which, text: String) -> Query<'t> {
    let (from, until) = which.days.instants();
    within
        .over
        .begin(tx, text, [from, until])
        .bind(which.field.clone())
        .bind(which.month.map(|month| month.to_string()))
        .bind(MOST + 1)
}

async fn dates(tx: &mut Tx, within: &Within, which: &Which) -> Result<Vec<DateRow>> {
    let these = within.over.condition(tx, "o.center_id", "$3");
    let told = told(tx, "o.field", "o.starts_at");
    let text = format!(
        "SELECT o.id, o.center_id, c.name AS center_name, a.title, o.kind, o.field, o.starts_at,
            o.came, o.walk_ins, o.no_shows
         FROM occurrence o JOIN activity a ON a.id = o.activity_id JOIN center c ON c.id = o.center_id
         WHERE o.starts_at >= $1 AND o.starts_at < $2 AND {these} AND {told}
            AND (o.came > 0 OR o.no_shows > 0)
         ORDER BY o.starts_at, o.id LIMIT $6"
    );
    begin(tx, within, which, text).all().await
}

async fn shifts(tx: &mut Tx, within: &Within, which: &Which) -> Result<Vec<ShiftRow>> {
    let these = within.over.condition(tx, "s.center_id", "$3");
    let told = told(tx, "COALESCE(o.field, '')", "s.starts_at");
    let text = format!(
        "SELECT k.* FROM (SELECT s.id, s.center_id, c.name AS center_name, s.title, s.starts_at,
            (SELECT COUNT(*) FROM assignment a WHERE a.shift_id = s.id AND a.person_id IS NOT NULL
                AND a.state IN ('checked_in', 'checked_out', 'validated')) AS volunteers
         FROM shift s JOIN center c ON c.id = s.center_id
         LEFT JOIN occurrence o ON o.id = s.occurrence_id
         WHERE s.starts_at >= $1 AND s.starts_at < $2 AND {these} AND {told}
            AND s.there_changes > 0) k
         WHERE k.volunteers > 0 ORDER BY k.starts_at, k.id LIMIT $6"
    );
    begin(tx, within, which, text).all().await
}
