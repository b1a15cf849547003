//! The texts of an entry of the menu in a form, in two languages; where they are a center's, beside what
//! the city says.

use crate::{
    i18n::{Locale, td_string},
    ui::{Chip, Field, Problems},
    web::Form,
};
use domain::menu::{Fork, ItemTexts, Locked, Overrides, TextField};
use leptos::prelude::*;

pub(super) fn label(locale: Locale, field: TextField) -> &'static str {
    match field {
        TextField::Name => td_string!(locale, field.item_name),
        TextField::ForWhom => td_string!(locale, field.for_whom),
        TextField::Bring => td_string!(locale, field.bring),
        TextField::When => td_string!(locale, field.when),
        TextField::Place => td_string!(locale, field.place),
        TextField::HowToGet => td_string!(locale, field.how_to_get),
    }
}

/// A field of one language: `zh_name`, `en_when`.
pub(super) fn key(language: &str, field: TextField) -> String {
    format!("{language}_{field}")
}

/// What the form says in a language.
pub(super) fn overrides(form: &Form, language: &str) -> Overrides {
    let mut said = Overrides::default();
    for field in TextField::ALL {
        said.set(*field, form.get(&key(language, *field)).map(str::to_owned));
    }
    said
}

/// The same of an entry that is nobody's but this one's.
pub(super) fn texts(form: &Form, language: &str) -> ItemTexts {
    let Overrides {
        name,
        for_whom,
        bring,
        when,
        place,
        how_to_get,
    } = overrides(form, language);
    ItemTexts {
        name: name.unwrap_or_default(),
        for_whom,
        bring,
        when,
        place,
        how_to_get,
    }
}

/// The fields of a form that shows these texts.
pub(super) fn fields_of(language: &str, texts: &ItemTexts) -> Vec<(String, String)> {
    let field = |field: &TextField| (key(language, *field), texts.get(*field).unwrap_or_default());
    TextField::ALL.iter().map(field).collect()
}

/// What the city says in a language, and what of it is not a center's to say.
pub(super) struct City<'a> {
    pub(super) says: ItemTexts,
    pub(super) locked: &'a Locked,
    pub(super) forks: &'a [Fork],
}

/// The texts of one language; beside each what the city says, if it is the city's entry.
pub(super) fn language(
    locale: Locale,
    language: &str,
    city: Option<&City<'_>>,
    form: &Form,
    problems: &Problems,
) -> impl IntoView + use<> {
    let legend = match language {
        "zh" => td_string!(locale, staff.menu.zh),
        _ => td_string!(locale, staff.menu.en),
    };
    let row = |field: &TextField| {
        let name = key(language, *field);
        let label = label(locale, *field);
        let said = city.and_then(|city| city.says.get(*field));
        if city.is_some_and(|city| city.locked.contains(field)) {
            let said = said.unwrap_or_else(|| td_string!(locale, staff.menu.nothing).to_owned());
            return view! {
                <div class="form-field">
                    <strong>{label}</strong>
                    <p>{said}</p>
                    <p class="hint">{td_string!(locale, staff.menu.locked)}</p>
                </div>
            }
            .into_any();
        }
        let value = form.text(&name).to_owned();
        let error = problems.of(&name);
        let fork = city.and_then(|city| city.forks.iter().find(|fork| fork.field == *field));
        let changed = fork.map(|fork| changed(locale, &name, fork));
        let field = match said.filter(|_| fork.is_none()) {
            Some(said) => {
                let hint = td_string!(locale, staff.menu.city_says, text = said);
                view! { <Field name label hint value error maxlength=400 /> }.into_any()
            }
            None => view! { <Field name label value error maxlength=400 /> }.into_any(),
        };
        view! { {field}{changed} }.into_any()
    };
    let rows: Vec<_> = TextField::ALL.iter().map(row).collect();
    view! { <fieldset class="form-section"><legend>{legend}</legend>{rows}</fieldset> }
}

/// What the template said and what it says now, and the way to take it.
fn changed(locale: Locale, name: &str, fork: &Fork) -> impl IntoView + use<> {
    let or_nothing = |text: &Option<String>| {
        let nothing = || td_string!(locale, staff.menu.nothing).to_owned();
        text.clone().unwrap_or_else(nothing)
    };
    let was = td_string!(locale, staff.menu.city_was, text = or_nothing(&fork.was));
    let is = td_string!(locale, staff.menu.city_is, text = or_nothing(&fork.is));
    view! {
        <div class="notice" data-kind="warn">
            <p>{was}</p>
            <p>{is}</p>
            <Chip name="take" value=name.to_owned() label=td_string!(locale, staff.menu.take) />
        </div>
    }
}
