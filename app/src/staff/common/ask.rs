//! The form by which the staff ask people to help out in a shift.

use crate::{
    i18n::{Locale, td_string},
    ui::FormKey,
};
use domain::{
    shift::{MOST_ASKED, needs_cover},
    time::Timestamp,
};
use leptos::prelude::*;
use store::shifts::ShiftView;

/// So many are asked for each who is missing, unless the staff say otherwise: not everybody can come.
const FOR_EACH: u32 = 3;

/// The form, where a place is free that people can still take. It leads to the page of the shifts at risk.
pub(in crate::staff) fn ask_form(
    locale: Locale,
    shift: &ShiftView,
    now: Timestamp,
) -> Option<impl IntoView + use<>> {
    let halves = shift.halves;
    let missing = halves.volunteers_min.saturating_sub(halves.volunteers);
    let suggested = (missing.max(1) * FOR_EACH).min(MOST_ASKED);
    let action = format!("/staff/centers/{}/risk", shift.center_id);
    let (id, title) = (shift.id.to_string(), shift.title.clone());
    (needs_cover(&shift.facts(), now) == Ok(true)).then(|| {
        view! {
            <form class="cluster" method="post" action=action><FormKey />
                <input type="hidden" name="shift" value=id />
                <label class="form-field">
                    <span>{td_string!(locale, cover.how_many)}</span>
                    <input class="input input-short" name="how_many" type="number" min="1" max=MOST_ASKED.to_string() value=suggested.to_string() required=true />
                </label>
                <button class="button button-main" type="submit">
                    {td_string!(locale, cover.ask)}<span class="visually-hidden">" "{title}</span>
                </button>
            </form>
        }
    })
}
