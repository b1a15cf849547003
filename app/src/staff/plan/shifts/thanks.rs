//! A lead thanks the volunteers of the shift that they led, each once.

use super::one::{find, told};
use crate::{
    i18n::{Locale, td_string},
    ui::{FormKey, SelectField},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, extract::Path, routing::post};
use domain::{
    access::Action,
    id::{AssignmentId, ShiftId},
    thanks::{By, Sentence},
};
use leptos::prelude::*;
use store::thanks::{self, ToThank};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/shifts/{id}/thank", post(thank))
}

/// The field of what is said to somebody.
fn field(assignment: &AssignmentId) -> String {
    format!("sentence-{assignment}")
}

/// Whom to thank, and what was said; nothing for whoever did not lead the shift.
pub(super) fn section(
    locale: Locale,
    shift: &ShiftId,
    people: &[ToThank],
) -> Option<impl IntoView + use<>> {
    let rows: Vec<_> = people.iter().map(|of| row(locale, shift, of)).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="thanks">
                <h2 id="thanks">{td_string!(locale, thanks.lead_title)}</h2>
                <p>{td_string!(locale, thanks.lead_hint)}</p>
                <ul class="stack">{rows}</ul>
            </section>
        }
    })
}

fn row(locale: Locale, shift: &ShiftId, of: &ToThank) -> impl IntoView + use<> {
    let inside = match of.said {
        Some(said) => {
            let text = words::thanks_sentence(locale, said);
            view! { <p>{td_string!(locale, thanks.lead_done, text)}</p> }.into_any()
        }
        None => form(locale, shift, of).into_any(),
    };
    view! { <li class="card"><h3>{of.name.clone()}</h3>{inside}</li> }
}

fn form(locale: Locale, shift: &ShiftId, of: &ToThank) -> impl IntoView + use<> {
    let options: Vec<(String, String)> = By::Lead
        .sentences()
        .iter()
        .map(|sentence| {
            let text = words::thanks_sentence(locale, *sentence);
            (sentence.to_string(), text.to_owned())
        })
        .collect();
    view! {
        <form class="form" method="post" action=format!("/staff/shifts/{shift}/thank")><FormKey />
            <input type="hidden" name="assignment" value=of.assignment.to_string() />
            <SelectField name=field(&of.assignment) label=td_string!(locale, thanks.lead_what) options=options />
            <button class="button" type="submit">{td_string!(locale, thanks.lead_send)}<span class="visually-hidden">" "{of.name.clone()}</span></button>
        </form>
    }
}

async fn thank(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    find(&visit, &id, Action::BookForOthers).await?;
    let assignment: AssignmentId = form.need("assignment")?.parse()?;
    let sentence: Sentence = form.need(&field(&assignment))?.parse()?;
    let act = visit.once(&form)?;
    let said = thanks::by_lead(visit.db(), &act, &assignment, sentence).await;
    told(&visit, &id, said.map(Ok)).await
}
