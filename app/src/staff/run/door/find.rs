//! Who is expected today, by a part of the name or the end of the telephone number (C-132).

use crate::{
    i18n::td_string,
    ui::{Field, Filters, FormKey, StateBadge},
    web::Visit,
    words,
};
use domain::{booking::State, id::CheckInId, person::Phone};
use leptos::prelude::*;
use store::check_ins::Expected;

/// The search, and what it found. A mark is sent in place, so that a camera goes on looking.
pub(super) fn section(
    visit: &Visit,
    here: &str,
    sought: String,
    found: Vec<Expected>,
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let rows: Vec<_> = found
        .iter()
        .map(|person| row(visit, here, person))
        .collect();
    let none = !sought.is_empty() && rows.is_empty();
    view! {
        <section class="section" aria-labelledby="by-name">
            <h2 id="by-name">{td_string!(locale, door.by_name)}</h2>
            <Filters locale action=here.to_owned() label=td_string!(locale, door.find) button=td_string!(locale, door.find_button)>
                <Field name="name" label=td_string!(locale, door.name_or_tail) value=sought kind="search" maxlength=40 />
            </Filters>
            <div id="door-found" data-part="">
                {none.then(|| view! { <p class="lead">{td_string!(locale, door.nobody)}</p> })}
                {(!rows.is_empty()).then(|| view! { <ul class="row-list">{rows}</ul> })}
            </div>
        </section>
    }
}

fn row(visit: &Visit, here: &str, person: &Expected) -> impl IntoView + use<> {
    let (locale, now) = (visit.locale, visit.now);
    let id: CheckInId = visit.site.ids().make(now);
    let when = words::hours(locale, person.span());
    let name = person.person_name.as_str().to_owned();
    let phone = person.phone.as_ref().map(Phone::masked);
    let facts = phone.into_iter().chain([person.title.clone(), when]);
    let facts = facts.collect::<Vec<_>>().join(" · ");
    let waits = person.state == State::Waitlisted;
    let open = !waits && person.checked_in_at.is_none();
    view! {
        <li><div class="row">
            <div class="row-text"><strong>{name.clone()}</strong><small>{facts}</small></div>
            <StateBadge locale state=person.state position=None />
            {open.then(|| view! {
                <form method="post" action=here.to_owned() data-in-place=""><FormKey />
                    <input type="hidden" name="id" value=id.to_string() />
                    <input type="hidden" name="booking" value=person.booking_id.to_string() />
                    <button class="button" type="submit">{td_string!(locale, door.present)}<span class="visually-hidden">{td_string!(locale, door.present_of, name = name)}</span></button>
                </form>
            })}
        </div></li>
    }
}
