//! The service menu of a center: what of the city's template it offers, and its own.

use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, NoticeBox, Tone},
    web::{Form, Site, Visit, redirect},
};
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use domain::{Refusal, access::Action, id::MenuItemId};
use leptos::prelude::*;
use store::{
    Error,
    menu::{self, Item, MenuField},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/menu", get(show))
        .route("/staff/centers/{center}/menu/{item}/hidden", post(hide))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Response {
    let center = match gate::center(&visit, &id, Action::ManageMenu).await {
        Ok(center) => center,
        Err(response) => return response,
    };
    let groups = match menu::for_staff(visit.db(), &visit.caller, &center.summary.id).await {
        Ok(groups) => groups,
        Err(error) => return gate::fail(&visit, error),
    };
    let locale = visit.locale;
    let (saved, stale) = (form.is_on("done"), form.is_on("stale"));
    gate::page(&visit, td_string!(locale, nav.menu)).render(move || {
        let base = format!("/staff/centers/{}/menu", center.summary.id);
        let sections: Vec<_> = groups.iter().map(|group| section(locale, &base, group)).collect();
        view! {
            <div class="page-head">
                <div class="cluster">
                    <h1>{td_string!(locale, nav.menu)}</h1>
                    <a class="button button-main" href=format!("{base}/new")>{td_string!(locale, staff.menu.add)}</a>
                </div>
                <p class="lead">{center.summary.name.clone()}" · "{td_string!(locale, staff.menu.lead)}</p>
            </div>
            {saved.then(|| view! { <NoticeBox title=td_string!(locale, staff.saved) tone=Tone::Good fresh=true /> })}
            {stale.then(|| view! {
                <NoticeBox title=td_string!(locale, refusal.stale.title) text=td_string!(locale, refusal.stale.next) tone=Tone::Bad fresh=true />
            })}
            {sections}
        }
    })
}

/// The name in the reader's language.
pub(super) fn name(locale: Locale, item: &Item) -> String {
    let en = item
        .texts_en
        .as_ref()
        .filter(|texts| locale == Locale::en && !texts.name.is_empty());
    en.unwrap_or(&item.texts_zh).name.clone()
}

fn section(locale: Locale, base: &str, group: &MenuField) -> impl IntoView + use<> {
    let field = gate::field_name(locale, &group.field);
    let id = format!("field-{}", group.field.code);
    let head = (
        td_string!(locale, staff.menu.source),
        td_string!(locale, staff.menu.shown),
    );
    let rows: Vec<_> = group
        .items
        .iter()
        .map(|item| row(locale, base, head, item))
        .collect();
    view! {
        <section class="section" aria-labelledby=id.clone()>
            <h2 id=id.clone() class="day-head">{field.clone()}</h2>
            <div class="table-wrap">
                <table class="data-table table-even">
                    <caption class="visually-hidden">{field}</caption>
                    <thead><tr>
                        <th scope="col">{td_string!(locale, staff.menu.item)}</th>
                        <th scope="col">{head.0}</th>
                        <th scope="col">{head.1}</th>
                        <th scope="col"><span class="visually-hidden">{td_string!(locale, staff.actions)}</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

fn row(
    locale: Locale,
    base: &str,
    head: (&'static str, &'static str),
    item: &Item,
) -> impl IntoView + use<> {
    let name = name(locale, item);
    let changed = !(item.overrides_zh.is_empty() && item.overrides_en.is_empty());
    let (source, tone) = match (item.own, changed) {
        (true, _) => (td_string!(locale, staff.menu.own), Tone::Good),
        (false, true) => (td_string!(locale, staff.menu.changed), Tone::Good),
        (false, false) => (td_string!(locale, staff.menu.template), Tone::Plain),
    };
    let shown = if item.hidden {
        td_string!(locale, staff.menu.off)
    } else {
        td_string!(locale, staff.menu.on)
    };
    let hide = (!item.own).then(|| {
        let (value, words) = if item.hidden {
            ("0", td_string!(locale, staff.menu.show))
        } else {
            ("1", td_string!(locale, staff.menu.hide))
        };
        view! {
            <form method="post" action=format!("{base}/{}/hidden", item.id)>
                <input type="hidden" name="revision" value=item.revision.to_string() />
                <button class="button button-quiet" type="submit" name="hidden" value=value>
                    {words}<span class="visually-hidden">"："{name.clone()}</span>
                </button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row">{name.clone()}</th>
            <td data-label=head.0><Badge text=source tone=tone /></td>
            <td data-label=head.1>{shown}</td>
            <td class="actions">
                <span class="cluster">
                    <a class="button button-quiet" href=format!("{base}/{}", item.id)>{td_string!(locale, staff.edit)}<span class="visually-hidden">"："{name}</span></a>
                    {hide}
                </span>
            </td>
        </tr>
    }
}

async fn hide(visit: Visit, Path((id, item)): Path<(String, String)>, form: Form) -> Response {
    let center = match gate::center(&visit, &id, Action::ManageMenu).await {
        Ok(center) => center.summary.id,
        Err(response) => return response,
    };
    let item: MenuItemId = match item.parse() {
        Ok(item) => item,
        Err(refusal) => return gate::fail(&visit, refusal as Refusal),
    };
    let hidden = form.get("hidden") == Some("1");
    let revision = form.number("revision").ok().flatten();
    match menu::set_hidden(visit.db(), &visit.act(), &center, &item, hidden, revision).await {
        Ok(_) => redirect(&format!("/staff/centers/{center}/menu?done=1")),
        Err(Error::Refused(Refusal::Stale)) => {
            redirect(&format!("/staff/centers/{center}/menu?stale=1"))
        }
        Err(error) => gate::fail(&visit, error),
    }
}
