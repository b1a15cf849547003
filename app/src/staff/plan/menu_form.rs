//! One entry of the menu: the center's words in place of the city's, or an entry of its own.

use super::menu_texts::{City, fields_of, key, language, overrides, texts};
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
    menu::{ItemHow, ItemTexts, Overrides, TextField},
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

    /// Whether the template has changed under the center's own words.
    fn is_forked(&self) -> bool {
        match self {
            Self::Template(item, ..) => !(item.forks_zh.is_empty() && item.forks_en.is_empty()),
            Self::New | Self::Own(_) => false,
        }
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
    let (item, mut fields) = match about {
        About::New => return Form::default(),
        About::Own(item) => {
            let mut fields = fields_of("zh", &item.texts_zh);
            fields.extend(fields_of("en", &item.texts_en.clone().unwrap_or_default()));
            (item, fields)
        }
        About::Template(item, ..) => {
            let own = |language, own: &Overrides| {
                let said = |field: &TextField| own.get(*field).cloned().unwrap_or_default();
                TextField::ALL
                    .iter()
                    .map(move |field| (key(language, *field), said(field)))
                    .collect::<Vec<_>>()
            };
            let mut fields = own("zh", &item.overrides_zh);
            fields.extend(own("en", &item.overrides_en));
            (item, fields)
        }
    };
    fields.extend(kind_of(&item.field, item.how, (item.min_age, item.max_age)));
    fields.push(("revision".into(), item.revision.to_string()));
    filled(&fields)
}

/// The fields of what an entry is, and for whom.
pub(super) fn kind_of(
    field: &str,
    how: ItemHow,
    (min, max): (Option<i64>, Option<i64>),
) -> [(String, String); 4] {
    let age = |age: Option<i64>| age.map(|age| age.to_string()).unwrap_or_default();
    [
        ("field".into(), field.to_owned()),
        ("how".into(), how.as_str().to_owned()),
        ("min_age".into(), age(min)),
        ("max_age".into(), age(max)),
    ]
}

/// A form with these fields.
pub(super) fn filled(fields: &[(String, String)]) -> Form {
    let fields = fields.iter();
    Form::of(fields.map(|(name, value)| (name.as_str(), value.clone())))
}

/// What the form says of an entry that is not said in place of another; what is wrong is noted.
pub(super) fn new_item(visit: &Visit, form: &Form, problems: &mut Problems) -> Option<NewItem> {
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
            let (mut zh, mut en) = (overrides(&form, "zh"), overrides(&form, "en"));
            for field in TextField::ALL {
                for (language, said) in [("zh", &mut zh), ("en", &mut en)] {
                    let name = key(language, *field);
                    if form.all("take").any(|taken| taken == name) {
                        said.set(*field, None);
                    }
                }
            }
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
            note(visit, &refusal, &mut problems);
            form_page(visit, center, about, form, problems, Some(status(&refusal))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Notes why a text was refused. The fields are there in two languages; the Chinese one is checked first.
pub(super) fn note(visit: &Visit, refusal: &Refusal, problems: &mut Problems) {
    let Refusal::Invalid { field, reason } = refusal else {
        return problems.note(visit.locale, refusal, visit.now);
    };
    match field.parse::<TextField>() {
        Ok(text) => {
            // A service is called otherwise than a person.
            let called = match text {
                TextField::Name => "item_name",
                _ => field.as_str(),
            };
            let short = words::invalid_reason(visit.locale, called, *reason);
            problems.note_text(&key("zh", text), short);
        }
        Err(_) => problems.note(visit.locale, refusal, visit.now),
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
        let forked = about.is_forked();
        let kind = (!template).then(|| kind(locale, &fields, &form, &problems));
        let (city_zh, city_en) = match &about {
            About::Template(item, zh, en) => {
                let says = |says, forks| City { says, locked: &item.locked, forks };
                let en = en.clone().unwrap_or_default();
                (Some(says(zh.clone(), &item.forks_zh)), Some(says(en, &item.forks_en)))
            }
            About::New | About::Own(_) => (None, None),
        };
        let zh = language(locale, "zh", city_zh.as_ref(), &form, &problems);
        let en = language(locale, "en", city_en.as_ref(), &form, &problems);
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
                {forked.then(|| view! { <p>{td_string!(locale, staff.menu.fork_lead)}</p> })}
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

/// What an entry is, and for whom.
pub(super) fn kind(
    locale: Locale,
    fields: &[menu::Field],
    form: &Form,
    problems: &Problems,
) -> impl IntoView + use<> {
    let of_field = |of: &menu::Field| (of.code.clone(), words::field_name(locale, of));
    let options = fields.iter().map(of_field).collect();
    let of_how = |how: &ItemHow| {
        let words = words::item_how(locale, *how).to_owned();
        (how.as_str().to_owned(), words)
    };
    let hows = ItemHow::ALL.iter().map(of_how).collect();
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
}
