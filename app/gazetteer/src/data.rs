//! The built-in tables (`app/store/data`), typed, and the import of a city's own list of centers.

mod centers;
mod tables;

pub use centers::{CenterRow, RowError, RowProblem, decode, parse_centers};
pub use tables::{
    Activity, ActivityText, Allocation, BookingOpens, Enrolment, FamilyMember, Field, How, Kind,
    MenuItem, MenuText, People, Relation, Resident, Staff, Start, Text, Unit, parse_activities,
    parse_fields, parse_menu, parse_people,
};

use std::sync::LazyLock;

/// The built-in `centers.csv`.
pub const CENTERS_CSV: &str = include_str!("../../store/data/centers.csv");
/// The built-in `fields.csv`.
pub const FIELDS_CSV: &str = include_str!("../../store/data/fields.csv");
/// The built-in `menu.json`.
pub const MENU_JSON: &str = include_str!("../../store/data/menu.json");
/// The built-in `activities.json`.
pub const ACTIVITIES_JSON: &str = include_str!("../../store/data/activities.json");
/// The built-in `people.json`.
pub const PEOPLE_JSON: &str = include_str!("../../store/data/people.json");

/// Something wrong in a table of fields, menu items, activities or people.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// Unexpected JSON.
    #[error("cannot read the JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Unexpected CSV.
    #[error("cannot read the CSV: {0}")]
    Csv(#[from] csv::Error),
}

/// The 668 built-in centers, ordered by subdistrict code. A test checks that every row is valid.
pub fn centers() -> &'static [CenterRow] {
    static ROWS: LazyLock<Vec<CenterRow>> = LazyLock::new(|| {
        parse_centers(CENTERS_CSV)
            .into_iter()
            .filter_map(Result::ok)
            .collect()
    });
    &ROWS
}

/// The built-in fields of the service menu, by `sort`.
///
/// # Errors
/// [`TableError`]; a test holds that there is none.
pub fn fields() -> Result<Vec<Field>, TableError> {
    parse_fields(FIELDS_CSV)
}

/// The built-in city template of the service menu.
///
/// # Errors
/// [`TableError`]; a test holds that there is none.
pub fn menu() -> Result<Vec<MenuItem>, TableError> {
    parse_menu(MENU_JSON)
}

/// The built-in patterns of activities.
///
/// # Errors
/// [`TableError`]; a test holds that there is none.
pub fn activities() -> Result<Vec<Activity>, TableError> {
    parse_activities(ACTIVITIES_JSON)
}

/// The built-in cast of residents and staff.
///
/// # Errors
/// [`TableError`]; a test holds that there is none.
pub fn people() -> Result<People, TableError> {
    parse_people(PEOPLE_JSON)
}

#[cfg(test)]
mod import_tests;
#[cfg(test)]
mod tests;
