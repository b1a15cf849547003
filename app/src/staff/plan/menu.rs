//! The service menu of a center: what of the city's template it offers, and its own.

use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Columns, FormKey, NoticeBox, Table, Tone},
    web::{Answer, Form, Site, Visit, redirect},
    words,
};
use axum::{
    Router,
    extract::Path,
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
        .route("/staff/centers/{center}/menu/{item}/move", post(put))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageMenu).await?;
    let groups = menu::for_staff(visit.db(), &visit.caller, &center.summary.id).await?;
    let locale = visit.locale;
    let (saved, stale) = (form.is_on("done"), form.is_on("stale"));
    let of_city = visit.caller.may_in_city(Action::ManageMenu).is_ok();
    Ok(gate::page(&visit, td_string!(locale, nav.menu)).render(move || {
        let base = format!("/staff/centers/{}/menu", center.summary.id);
        let sections: Vec<_> = groups.iter().map(|group| section(locale, &base, group)).collect();
        view! {
            <div class="page-head">
                <div class="cluster">
                    <h1>{td_string!(locale, nav.menu)}</h1>
                    <a class="button button-main" href=format!("{base}/new")>{td_string!(locale, staff.menu.add)}</a>
                </div>
                <p class="lead">{center.summary.name.clone()}" · "{td_string!(locale, staff.menu.lead)}</p>
                <p class="cluster">
                    <a href=format!("/centers/{}/menu", center.summary.id)>{td_string!(locale, staff.menu.as_residents)}</a>
                    {of_city.then(|| view! { <a href="/staff/menu/template">{td_string!(locale, staff.menu.city)}</a> })}
                </p>
            </div>
            {saved.then(|| view! { <NoticeBox title=td_string!(locale, staff.saved) tone=Tone::Good fresh=true /> })}
            {stale.then(|| view! {
                <NoticeBox title=td_string!(locale, refusal.stale.title) text=td_string!(locale, refusal.stale.next) tone=Tone::Bad fresh=true />
            })}
            {sections}
        }
    }))
}

fn section(locale: Locale, base: &str, group: &MenuField) -> impl IntoView + use<> {
    let field = words::field_name(locale, &group.field);
    let id = format!("field-{}", group.field.code);
    let columns = Columns::head(td_string!(locale, staff.menu.item), |item: &Item| {
        words::item_texts(locale, item).name.clone()
    })
    .view(td_string!(locale, staff.menu.source), |item| {
        source(locale, item)
    })
    .text(td_string!(locale, staff.menu.shown), |item| {
        match item.hidden {
            true => td_string!(locale, staff.menu.off),
            false => td_string!(locale, staff.menu.on),
        }
        .to_owned()
    })
    .actions(locale, |item| actions(locale, base, item));
    let table = Table::new(field.clone(), columns).even().of(&group.items);
    view! {
        <section class="section" aria-labelledby=id.clone()>
            <h2 id=id.clone() class="day-head">{field}</h2>
            {table}
        </section>
    }
}

/// Whose the item is: the city's, changed by the center, or the center's own.
fn source(locale: Locale, item: &Item) -> impl IntoView + use<> {
    let changed = !(item.overrides_zh.is_empty() && item.overrides_en.is_empty());
    if !(item.forks_zh.is_empty() && item.forks_en.is_empty()) {
        let text = td_string!(locale, staff.menu.forked);
        return view! { <Badge text tone=Tone::Warn /> };
    }
    let (text, tone) = match (item.own, changed) {
        (true, _) => (td_string!(locale, staff.menu.own), Tone::Good),
        (false, true) => (td_string!(locale, staff.menu.changed), Tone::Good),
        (false, false) => (td_string!(locale, staff.menu.template), Tone::Plain),
    };
    view! { <Badge text tone /> }
}

fn actions(locale: Locale, base: &str, item: &Item) -> impl IntoView + use<> {
    let name = words::item_texts(locale, item).name.clone();
    let name_again = name.clone();
    let hide = (!item.own).then(|| {
        let (value, words) = if item.hidden {
            ("0", td_string!(locale, staff.menu.show))
        } else {
            ("1", td_string!(locale, staff.menu.hide))
        };
        view! {
            <form method="post" action=format!("{base}/{}/hidden", item.id)><FormKey />
                <input type="hidden" name="revision" value=item.revision.to_string() />
                <button class="button button-quiet" type="submit" name="hidden" value=value>
                    {words}<span class="visually-hidden">"："{name.clone()}</span>
                </button>
            </form>
        }
    });
    view! {
        <span class="cluster">
            <a class="button button-quiet" href=format!("{base}/{}", item.id)>{td_string!(locale, staff.edit)}<span class="visually-hidden">"："{name.clone()}</span></a>
            {hide}
            {order(locale, &format!("{base}/{}/move", item.id), &name_again)}
        </span>
    }
}

/// One up, one down.
pub(super) fn order(locale: Locale, action: &str, name: &str) -> impl IntoView + use<> {
    let button = |value: &'static str, arrow: &'static str, words: &'static str| {
        let name = name.to_owned();
        view! {
            <button class="button button-quiet" type="submit" name="to" value=value>
                <span aria-hidden="true">{arrow}</span><span class="visually-hidden">{words}"："{name}</span>
            </button>
        }
    };
    view! {
        <form method="post" action=action.to_owned()><FormKey />
            {button("up", "↑", td_string!(locale, staff.menu.up))}
            {button("down", "↓", td_string!(locale, staff.menu.down))}
        </form>
    }
}

/// Puts an item elsewhere on this center's menu.
async fn put(visit: Visit, Path((id, item)): Path<(String, String)>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageMenu).await?;
    let (center, item): (_, MenuItemId) = (center.summary.id, item.parse()?);
    let up = form.text("to") == "up";
    menu::move_item(visit.db(), &visit.once(&form)?, &center, &item, up).await?;
    Ok(redirect(&format!("/staff/centers/{center}/menu")))
}

async fn hide(visit: Visit, Path((id, item)): Path<(String, String)>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageMenu).await?;
    let center = center.summary.id;
    let item: MenuItemId = item.parse()?;
    let hidden = form.get("hidden") == Some("1");
    let revision = form.number("revision").ok().flatten();
    match menu::set_hidden(
        visit.db(),
        &visit.once(&form)?,
        &center,
        &item,
        hidden,
        revision,
    )
    .await
    {
        Ok(_) => Ok(redirect(&format!("/staff/centers/{center}/menu?done=1"))),
        Err(Error::Refused(Refusal::Stale)) => {
            Ok(redirect(&format!("/staff/centers/{center}/menu?stale=1")))
        }
        Err(error) => Err(error.into()),
    }
}
