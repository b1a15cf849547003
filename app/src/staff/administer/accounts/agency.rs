//! Which agency somebody works for, and changing it.

use crate::{
    i18n::td_string,
    ui::{FormKey, SelectField},
    web::{Fault, Form, Visit},
};
use domain::{Refusal, id::AgencyId};
use leptos::prelude::*;
use store::{
    agencies::{self, AgencyView},
    staff::Account,
};

/// The agency that the form chooses; none for the subdistrict's own people.
pub(super) fn chosen(form: &Form) -> Result<Option<AgencyId>, Refusal> {
    form.get("agency").map(str::parse).transpose()
}

/// The agencies to choose from, where the visitor may choose.
pub(super) async fn choices(visit: &Visit, account: &Account) -> Result<Vec<AgencyView>, Fault> {
    match account.may_set_agency {
        true => Ok(agencies::agencies(visit.db(), &visit.caller, visit.now).await?),
        false => Ok(Vec::new()),
    }
}

/// In a line: which agency, with the way to it.
pub(super) fn line(visit: &Visit, account: &Account) -> impl IntoView + use<> {
    let locale = visit.locale;
    account.agency.as_ref().map(|(id, name)| {
        let (href, name) = (format!("/staff/agencies/{id}"), name.clone());
        view! { <p>{td_string!(locale, agency.of)}": "<a href=href>{name}</a></p> }
    })
}

/// The fold in which it is changed; none where there is no agency to choose.
pub(super) fn fold(
    visit: &Visit,
    account: &Account,
    choices: &[AgencyView],
) -> impl IntoView + use<> {
    let locale = visit.locale;
    let action = format!("/staff/accounts/{}", account.view.id);
    let selected = account.agency.as_ref().map(|(id, _)| id.to_string());
    let mut options = vec![(String::new(), td_string!(locale, agency.own).to_owned())];
    options.extend(
        choices
            .iter()
            .map(|of| (of.id.to_string(), of.agency.name.clone())),
    );
    (!choices.is_empty()).then(|| view! {
        <details class="card">
            <summary>{td_string!(locale, agency.of)}</summary>
            <form class="form" method="post" action=action><FormKey />
                <SelectField name="agency" label=td_string!(locale, agency.of) hint=td_string!(locale, agency.of_hint)
                    options=options selected=selected.unwrap_or_default() />
                <div class="cluster"><button class="button" type="submit" name="do" value="agency">{td_string!(locale, staff.save)}</button></div>
            </form>
        </details>
    })
}
