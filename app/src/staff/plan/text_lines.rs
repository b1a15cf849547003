//! The texts of an activity as lines of a form: one list that labels, reads, writes, compares and
//! draws each, for creating and for editing alike.

use super::activity_form::Choices;
use crate::{
    i18n::{Locale, td_string},
    ui::{Field, Problems, SelectField, TextArea},
    web::{Form, Visit},
    words,
};
use domain::{
    Reason, Refusal,
    activity::Kind,
    texts::{MAX_SUMMARY, MAX_TITLE, Texts, TextsEdit},
};
use leptos::prelude::*;

/// A line of the form: one text.
struct Line {
    /// Name of the field, and of what a refusal names.
    name: &'static str,
    label: fn(Locale) -> &'static str,
    entry: Entry,
    /// How the text stands in the form.
    write: fn(&Texts) -> String,
    /// Takes what was entered.
    read: fn(&Form, &str, &mut TextsEdit) -> Result<(), Refusal>,
}

/// How a text is entered.
enum Entry {
    /// One line of so many characters, which must be there.
    Line(usize),
    /// Several lines of so many characters.
    Lines(usize),
    /// One of these.
    Choice(fn(Locale, &Choices) -> Vec<(String, String)>),
}

const LINES: &[Line] = &[
    Line {
        name: "title",
        label: |locale| td_string!(locale, field.title),
        entry: Entry::Line(MAX_TITLE),
        write: |texts| texts.title.clone(),
        read: |form, name, edit| {
            edit.title = Some(form.need(name)?.to_owned());
            Ok(())
        },
    },
    Line {
        name: "summary",
        label: |locale| td_string!(locale, field.summary),
        entry: Entry::Lines(MAX_SUMMARY),
        write: |texts| texts.summary.clone(),
        read: |form, name, edit| {
            edit.summary = Some(form.text(name).to_owned());
            Ok(())
        },
    },
    Line {
        name: "kind",
        label: |locale| td_string!(locale, field.kind),
        entry: Entry::Choice(|locale, _| kinds(locale)),
        write: |texts| texts.kind.to_string(),
        read: |form, name, edit| {
            edit.kind = Some(chosen(form.need(name), name)?);
            Ok(())
        },
    },
    Line {
        name: "field",
        label: |locale| td_string!(locale, field.service_field),
        entry: Entry::Choice(|_, choices| choices.fields.clone()),
        write: |texts| texts.field.clone(),
        read: |form, name, edit| {
            edit.field = Some(form.need(name)?.to_owned());
            Ok(())
        },
    },
    Line {
        name: "menu_item",
        label: |locale| td_string!(locale, staff.form.item),
        entry: Entry::Choice(|_, choices| choices.items.clone()),
        write: |texts| {
            let item = texts.menu_item_id.as_ref();
            item.map(ToString::to_string).unwrap_or_default()
        },
        read: |form, name, edit| {
            let item = form.get(name).map(|id| chosen(Ok(id), name));
            edit.menu_item_id = Some(item.transpose()?);
            Ok(())
        },
    },
];

/// What was chosen from a list.
fn chosen<T: std::str::FromStr>(text: Result<&str, Refusal>, name: &str) -> Result<T, Refusal> {
    let unknown = || Refusal::invalid(name, Reason::UnknownValue);
    text.map_err(|_| unknown())?.parse().map_err(|_| unknown())
}

fn kinds(locale: Locale) -> Vec<(String, String)> {
    [Kind::CommunityActivity, Kind::Group, Kind::Casework]
        .iter()
        .map(|k| (k.as_str().to_owned(), words::kind(locale, *k).to_owned()))
        .collect()
}

/// The fields with their names, in the order of the form.
pub(super) fn labels(locale: Locale) -> Vec<(&'static str, &'static str)> {
    let label = |line: &Line| (line.name, (line.label)(locale));
    LINES.iter().map(label).collect()
}

/// The texts as the form that edits them has them.
pub(super) fn as_they_are(texts: &Texts) -> impl Iterator<Item = (&'static str, String)> {
    LINES.iter().map(|line| (line.name, (line.write)(texts)))
}

/// The texts that were entered, every one of them; what is wrong with them is noted.
pub(super) fn read(visit: &Visit, form: &Form, problems: &mut Problems) -> Option<TextsEdit> {
    let mut edit = TextsEdit::default();
    let mut fine = true;
    for line in LINES {
        let read = (line.read)(form, line.name, &mut edit);
        fine &= problems.keep(visit.locale, visit.now, read).is_some();
    }
    fine.then_some(edit)
}

/// The texts of a new activity.
pub(super) fn of_new(entered: &TextsEdit) -> Texts {
    entered.apply(&Texts {
        title: String::new(),
        summary: String::new(),
        kind: Kind::CommunityActivity,
        field: String::new(),
        menu_item_id: None,
    })
}

/// The section of the form.
pub(super) fn fields(
    locale: Locale,
    form: &Form,
    problems: &Problems,
    choices: &Choices,
) -> impl IntoView + use<> {
    let draw = |line: &Line| {
        let (name, label) = (line.name, (line.label)(locale));
        let (value, error) = (form.text(name).to_owned(), problems.of(name));
        match line.entry {
            Entry::Line(most) => {
                let most = u16::try_from(most).unwrap_or(u16::MAX);
                view! { <Field name=name label=label value=value error=error maxlength=most required=true /> }
                    .into_any()
            }
            Entry::Lines(most) => {
                let most = u16::try_from(most).unwrap_or(u16::MAX);
                let note = td_string!(locale, ui.optional);
                view! { <TextArea name=name label=label note=note value=value error=error maxlength=most /> }
                    .into_any()
            }
            Entry::Choice(options) => {
                let options = options(locale, choices);
                view! { <SelectField name=name label=label options=options selected=value error=error /> }
                    .into_any()
            }
        }
    };
    let is_choice = |line: &&Line| matches!(line.entry, Entry::Choice(_));
    let written: Vec<_> = LINES
        .iter()
        .filter(|line| !is_choice(line))
        .map(draw)
        .collect();
    let chosen: Vec<_> = LINES.iter().filter(is_choice).map(draw).collect();
    view! {
        <fieldset class="form-section">
            <legend>{td_string!(locale, staff.form.what)}</legend>
            {written}
            <div class="form-grid">{chosen}</div>
        </fieldset>
    }
}
