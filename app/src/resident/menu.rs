//! A center's service menu, and what there is to know of one service.

use super::{
    gate,
    mine::Mine,
    place,
    shifts::wanted::{invitation, wanted},
};
use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Card, EmptyState, OccurrenceList, Tone},
    web::{Answer, Site, Visit},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use domain::{
    Refusal,
    id::MenuItemId,
    menu::{ItemHow, ItemTexts, VOLUNTEERING},
    person::AgeRange,
    time::DAY,
};
use leptos::prelude::*;
use store::{
    centers::CenterView,
    menu::{self, Field, Item, MenuField},
    occurrences::OccurrenceView,
    page::{Limit, Page, Part},
    shifts::Short,
    whats_on::{self, Search},
};

/// How many dates of a service are shown.
const DATES: Limit = Limit::of(8);
/// How far ahead they are looked for.
const AHEAD: i64 = 62 * DAY;

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/centers/{id}/menu", get(list))
        .route("/centers/{id}/menu/{item}", get(one))
}

async fn list(visit: Visit, Path(id): Path<String>) -> Answer {
    let center = gate::center(&visit, &id).await?;
    let fields = menu::of_center(visit.db(), &center.summary.id).await?;
    Ok(list_page(&visit, center, fields))
}

fn list_page(visit: &Visit, center: CenterView, fields: Vec<MenuField>) -> Response {
    let locale = visit.locale;
    visit.page(td_string!(locale, menu.title)).render(move || {
        let id = center.summary.id.to_string();
        let chips: Vec<_> = fields
            .iter()
            .map(|f| view! { <li><a class="chip" href=format!("#{}", f.field.code)>{words::field_name(locale, &f.field)}</a></li> })
            .collect();
        let empty = fields.is_empty();
        let sections: Vec<_> = fields.into_iter().map(|group| section(locale, &id, group)).collect();
        view! {
            <div class="page-head">
                <h1>{td_string!(locale, menu.title)}</h1>
                <p class="lead"><a class="plain" href=format!("/centers/{id}")>{center.summary.name}</a></p>
            </div>
            {if empty {
                view! { <EmptyState title=td_string!(locale, menu.empty) text=td_string!(locale, menu.empty_hint) /> }.into_any()
            } else {
                view! { <nav aria-label=td_string!(locale, menu.fields)><ul class="chips">{chips}</ul></nav> }.into_any()
            }}
            {sections}
        }
    })
}

fn section(locale: Locale, center: &str, group: MenuField) -> impl IntoView + use<> {
    let code = group.field.code.clone();
    let is_about = code == VOLUNTEERING;
    let heading = format!("h-{code}");
    let label = heading.clone();
    let rows: Vec<_> = group
        .items
        .iter()
        .map(|item| item_row(locale, center, item))
        .collect();
    view! {
        <section class="section menu-field" id=code aria-labelledby=label>
            <h2 id=heading class="cluster">{mark(&group.field)}{words::field_name(locale, &group.field)}</h2>
            <ul class="row-list">{rows}</ul>
            {is_about.then(|| view! {
                <p><a class="button" href=format!("/centers/{center}/shifts")>{td_string!(locale, shift.find)}</a></p>
            })}
        </section>
    }
}

fn mark(field: &Field) -> impl IntoView + use<> {
    view! { <span class="field-mark" aria-hidden="true">{field.icon.clone()}</span> }
}

fn item_row(locale: Locale, center: &str, item: &Item) -> impl IntoView + use<> {
    let texts = words::item_texts(locale, item);
    let note = texts
        .for_whom
        .clone()
        .map(|text| view! { <small>{text}</small> });
    let tone = if item.how == ItemHow::Book {
        Tone::Good
    } else {
        Tone::Plain
    };
    view! {
        <li>
            <a class="row" href=format!("/centers/{center}/menu/{}", item.id)>
                <span class="row-text"><h3>{texts.name.clone()}</h3>{note}</span>
                <Badge text=words::item_how(locale, item.how) tone />
            </a>
        </li>
    }
}

struct Loaded {
    item: Item,
    field: Option<Field>,
    dates: Page<OccurrenceView>,
    mine: Mine,
    /// Of a service that is about volunteering, the shifts that need somebody.
    wanted: Option<Vec<Short>>,
}

async fn load(visit: &Visit, center: &CenterView, item: &str) -> store::Result<Loaded> {
    let center = &center.summary.id;
    let id: MenuItemId = item
        .parse()
        .map_err(|refusal: Refusal| store::Error::from(refusal))?;
    let item = menu::item(visit.db(), center, &id).await?;
    let search = Search {
        menu_item: Some(id),
        dates: whats_on::Dates::OneSlotADay,
        part: Part::first(DATES),
        ..Search::at(center.clone(), visit.now, visit.now.plus(AHEAD), visit.now)
    };
    let fields = menu::fields(visit.db()).await?;
    let wanted = match item.field.as_str() {
        VOLUNTEERING => Some(wanted(visit, center).await?),
        _ => None,
    };
    Ok(Loaded {
        field: fields.into_iter().find(|field| field.code == item.field),
        dates: whats_on::list(visit.db(), &search).await?,
        mine: Mine::of(visit).await?,
        wanted,
        item,
    })
}

async fn one(visit: Visit, Path((id, item)): Path<(String, String)>) -> Answer {
    let center = gate::center(&visit, &id).await?;
    let loaded = load(&visit, &center, &item).await?;
    Ok(item_page(&visit, center, loaded))
}

fn item_page(visit: &Visit, center: CenterView, loaded: Loaded) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let name = words::item_texts(locale, &loaded.item).name.clone();
    visit.page(name.clone()).render(move || {
        let Loaded { item, field, dates, mine, wanted } = loaded;
        let id = center.summary.id.to_string();
        let texts = words::item_texts(locale, &item).clone();
        let cards: Vec<Card> = dates.items.iter().map(|o| mine.card(locale, o, now).dated()).collect();
        let to_book = item.how == ItemHow::Book;
        let none = cards.is_empty();
        let head = field.as_ref().map(|field| {
            view! { <p class="cluster">{mark(field)}<span class="small">{words::field_name(locale, field)}</span></p> }
        });
        view! {
            <a class="back-link" href=format!("/centers/{id}/menu")>{td_string!(locale, menu.title)}</a>
            <div class="page-head">
                {head}
                <h1>{name}</h1>
                <p class="lead"><a class="plain" href=format!("/centers/{id}")>{center.summary.name.clone()}</a></p>
            </div>
            <div class="columns">
                <div class="column">{facts(locale, &item, texts)}</div>
                <aside class="column" aria-labelledby="dates">
                    <section class="section">
                        <h2 id="dates">{match item.how {
                            ItemHow::Book => td_string!(locale, menu.dates),
                            ItemHow::WalkIn if cards.is_empty() => td_string!(locale, menu.come),
                            ItemHow::WalkIn => td_string!(locale, menu.on),
                            ItemHow::Request => td_string!(locale, menu.ask),
                        }}</h2>
                        {(cards.is_empty()).then(|| {
                            let words = match item.how {
                                ItemHow::Book => td_string!(locale, menu.no_dates),
                                ItemHow::WalkIn => td_string!(locale, menu.come_hint),
                                ItemHow::Request => td_string!(locale, menu.ask_hint),
                            };
                            view! { <p>{words}</p> }
                        })}
                        {(!cards.is_empty()).then(|| view! { <OccurrenceList locale cards /> })}
                        {(to_book && none).then(|| {
                            let href = format!("/centers/{id}/whats-on?field={}&next_door=1", item.field);
                            view! { <p><a href=href>{td_string!(locale, menu.next_door)}</a></p> }
                        })}
                        {(to_book && dates.next.is_some()).then(|| view! {
                            <p><a href=format!("/centers/{id}/whats-on?field={}", item.field)>{td_string!(locale, menu.more_dates)}</a></p>
                        })}
                        {place::tel(&center.phone).map(|href| view! {
                            <p><a class="button" href=href>{td_string!(locale, menu.call, phone = center.phone.as_str())}</a></p>
                        })}
                    </section>
                    {wanted.map(|wanted| invitation(locale, &center.summary.id, &wanted, now))}
                </aside>
            </div>
        }
    })
}

fn facts(locale: Locale, item: &Item, texts: ItemTexts) -> impl IntoView + use<> {
    let age = |age: Option<i64>| age.and_then(|age| u8::try_from(age).ok());
    let ages = AgeRange {
        min: age(item.min_age),
        max: age(item.max_age),
    };
    let fact = |label: &'static str, text: Option<String>| {
        text.map(|text| view! { <dt>{label}</dt><dd>{text}</dd> })
    };
    view! {
        <dl class="facts card">
            {fact(td_string!(locale, field.for_whom), texts.for_whom)}
            {fact(td_string!(locale, menu.ages), words::ages_if_limited(locale, ages))}
            {fact(td_string!(locale, field.bring), texts.bring)}
            {fact(td_string!(locale, field.when), texts.when)}
            {fact(td_string!(locale, field.place), texts.place)}
            {fact(td_string!(locale, field.how_to_get), texts.how_to_get)}
        </dl>
    }
}
