//! One entry of the menu: the center's words in place of the city's, or an entry of its own.

use crate::staff::common::gate;
use crate::{
    i18n::{Locale, td_string},
    ui::{ErrorSummary, Field, FormKey, Problems, SelectField},
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, routing::get};
use domain::{
    Refusal,
    access::Action,
    id::{CenterId, MenuItemId},
    menu::{ItemHow, ItemTexts, Overrides},
    person::AgeRange,
};
use leptos::prelude::*;
use store::{
    Error,
    menu::{self, Item, NewItem},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/centers/{center}/menu/new", get(ask_new).post(add))
        .route("/staff/centers/{center}/menu/{item}", get(ask).post(save))
}

type Template = Option<(ItemTexts, Option<ItemTexts>)>;

/// The texts of an entry by the names of their fields.
const TEXTS: [&str; 6] = ["name", "for_whom", "bring", "when", "place", "how_to_get"];

fn label(locale: Locale, field: &str) -> &'static str {
    match field {
        "name" => td_string!(locale, field.item_name),
        "for_whom" => td_string!(locale, field.for_whom),
        "bring" => td_string!(locale, field.bring),
        "when" => td_string!(locale, field.when),
        "place" => td_string!(locale, field.place),
        _ => td_string!(locale, field.how_to_get),
    }
}

fn text(texts: &ItemTexts, field: &str) -> String {
    match field {
        "name" => Some(texts.name.clone()),
        "for_whom" => texts.for_whom.clone(),
        "bring" => texts.bring.clone(),
        "when" => texts.when.clone(),
        "place" => texts.place.clone(),
        _ => texts.how_to_get.clone(),
    }
    .unwrap_or_default()
}

fn own_words(texts: &Overrides, field: &str) -> String {
    match field {
        "name" => texts.name.clone(),
        "for_whom" => texts.for_whom.clone(),
        "bring" => texts.bring.clone(),
        "when" => texts.when.clone(),
        "place" => texts.place.clone(),
        _ => texts.how_to_get.clone(),
    }
    .unwrap_or_default()
}

/// A field of one language: `zh_name`, `en_when`.
fn key(language: &str, field: &str) -> String {
    format!("{language}_{field}")
}

fn overrides(form: &Form, language: &str) -> Overrides {
    let at = |field: &str| form.get(&key(language, field)).map(str::to_owned);
    Overrides {
        name: at("name"),
        for_whom: at("for_whom"),
        bring: at("bring"),
        when: at("when"),
        place: at("place"),
        how_to_get: at("how_to_get"),
    }
}

fn texts(form: &Form, language: &str) -> ItemTexts {
    let own = overrides(form, language);
    ItemTexts {
        name: own.name.unwrap_or_default(),
        for_whom: own.for_whom,
        bring: own.bring,
        when: own.when,
        place: own.place,
        how_to_get: own.how_to_get,
    }
}

/// What the form is about.
#[derive(Clone)]
#[allow(clippy::large_enum_variant, reason = "there is one of it at a time")]
enum About {
    New,
    Own(Box<Item>),
    Template(Box<Item>, ItemTexts, Option<ItemTexts>),
}

impl About {
    fn is_template(&self) -> bool {
        matches!(self, Self::Template(..))
    }
}

async fn center(visit: &Visit, id: &str) -> Result<CenterId, Fault> {
    let center = gate::center(visit, id, Action::ManageMenu).await?;
    Ok(center.summary.id)
}

async fn about(visit: &Visit, center: &CenterId, item: &str) -> Result<About, Fault> {
    let id: MenuItemId = item.parse()?;
    let found: Result<(Item, Template), Error> =
        menu::template(visit.db(), &visit.caller, center, &id).await;
    let (item, template) = found?;
    Ok(match template {
        None => About::Own(Box::new(item)),
        Some((zh, en)) => About::Template(Box::new(item), zh, en),
    })
}

async fn ask_new(visit: Visit, Path(id): Path<String>) -> Answer {
    let center = center(&visit, &id).await?;
    form_page(
        &visit,
        &center,
        About::New,
        Form::default(),
        Problems::none(),
        None,
    )
    .await
}

async fn ask(visit: Visit, Path((id, item)): Path<(String, String)>) -> Answer {
    let center = center(&visit, &id).await?;
    let about = about(&visit, &center, &item).await?;
    let form = as_it_is(&about);
    form_page(&visit, &center, about, form, Problems::none(), None).await
}

fn as_it_is(about: &About) -> Form {
    let mut fields: Vec<(String, String)> = Vec::new();
    let item = match about {
        About::New => return Form::default(),
        About::Own(item) => {
            for field in TEXTS {
                fields.push((key("zh", field), text(&item.texts_zh, field)));
                let en = item.texts_en.as_ref().map(|texts| text(texts, field));
                fields.push((key("en", field), en.unwrap_or_default()));
            }
            item
        }
        About::Template(item, ..) => {
            for field in TEXTS {
                fields.push((key("zh", field), own_words(&item.overrides_zh, field)));
                fields.push((key("en", field), own_words(&item.overrides_en, field)));
            }
            item
        }
    };
    let age = |age: Option<i64>| age.map(|age| age.to_string()).unwrap_or_default();
    fields.push(("field".into(), item.field.clone()));
    fields.push(("how".into(), item.how.as_str().to_owned()));
    fields.push(("min_age".into(), age(item.min_age)));
    fields.push(("max_age".into(), age(item.max_age)));
    fields.push(("revision".into(), item.revision.to_string()));
    Form::of(
        fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone())),
    )
}

fn new_item(visit: &Visit, form: &Form, problems: &mut Problems) -> Option<NewItem> {
    let (locale, now) = (visit.locale, visit.now);
    let min = problems.keep(locale, now, form.number("min_age"));
    let max = problems.keep(locale, now, form.number("max_age"));
    let field = problems.keep(locale, now, form.need("field").map(str::to_owned));
    let ages = problems.keep(locale, now, AgeRange::new(min?, max?));
    let en = texts(form, "en");
    Some(NewItem {
        field: field?,
        how: form.text("how").parse().unwrap_or(ItemHow::WalkIn),
        ages: ages?,
        texts_zh: texts(form, "zh"),
        texts_en: (en != ItemTexts::default()).then_some(en),
    })
}

async fn add(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = center(&visit, &id).await?;
    let mut problems = Problems::none();
    let Some(new) = new_item(&visit, &form, &mut problems) else {
        return form_page(&visit, &center, About::New, form, problems, None).await;
    };
    let added = menu::add_own(visit.db(), &visit.once(&form)?, &center, new).await;
    done(&visit, &center, About::New, form, added.map(drop)).await
}

async fn save(visit: Visit, Path((id, item)): Path<(String, String)>, form: Form) -> Answer {
    let center = center(&visit, &id).await?;
    let about = about(&visit, &center, &item).await?;
    let (db, act) = (visit.db(), visit.once(&form)?);
    let revision = form.number("revision").ok().flatten();
    let saved = match (&about, form.text("do")) {
        (About::Template(item, ..), "reset") => {
            let none = Overrides::default;
            menu::override_texts(db, &act, &center, &item.id, none(), none(), revision)
                .await
                .map(drop)
        }
        (About::Template(item, ..), _) => {
            let (zh, en) = (overrides(&form, "zh"), overrides(&form, "en"));
            menu::override_texts(db, &act, &center, &item.id, zh, en, revision)
                .await
                .map(drop)
        }
        (About::Own(item), "remove") => menu::remove_own(db, &act, &center, &item.id, revision)
            .await
            .map(drop),
        (About::Own(item), _) => {
            let mut problems = Problems::none();
            let Some(to) = new_item(&visit, &form, &mut problems) else {
                return form_page(&visit, &center, about, form, problems, None).await;
            };
            menu::edit_own(db, &act, &center, &item.id, to, revision)
                .await
                .map(drop)
        }
        (About::New, _) => Err(Refusal::NotFound.into()),
    };
    done(&visit, &center, about, form, saved).await
}

async fn done(
    visit: &Visit,
    center: &CenterId,
    about: About,
    form: Form,
    saved: Result<(), Error>,
) -> Answer {
    match saved {
        Ok(()) => Ok(redirect(&format!("/staff/centers/{center}/menu?done=1"))),
        Err(Error::Refused(
            refusal @ (Refusal::Forbidden | Refusal::Unauthenticated | Refusal::NotFound),
        )) => Err(refusal.into()),
        Err(Error::Refused(refusal)) => {
            let mut problems = Problems::none();
            match &refusal {
                // The fields are there in two languages; the Chinese one is checked first.
                Refusal::Invalid { field, reason } if TEXTS.contains(&field.as_str()) => {
                    let short = words::invalid_reason(visit.locale, field, *reason);
                    problems.note_text(&key("zh", field), short);
                }
                _ => problems.note(visit.locale, &refusal, visit.now),
            }
            form_page(visit, center, about, form, problems, Some(status(&refusal))).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn form_page(
    visit: &Visit,
    center: &CenterId,
    about: About,
    form: Form,
    problems: Problems,
    refused: Option<StatusCode>,
) -> Answer {
    let locale = visit.locale;
    let fields = menu::fields(visit.db()).await?;
    let title = match &about {
        About::New => td_string!(locale, staff.menu.add).to_owned(),
        About::Own(item) | About::Template(item, ..) => {
            td_string!(
                locale,
                staff.menu.edit_of,
                name = words::item_texts(locale, item).name.clone()
            )
        }
    };
    let status = match refused {
        Some(status) => status,
        None if problems.any() => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let base = format!("/staff/centers/{center}/menu");
    Ok(gate::page(visit, title.clone()).narrow().status(status).render(move || {
        let action = match &about {
            About::New => format!("{base}/new"),
            About::Own(item) | About::Template(item, ..) => format!("{base}/{}", item.id),
        };
        let template = about.is_template();
        let kind = (!template).then(|| {
            let options = fields.iter().map(|f| (f.code.clone(), words::field_name(locale, f))).collect();
            let hows = ItemHow::ALL.iter().map(|h| (h.as_str().to_owned(), words::item_how(locale, *h).to_owned())).collect();
            view! {
                <SelectField name="field" label=td_string!(locale, field.service_field) options=options
                    selected=form.text("field").to_owned() error=problems.of("field") />
                <SelectField name="how" label=td_string!(locale, staff.menu.how) options=hows
                    selected=form.text("how").to_owned() />
                <div class="form-grid">
                    <Field name="min_age" label=td_string!(locale, field.min_age) value=form.text("min_age").to_owned()
                        error=problems.of("min_age") inputmode="numeric" />
                    <Field name="max_age" label=td_string!(locale, field.max_age) value=form.text("max_age").to_owned()
                        error=problems.of("max_age") inputmode="numeric" />
                </div>
            }
        });
        let zh = language(locale, "zh", &about, &form, &problems);
        let en = language(locale, "en", &about, &form, &problems);
        let second = match &about {
            About::New => None,
            About::Own(_) => Some(("remove", "button button-danger", td_string!(locale, staff.menu.remove))),
            About::Template(..) => Some(("reset", "button", td_string!(locale, staff.menu.reset))),
        };
        view! {
            <a class="back-link" href=base.clone()>{td_string!(locale, nav.menu)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                {template.then(|| view! { <p class="lead">{td_string!(locale, staff.menu.override_lead)}</p> })}
            </div>
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action=action><FormKey />
                <input type="hidden" name="revision" value=form.text("revision").to_owned() />
                {kind} {zh} {en}
                <div class="cluster">
                    <button class="button button-main" type="submit">{td_string!(locale, staff.save)}</button>
                    {second.map(|(value, class, words)| view! { <button class=class type="submit" name="do" value=value formnovalidate>{words}</button> })}
                </div>
            </form>
        }
    }))
}

/// The texts of one language; beside each what the city says.
fn language(
    locale: Locale,
    language: &str,
    about: &About,
    form: &Form,
    problems: &Problems,
) -> impl IntoView + use<> {
    let city = match (about, language) {
        (About::Template(_, zh, _), "zh") => Some(zh.clone()),
        (About::Template(_, _, en), _) => Some(en.clone().unwrap_or_default()),
        _ => None,
    };
    let legend = if language == "zh" {
        td_string!(locale, staff.menu.zh)
    } else {
        td_string!(locale, staff.menu.en)
    };
    let rows: Vec<_> = TEXTS
        .iter()
        .map(|field| {
            let name = key(language, field);
            let value = form.text(&name).to_owned();
            let error = problems.of(&name);
            let said = city.as_ref().map(|city| text(city, field)).filter(|said| !said.is_empty());
            match said {
                Some(said) => {
                    let hint = td_string!(locale, staff.menu.city_says, text = said);
                    view! { <Field name=name label=label(locale, field) hint=hint value=value error=error maxlength=400 /> }.into_any()
                }
                None => view! { <Field name=name label=label(locale, field) value=value error=error maxlength=400 /> }.into_any(),
            }
        })
        .collect();
    view! { <fieldset class="form-section"><legend>{legend}</legend>{rows}</fieldset> }
}
