//! What a center still lacks before its doors can open, each with the way to it.

use super::home;
use crate::{
    i18n::{Locale, td_string},
    ui::Row,
    web::Visit,
};
use domain::access::{Action, Scope};
use leptos::prelude::*;
use store::centers::{CenterView, Need};

fn words(locale: Locale, need: Need) -> &'static str {
    match need {
        Need::Hours => td_string!(locale, center_settings.need_hours),
        Need::Contact => td_string!(locale, center_settings.need_contact),
        Need::Room => td_string!(locale, center_settings.need_rooms),
        Need::Staff => td_string!(locale, center_settings.need_staff),
        Need::Kiosk => td_string!(locale, center_settings.need_kiosk),
        Need::Activity => td_string!(locale, center_settings.need_activity),
    }
}

/// Where it is seen to, and the right that it takes.
fn way(center: &CenterView, need: Need) -> (String, Action) {
    let (home, id) = (home(center), &center.summary.id);
    match need {
        Need::Hours => (format!("{home}/hours"), Action::SetPolicy),
        Need::Contact => (format!("{home}/contact"), Action::SetPolicy),
        Need::Room => (format!("{home}/rooms/new"), Action::ManageActivities),
        Need::Staff => {
            let scope = Scope::Center(id.clone());
            let href = format!("/staff/accounts/new?role=center_manager&scope={scope}");
            (href, Action::ManageStaff)
        }
        Need::Kiosk => (format!("/staff/centers/{id}/kiosks"), Action::ManageKiosks),
        Need::Activity => (
            format!("/staff/centers/{id}/activities/new"),
            Action::ManageActivities,
        ),
    }
}

/// The section; nothing where nothing is lacking.
pub(super) fn section(
    visit: &Visit,
    center: &CenterView,
    lacking: &[Need],
) -> Option<impl IntoView + use<>> {
    let place = center.summary.place();
    let rows: Vec<_> = lacking
        .iter()
        .map(|need| {
            let words = words(visit.locale, *need);
            let (href, right) = way(center, *need);
            match visit.caller.may(right, &place) {
                Ok(()) => view! { <Row href title=words /> }.into_any(),
                Err(_) => {
                    view! { <li class="row"><span class="row-text">{words}</span></li> }.into_any()
                }
            }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="missing">
                <h2 id="missing">{td_string!(visit.locale, center_settings.missing)}</h2>
                <ul class="row-list">{rows}</ul>
            </section>
        }
    })
}
