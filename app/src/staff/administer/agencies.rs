//! Agencies and their contracts: who runs which center, from which day to which.

mod contract;
mod form;
mod list;
mod look;
mod new_contract;
mod one;

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    web::{Site, Visit},
    words,
};
use axum::Router;
use domain::{
    Refusal,
    access::Action,
    agency::{self, Standing, Term},
    id::CenterId,
};

const HOME: &str = "/staff/agencies";

/// The routes of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(list::routes())
        .merge(one::routes())
        .merge(new_contract::routes())
        .merge(contract::routes())
}

/// Whoever manages staff somewhere.
fn reader(visit: &Visit) -> Result<(), Refusal> {
    gate::staff(visit)?;
    match visit.caller.may_somewhere(Action::ManageStaff) {
        true => Ok(()),
        false => Err(Refusal::Forbidden),
    }
}

/// Whoever may change agencies and contracts somewhere.
fn editor(visit: &Visit) -> Result<(), Refusal> {
    gate::staff(visit)?;
    agency::may_change(&visit.caller, &[])
}

/// Whether the visitor may change contracts of that center.
fn may_change_at(visit: &Visit, center: &CenterId) -> bool {
    let centers = visit.site.centers();
    let place = centers.get(center.as_str()).map(|of| of.place());
    place.is_some_and(|place| agency::may_change(&visit.caller, &[place]).is_ok())
}

/// What a center is called.
fn center_name(visit: &Visit, center: &CenterId) -> String {
    let centers = visit.site.centers();
    let found = centers.get(center.as_str());
    found.map_or_else(|| center.to_string(), |of| of.name.clone())
}

/// `2026年1月1日至2026年12月31日`.
fn span(locale: Locale, term: Term) -> String {
    let (from, to) = (term.from(), term.to());
    td_string!(
        locale,
        agency.span,
        from = words::day_plain(locale, from),
        to = words::day_plain(locale, to)
    )
}

fn standing(locale: Locale, standing: Standing) -> &'static str {
    match standing {
        Standing::Now => td_string!(locale, agency.now),
        Standing::ToCome => td_string!(locale, agency.to_come),
        Standing::Over => td_string!(locale, agency.over),
    }
}
