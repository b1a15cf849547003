//! Reports: what their figures are called.

use crate::i18n::{Locale, td_string};
use domain::report::{Days, Figure};

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

/// What a report is over: `罗湖区，2026-01-01 至 2026-03-31`.
pub fn report_filter(locale: Locale, scope: &str, days: Days) -> String {
    let (from, to) = (days.from().to_string(), days.to().to_string());
    let period = td_string!(locale, report.period, from, to);
    super::list(locale, &[scope.to_owned(), period])
}
