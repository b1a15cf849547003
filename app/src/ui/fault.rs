//! What a page says when the whole request failed.

use crate::{
    i18n::td_string,
    page::{Face, Page},
    words,
};
use domain::{Refusal, time::Timestamp};
use leptos::prelude::*;

/// Why nothing is shown, and where to go from here; without a refusal it is our fault. Whoever has
/// to sign in comes back to the page, and the staff go to their own desk.
pub fn fault_on(page: &Page, refusal: Option<&Refusal>) -> impl IntoView + use<> {
    let locale = page.locale;
    let (title, text) = match refusal {
        Some(refusal) => {
            // Days are said by date: which day is today is not known here.
            let told = words::refusal(locale, refusal, Timestamp::default());
            (told.title, words::join(locale, &told.sentence, &told.next))
        }
        None => (
            td_string!(locale, fault.broken_title).to_owned(),
            td_string!(locale, fault.broken_sentence).to_owned(),
        ),
    };
    let staff = page.face == Face::Staff;
    let home = match page.face {
        Face::Staff => "/staff",
        Face::Kiosk if page.kiosk => "/kiosk/idle",
        _ => "/",
    };
    let (href, words) = match refusal {
        Some(_) if page.kiosk => (home.to_owned(), td_string!(locale, fault.home)),
        None => (page.here.clone(), td_string!(locale, fault.retry)),
        Some(Refusal::Unauthenticated) if staff => (
            "/staff/sign-in".to_owned(),
            td_string!(locale, fault.sign_in),
        ),
        Some(Refusal::Unauthenticated) => {
            let back = form_urlencoded::byte_serialize(page.here.as_bytes()).collect::<String>();
            (
                format!("/sign-in?back={back}"),
                td_string!(locale, fault.sign_in),
            )
        }
        Some(_) => (home.to_owned(), td_string!(locale, fault.home)),
    };
    let find = (!staff && !page.kiosk && refusal == Some(&Refusal::NotFound)).then(|| {
        view! { <p><a href="/centers">{td_string!(locale, fault.find)}</a></p> }
    });
    let status = page.status.as_u16();
    view! {
        <div class="error-page">
            <h1>{title}</h1>
            <p>{text}</p>
            <a class="button button-main" href=href>{words}</a>
            {find}
            <p class="code">{status}</p>
        </div>
    }
}
