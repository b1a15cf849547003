//! What a center still lacks before its doors can open, each with the way to it.

use super::home;
use crate::{
    i18n::{Locale, td_string},
    ui::Row,
    web::Visit,
};
use domain::access::{Action, Scope};
use leptos::prelude::*;
use store::centers::{CenterView, Setup};

/// A thing that a center needs.
struct Need {
    words: fn(Locale) -> &'static str,
    is_there: fn(&Setup) -> bool,
    href: fn(&CenterView) -> String,
    right: Action,
}

const NEEDS: [Need; 6] = [
    Need {
        words: |locale| td_string!(locale, center_settings.need_hours),
        is_there: |setup| setup.hours,
        href: |center| format!("{}/hours", home(center)),
        right: Action::SetPolicy,
    },
    Need {
        words: |locale| td_string!(locale, center_settings.need_contact),
        is_there: |setup| setup.phone,
        href: |center| format!("{}/contact", home(center)),
        right: Action::SetPolicy,
    },
    Need {
        words: |locale| td_string!(locale, center_settings.need_rooms),
        is_there: |setup| setup.rooms > 0,
        href: |center| format!("{}/rooms/new", home(center)),
        right: Action::ManageActivities,
    },
    Need {
        words: |locale| td_string!(locale, center_settings.need_staff),
        is_there: |setup| setup.staff > 0,
        href: |center| {
            let scope = Scope::Center(center.summary.id.clone());
            format!("/staff/accounts/new?role=center_manager&scope={scope}")
        },
        right: Action::ManageStaff,
    },
    Need {
        words: |locale| td_string!(locale, center_settings.need_kiosk),
        is_there: |setup| setup.kiosks > 0,
        href: |center| format!("/staff/centers/{}/kiosks", center.summary.id),
        right: Action::ManageKiosks,
    },
    Need {
        words: |locale| td_string!(locale, center_settings.need_activity),
        is_there: |setup| setup.activities > 0,
        href: |center| format!("/staff/centers/{}/activities/new", center.summary.id),
        right: Action::ManageActivities,
    },
];

/// The section; nothing where nothing is lacking.
pub(super) fn section(
    visit: &Visit,
    center: &CenterView,
    setup: &Setup,
) -> Option<impl IntoView + use<>> {
    if setup.is_whole() {
        return None;
    }
    let locale = visit.locale;
    let place = center.summary.place();
    let rows: Vec<_> = NEEDS
        .iter()
        .filter(|need| !(need.is_there)(setup))
        .map(|need| {
            let words = (need.words)(locale);
            match visit.caller.may(need.right, &place) {
                Ok(()) => view! { <Row href=(need.href)(center) title=words /> }.into_any(),
                Err(_) => {
                    view! { <li class="row"><span class="row-text">{words}</span></li> }.into_any()
                }
            }
        })
        .collect();
    Some(view! {
        <section class="section" aria-labelledby="missing">
            <h2 id="missing">{td_string!(locale, center_settings.missing)}</h2>
            <ul class="row-list">{rows}</ul>
        </section>
    })
}
