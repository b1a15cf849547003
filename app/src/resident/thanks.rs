//! Thanking the volunteers of what somebody attended: on the ticket, by one press.

use super::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::FormKey,
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, routing::post};
use domain::{
    booking::State,
    id::BookingId,
    thanks::{By, Sentence},
};
use leptos::prelude::*;
use store::{
    bookings::BookingView,
    thanks::{self, OfBooking},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/me/bookings/{id}/thank", post(thank))
}

/// How a booking stands to it; nothing where nobody came.
pub(super) async fn of(visit: &Visit, booking: &BookingView) -> Result<Option<OfBooking>, Fault> {
    if booking.state != State::CheckedIn {
        return Ok(None);
    }
    let of = thanks::of_booking(visit.db(), booking, visit.now).await?;
    Ok(Some(of))
}

/// What was said, or the sentences to choose from.
pub(super) fn section(
    locale: Locale,
    booking: &BookingId,
    of: &OfBooking,
) -> Option<impl IntoView + use<>> {
    let inside = match (of.said, &of.may) {
        (Some(said), _) => {
            let text = words::thanks_sentence(locale, said);
            view! { <p>{td_string!(locale, thanks.said, text)}</p> }.into_any()
        }
        (None, Ok(())) => form(locale, booking).into_any(),
        (None, Err(_)) => return None,
    };
    Some(view! {
        <section class="section" aria-labelledby="thanks">
            <h2 id="thanks">{td_string!(locale, thanks.give)}</h2>
            {inside}
        </section>
    })
}

fn form(locale: Locale, booking: &BookingId) -> impl IntoView + use<> {
    let keys: Vec<_> = By::Resident
        .sentences()
        .iter()
        .map(|sentence| {
            let text = words::thanks_sentence(locale, *sentence);
            view! { <button class="button" type="submit" name="sentence" value=sentence.as_str()>{text}</button> }
        })
        .collect();
    view! {
        <p>{td_string!(locale, thanks.hint)}</p>
        <form class="stack-close" method="post" action=format!("/me/bookings/{booking}/thank")><FormKey />
            {keys}
        </form>
    }
}

async fn thank(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let booking = gate::own_booking(&visit, &id).await?;
    let sentence: Sentence = form.need("sentence")?.parse()?;
    let act = visit.once(&form)?;
    thanks::by_resident(visit.db(), &act, &booking.id, sentence).await?;
    let to = format!("/me/bookings/{}/ticket?thanked=1", booking.id);
    Ok(redirect(&to))
}
