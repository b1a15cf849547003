//! Reports, and the rows behind their figures.

use app::i18n::{Locale, td_string};
use domain::{
    id::{CenterId, OccurrenceId, ShiftId},
    report::{Asked, Days},
    time::Timestamp,
};
use serde::Serialize;
use store::reports::{self, Line, Which};
use utoipa::ToSchema;

/// A report out of attendance.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Report {
    /// What the figures mean, in the caller's language.
    definition: &'static str,
    /// Over which centers.
    scope: String,
    /// The first day, in Shanghai.
    from: String,
    /// The last day.
    to: String,
    /// What the rows are told apart by.
    by: String,
    /// When the counts were read.
    as_of: Timestamp,
    /// When the numbers of different people are of.
    people_as_of: Timestamp,
    /// Whether there is demo data in it.
    demo: bool,
    /// The rows; none unless `by` says what by.
    rows: Vec<ReportRow>,
    /// Over everything. Numbers of people are no sums of the rows.
    total: ReportRow,
}

/// A row of a report. What it tells apart is absent where the report does not.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct ReportRow {
    /// Code of the field; `null` for shifts that belong to no field, too.
    field: Option<String>,
    /// The month, `2026-11`.
    month: Option<String>,
    /// The center.
    center_id: Option<CenterId>,
    /// Code of the subdistrict.
    subdistrict: Option<String>,
    /// Code of the district.
    district: Option<String>,
    /// Name of the place.
    place: Option<String>,
    /// Casework that somebody came to.
    cases: u64,
    /// Groups that somebody came to.
    groups: u64,
    /// Dates of groups.
    sessions: u64,
    /// Dates of community activities.
    activities: u64,
    /// Person-times. `null` here and below where it would be about fewer than five people.
    attendances: Option<i64>,
    /// Different people.
    persons: Option<i64>,
    /// Person-times without a booking.
    walk_ins: Option<i64>,
    /// Places of those who stayed away.
    no_shows: Option<i64>,
    /// Shifts in which a volunteer was there.
    shifts: u64,
    /// Different volunteers.
    volunteers: Option<i64>,
    /// Verified minutes.
    volunteer_minutes: Option<i64>,
    /// Minutes entered by hand and approved.
    entered_minutes: Option<i64>,
    /// Whether something is not shown because it is about too few people.
    suppressed: bool,
    /// Where the dates and shifts are listed that the row counts.
    rows_url: String,
}

/// Which rows, as an address says it.
fn query(asked: &Asked, line: &Line) -> String {
    let pairs = Which::of(asked, line).pairs();
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

impl ReportRow {
    fn of(asked: &Asked, line: &Line) -> Self {
        use domain::report::Figure as F;
        let place = line.place.as_ref();
        Self {
            field: line.field.clone().filter(|field| !field.is_empty()),
            month: line.month.map(|month| month.to_string()),
            center_id: place.and_then(|place| place.center.clone()),
            subdistrict: place.and_then(|place| place.subdistrict.clone()),
            district: place.map(|place| place.district.clone()),
            place: place.map(|place| place.name.clone()),
            cases: line.cases,
            groups: line.groups,
            sessions: line.sessions,
            activities: line.activities,
            attendances: line.value(F::Attendances),
            persons: line.value(F::Persons),
            walk_ins: line.value(F::WalkIns),
            no_shows: line.value(F::NoShows),
            shifts: line.shifts,
            volunteers: line.value(F::Volunteers),
            volunteer_minutes: line.value(F::VolunteerMinutes),
            entered_minutes: line.value(F::EnteredMinutes),
            suppressed: line.is_hidden(),
            rows_url: format!(
                "{}/reports/attendance/rows?{}",
                crate::rest::ROOT,
                query(asked, line)
            ),
        }
    }
}

impl Report {
    pub(in crate::rest) fn of(locale: Locale, report: &reports::Report) -> Self {
        let asked = &report.asked;
        let day = |day: fn(Days) -> chrono::NaiveDate| day(asked.days).to_string();
        Self {
            definition: td_string!(locale, report.definition),
            scope: asked.scope.to_string(),
            from: day(Days::from),
            to: day(Days::to),
            by: asked.by.to_string(),
            as_of: report.as_of,
            people_as_of: report.people_as_of,
            demo: report.is_demo,
            rows: report
                .rows
                .iter()
                .map(|line| ReportRow::of(asked, line))
                .collect(),
            total: ReportRow::of(asked, &report.total),
        }
    }
}

/// What a figure counts.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct ReportRows {
    /// Dates of activities that somebody came to or should have, at most 500.
    dates: Vec<ReportDate>,
    /// Shifts in which a volunteer was there, at most 500.
    shifts: Vec<ReportShift>,
    /// Whether there are more.
    more: bool,
}

/// A date of an activity.
#[derive(Serialize, ToSchema)]
struct ReportDate {
    /// Which.
    occurrence_id: OccurrenceId,
    /// Where.
    center_id: CenterId,
    /// Its title.
    title: String,
    /// `casework`, `group` or `community_activity`.
    kind: &'static str,
    /// Code of its field.
    field: String,
    /// When it began.
    starts_at: Timestamp,
    /// How many came. `null` here and below for whoever may not read names.
    attendances: Option<i64>,
    /// Of them those without a booking.
    walk_ins: Option<i64>,
    /// How many stayed away.
    no_shows: Option<i64>,
}

/// A shift.
#[derive(Serialize, ToSchema)]
struct ReportShift {
    /// Which.
    shift_id: ShiftId,
    /// Where.
    center_id: CenterId,
    /// Its title.
    title: String,
    /// When it began.
    starts_at: Timestamp,
    /// How many volunteers were there. `null` for whoever may not read names.
    volunteers: Option<i64>,
}

impl From<reports::Rows> for ReportRows {
    fn from(rows: reports::Rows) -> Self {
        let dates = rows.dates.into_iter().map(|date| ReportDate {
            occurrence_id: date.id,
            center_id: date.center_id,
            title: date.title,
            kind: date.kind.as_str(),
            field: date.field,
            starts_at: date.starts_at,
            attendances: date.came,
            walk_ins: date.walk_ins,
            no_shows: date.no_shows,
        });
        let shifts = rows.shifts.into_iter().map(|shift| ReportShift {
            shift_id: shift.id,
            center_id: shift.center_id,
            title: shift.title,
            starts_at: shift.starts_at,
            volunteers: shift.volunteers,
        });
        Self {
            dates: dates.collect(),
            shifts: shifts.collect(),
            more: rows.is_cut,
        }
    }
}
