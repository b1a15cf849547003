//! An occurrence in the few words that several pages share.

use crate::{
    i18n::{Locale, td_string},
    web::Visit,
    words,
};
use domain::activity::Allocation;
use store::occurrences::OccurrenceView;

/// When it is, as one would say it now.
pub(in crate::staff) fn when(visit: &Visit, at: &OccurrenceView) -> String {
    words::span_near(visit.locale, at.span(), visit.now)
}

/// `16 / 25`, or how it goes where nobody books.
pub(in crate::staff) fn taken(locale: Locale, o: &OccurrenceView) -> String {
    match o.terms.allocation {
        Allocation::DropIn => td_string!(locale, staff.dash.drop_in).to_owned(),
        Allocation::FirstCome => format!("{} / {}", o.confirmed, o.terms.capacity),
    }
}
