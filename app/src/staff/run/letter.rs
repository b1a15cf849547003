//! Writing to those who take part in a date: to whom it goes is shown before it goes.

use crate::{
    i18n::{Locale, td_string},
    staff::common::{gate, told::when},
    ui::{
        Columns, EmptyState, ErrorSummary, FormKey, NoticeBox, Problems, SelectField, Table,
        TextArea, Tone,
    },
    web::{Answer, Form, Site, Visit, redirect, status},
};
use axum::{Router, extract::Path, http::StatusCode, routing::get};
use domain::{
    Reason, Refusal,
    access::Action,
    letter::{Audience, LONGEST},
};
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::{
    Error,
    occurrences::{self, Letter, Roster, RosterRow, write_to},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/occurrences/{id}/write", get(show).post(send))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    answer(&visit, &id, form, Problems::none(), None).await
}

async fn send(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (at, _) = gate::occurrence(&visit, &id, Action::BookForOthers).await?;
    let mut problems = Problems::none();
    let audience = form.need("audience").and_then(|audience| {
        let read = audience.parse();
        read.map_err(|_| Refusal::invalid("audience", Reason::UnknownValue))
    });
    let audience: Option<Audience> = problems.keep(visit.locale, visit.now, audience);
    let Some(audience) = audience else {
        return answer(&visit, &id, form, problems, None).await;
    };
    let letter = Letter {
        occurrence: at.id,
        audience,
        text: form.text("text").to_owned(),
    };
    match write_to(visit.db(), &visit.once(&form)?, letter).await {
        Ok(written) => Ok(redirect(&format!(
            "/staff/occurrences/{id}/write?accounts={}&texted={}",
            written.accounts, written.texted
        ))),
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            answer(&visit, &id, form, problems, Some(status(&refusal))).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn answer(
    visit: &Visit,
    id: &str,
    form: Form,
    problems: Problems,
    refused: Option<StatusCode>,
) -> Answer {
    let (at, _) = gate::occurrence(visit, id, Action::BookForOthers).await?;
    let roster = occurrences::roster(visit.db(), &visit.act(), &at.id).await?;
    let locale = visit.locale;
    let status = match refused {
        Some(status) => status,
        None if problems.any() => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let when = when(visit, &at);
    let page = gate::page(visit, td_string!(locale, letter.title)).status(status);
    Ok(page.render(move || {
        let back = format!("/staff/occurrences/{}", at.id);
        let live = roster.bookings.iter().any(|row| Audience::All.includes(row.state));
        view! {
            <a class="back-link" href=back.clone()>{at.title.clone()}</a>
            <div class="page-head">
                <h1>{td_string!(locale, letter.title)}</h1>
                <p class="lead">{at.title.clone()}" · "{when}</p>
            </div>
            <ErrorSummary locale problems=problems.clone() />
            {sent(locale, &form)}
            {match live {
                false => view! { <EmptyState title=td_string!(locale, letter.nobody) /> }.into_any(),
                true => view! {
                    {fields(locale, &back, &form, &problems)}
                    {recipients(locale, &roster)}
                }
                .into_any(),
            }}
        }
    }))
}

/// To how many it has just gone.
fn sent(locale: Locale, form: &Form) -> Option<impl IntoView + use<>> {
    let number = |name| form.number::<u32>(name).ok().flatten();
    let (accounts, texted) = (number("accounts")?, number("texted")?);
    let title = td_string!(locale, letter.done, accounts, texted);
    Some(view! { <NoticeBox title tone=Tone::Good fresh=true /> })
}

fn audience_words(locale: Locale, audience: Audience) -> &'static str {
    match audience {
        Audience::Places => td_string!(locale, letter.places),
        Audience::Line => td_string!(locale, letter.line),
        Audience::All => td_string!(locale, letter.all),
    }
}

fn fields(locale: Locale, here: &str, form: &Form, problems: &Problems) -> impl IntoView + use<> {
    let options = Audience::ALL.iter().map(|audience| {
        let words = audience_words(locale, *audience);
        (audience.as_str().to_owned(), words.to_owned())
    });
    let options: Vec<_> = options.collect();
    let selected = form.get("audience").unwrap_or(Audience::Places.as_str());
    let text = form.text("text").to_owned();
    let (wrong_text, wrong_audience) = (problems.of("text"), problems.of("audience"));
    view! {
        <form class="form" method="post" action=format!("{here}/write")><FormKey />
            <SelectField name="audience" label=td_string!(locale, letter.to) options=options selected=selected.to_owned() error=wrong_audience />
            <TextArea name="text" label=td_string!(locale, letter.text) hint=td_string!(locale, letter.text_hint)
                value=text error=wrong_text maxlength=LONGEST />
            <p class="hint">{td_string!(locale, letter.lead)}</p>
            <div class="cluster"><button class="button button-main" type="submit">{td_string!(locale, letter.send)}</button></div>
        </form>
    }
}

/// A family, and how it is told.
struct Family<'r> {
    people: Vec<&'r RosterRow>,
}

impl Family<'_> {
    /// Their names, each masked: to whom it goes can be told by it, and nobody needs more.
    fn names(&self) -> String {
        let names: Vec<String> = self
            .people
            .iter()
            .map(|row| row.person_name.masked())
            .collect();
        names.join("、")
    }

    fn has_phone(&self) -> bool {
        self.people.iter().any(|row| row.phone.is_some())
    }

    /// Which of the two audiences it belongs to; both where some of it wait.
    fn audiences(&self, locale: Locale) -> String {
        let of = [Audience::Places, Audience::Line].into_iter();
        let of = of.filter(|of| self.people.iter().any(|row| of.includes(row.state)));
        of.map(|of| audience_words(locale, of))
            .collect::<Vec<_>>()
            .join(" · ")
    }
}

fn recipients(locale: Locale, roster: &Roster) -> impl IntoView + use<> {
    let mut families: BTreeMap<&str, Vec<&RosterRow>> = BTreeMap::new();
    let live = roster.bookings.iter();
    for row in live.filter(|row| Audience::All.includes(row.state)) {
        families
            .entry(row.account_id.as_str())
            .or_default()
            .push(row);
    }
    let families: Vec<Family<'_>> = families
        .into_values()
        .map(|people| Family { people })
        .collect();
    let texted = families.iter().filter(|family| family.has_phone()).count();
    let columns = Columns::head(td_string!(locale, field.name), |family: &Family<'_>| {
        family.names()
    })
    .text(td_string!(locale, letter.to), |family| {
        family.audiences(locale)
    })
    .text(td_string!(locale, letter.how), |family| {
        match family.has_phone() {
            true => td_string!(locale, letter.by_text).to_owned(),
            false => td_string!(locale, letter.no_phone).to_owned(),
        }
    });
    let count = td_string!(
        locale,
        letter.accounts,
        accounts = families.len(),
        texted = texted
    );
    view! {
        <section class="section" aria-labelledby="recipients">
            <h2 id="recipients">{td_string!(locale, letter.recipients)}</h2>
            <p>{count}</p>
            {Table::new(td_string!(locale, letter.recipients), columns).of(&families)}
        </section>
    }
}
