//! What a center decides for itself: whether a shift may begin without its social worker.

use crate::{
    i18n::td_string,
    staff::common::gate,
    ui::{Choice, FormKey, NoticeBox, Tone},
    web::{Answer, Form, Site, Visit, redirect},
};
use axum::{Router, extract::Path, routing::get};
use domain::{access::Action, shift::MissingLead};
use leptos::prelude::*;
use store::centers;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/policy", get(show).post(save))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::SetPolicy).await?.summary;
    let policy = centers::missing_lead(visit.db(), &visit.caller, &center.id).await?;
    let locale = visit.locale;
    let saved = form.is_on("saved");
    Ok(gate::page(&visit, td_string!(locale, policy.title)).narrow().render(move || {
        let here = format!("/staff/centers/{}", center.id);
        let choice = |of: MissingLead, label: &'static str, note: &'static str| {
            view! { <Choice name="missing_lead" value=of.as_str() label note checked=policy == of radio=true /> }
        };
        view! {
            <a class="back-link" href=here.clone()>{center.name.clone()}</a>
            <div class="page-head">
                <h1>{td_string!(locale, policy.title)}</h1>
                <p class="lead">{td_string!(locale, policy.intro)}</p>
            </div>
            {saved.then(|| view! { <NoticeBox title=td_string!(locale, staff.saved) tone=Tone::Good fresh=true /> })}
            <form class="form" method="post" action=format!("{here}/policy")><FormKey />
                <fieldset class="form-field">
                    <legend>{td_string!(locale, policy.question)}</legend>
                    {choice(MissingLead::Blocks, td_string!(locale, policy.blocks.label), td_string!(locale, policy.blocks.note))}
                    {choice(MissingLead::Warns, td_string!(locale, policy.warns.label), td_string!(locale, policy.warns.note))}
                </fieldset>
                <p class="hint">{td_string!(locale, policy.hours)}</p>
                <div class="action-bar"><button class="button button-main" type="submit">{td_string!(locale, staff.save)}</button></div>
            </form>
        }
    }))
}

async fn save(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::SetPolicy)
        .await?
        .summary
        .id;
    let policy: MissingLead = form.need("missing_lead")?.parse()?;
    centers::set_missing_lead(visit.db(), &visit.once(&form)?, &center, policy).await?;
    Ok(redirect(&format!("/staff/centers/{center}/policy?saved=1")))
}
