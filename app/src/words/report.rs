//! Reports: what their figures are called.

use super::field_name;
use crate::i18n::{Locale, td_string};
use domain::report::{By, Days, Figure, PlaceBy};
use store::{menu::Field, reports::Line};

/// What a figure is called; of times without their unit.
pub fn figure(locale: Locale, figure: Figure) -> &'static str {
    match figure {
        Figure::Cases => td_string!(locale, report.cases),
        Figure::Groups => td_string!(locale, report.groups),
        Figure::Sessions => td_string!(locale, report.sessions),
        Figure::Activities => td_string!(locale, report.activities),
        Figure::Attendances => td_string!(locale, report.attendances),
        Figure::Persons => td_string!(locale, report.persons),
        Figure::WalkIns => td_string!(locale, report.walk_ins),
        Figure::NoShows => td_string!(locale, report.no_shows),
        Figure::Shifts => td_string!(locale, report.shifts),
        Figure::Volunteers => td_string!(locale, report.volunteers),
        Figure::VolunteerMinutes => td_string!(locale, report.volunteer_minutes),
        Figure::EnteredMinutes => td_string!(locale, report.entered_minutes),
    }
}

/// What the columns are called that tell rows apart.
pub fn report_heads(locale: Locale, by: By) -> Vec<&'static str> {
    let heads = [
        (by.place != PlaceBy::Whole, td_string!(locale, report.place)),
        (by.month, td_string!(locale, report.month)),
        (by.field, td_string!(locale, report.field)),
    ];
    let told = heads.into_iter().filter(|(is_told, _)| *is_told);
    told.map(|(_, words)| words).collect()
}

/// What stands in these columns of a row.
pub fn report_row(locale: Locale, line: &Line, fields: &[Field]) -> Vec<String> {
    let place = line.place.as_ref().map(|place| place.name.clone());
    let month = line.month.map(|month| month.to_string());
    let field = line.field.as_deref().map(|code| {
        let found = fields.iter().find(|field| field.code == code);
        found.map_or_else(
            || td_string!(locale, report.own_duty).to_owned(),
            |field| field_name(locale, field),
        )
    });
    [place, month, field].into_iter().flatten().collect()
}

/// What a report is over: `罗湖区，2026-01-01 至 2026-03-31`.
pub fn report_filter(locale: Locale, scope: &str, days: Days) -> String {
    let (from, to) = (days.from().to_string(), days.to().to_string());
    let period = td_string!(locale, report.period, from, to);
    super::list(locale, &[scope.to_owned(), period])
}
