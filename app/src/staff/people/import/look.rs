//! What a list says, row by row, and the button that writes its people down.

use crate::{
    i18n::{Locale, td_string},
    ui::{Badge, Choice, Columns, FormKey, Problems, Table, Tone},
    web::Form,
    words,
};
use domain::people_import::{Entry, Read, Row, Wrong};
use leptos::prelude::*;

/// A row, and whether whoever it names is known here.
type OfRow<'r> = (&'r Row, bool);

pub(super) fn section(
    locale: Locale,
    action: &str,
    form: &Form,
    list: &Read,
    known: &[bool],
    problems: &Problems,
) -> AnyView {
    let mut known = known.iter().copied();
    let mut is_known = |row: &Row| row.entry.is_ok() && known.next().unwrap_or_default();
    let rows: Vec<OfRow<'_>> = list.rows.iter().map(|row| (row, is_known(row))).collect();
    let there = rows.iter().filter(|(_, known)| *known).count();
    let wrong = rows.iter().filter(|(row, _)| row.entry.is_err()).count();
    let new = rows.len() - there - wrong;
    let unused = (!list.unused.is_empty()).then(|| {
        let list = words::list(locale, &list.unused);
        view! { <p class="hint">{td_string!(locale, people_import.unused, list)}</p> }
    });
    let table = Table::new(
        td_string!(locale, people_import.look_title),
        columns(locale),
    )
    .of(&rows);
    let next = match new {
        0 => view! { <p>{td_string!(locale, people_import.nothing_new)}</p> }.into_any(),
        count => confirm(locale, action, form, problems, count).into_any(),
    };
    view! {
        <section class="card" id="look" aria-labelledby="look-title">
            <h2 id="look-title">{td_string!(locale, people_import.look_title)}</h2>
            <p role="status">{td_string!(locale, people_import.counts, new, there, wrong)}</p>
            {unused}
            {table}
            {next}
        </section>
    }
    .into_any()
}

fn columns<'r>(locale: Locale) -> Columns<'static, OfRow<'r>> {
    let of = move |told: fn(Locale, &Entry) -> String| {
        move |(row, _): &OfRow<'r>| {
            row.entry
                .as_ref()
                .map(|entry| told(locale, entry))
                .unwrap_or_default()
        }
    };
    Columns::head(td_string!(locale, plan_import.row), |(row, _): &OfRow<'r>| row.number.to_string())
        .text(td_string!(locale, field.name), |(row, _)| match &row.entry {
            Ok(entry) => entry.name.as_str().to_owned(),
            Err((written, _)) => written.clone(),
        })
        .text(td_string!(locale, field.birth_year), of(|_, entry| entry.birth_year.year().to_string()))
        .text(
            td_string!(locale, field.phone),
            of(|_, entry| entry.phone.as_ref().map(domain::person::Phone::masked).unwrap_or_default()),
        )
        .text(td_string!(locale, people_import.relation), of(|locale, entry| words::relation(locale, entry.relation).to_owned()))
        .text(
            td_string!(locale, people_import.community),
            of(|_, entry| entry.community.as_ref().map(|key| key.name().to_owned()).unwrap_or_default()),
        )
        .view(td_string!(locale, plan_import.news), move |(row, known)| match &row.entry {
            Err((_, wrong)) => view! { <Badge text=td_string!(locale, people_import.unusable) tone=Tone::Bad />" "{why(locale, *wrong)} }.into_any(),
            Ok(_) if *known => td_string!(locale, people_import.there).into_any(),
            Ok(_) => view! { <Badge text=td_string!(locale, people_import.new) tone=Tone::Good /> }.into_any(),
        })
}

fn why(locale: Locale, wrong: Wrong) -> String {
    match wrong {
        Wrong::Name => td_string!(locale, people_import.wrong.name).to_owned(),
        Wrong::BirthYear => td_string!(locale, people_import.wrong.birth_year).to_owned(),
        Wrong::Phone => td_string!(locale, people_import.wrong.phone).to_owned(),
        Wrong::Relation => td_string!(locale, people_import.wrong.relation).to_owned(),
        Wrong::Community => td_string!(locale, people_import.wrong.community).to_owned(),
        Wrong::NeedsGuardian => td_string!(locale, people_import.wrong.guardian).to_owned(),
        Wrong::NothingToTellApart => td_string!(locale, people_import.wrong.nothing).to_owned(),
        Wrong::Twice { row } => td_string!(locale, people_import.wrong.twice, row),
        Wrong::SecondHolder { row } => td_string!(locale, people_import.wrong.second_holder, row),
    }
}

/// The button, and the word that goes with it: nobody is written down who does not know.
fn confirm(
    locale: Locale,
    action: &str,
    form: &Form,
    problems: &Problems,
    count: usize,
) -> impl IntoView + use<> {
    let kept = ["rows", "community"].map(|name| {
        let value = form.raw(name).to_owned();
        view! { <input type="hidden" name=name value=value /> }
    });
    let error = problems.of("told");
    view! {
        <form class="form" method="post" action=action.to_owned()><FormKey />
            {kept.collect_view()}
            <div id="told" tabindex="-1">
                <Choice name="told" value="1" label=td_string!(locale, people_import.told) note=td_string!(locale, people_import.told_hint) checked=form.is_on("told") />
                {error.map(|error| view! { <p class="field-error" id="told-error">{error}</p> })}
            </div>
            <div class="cluster"><button class="button button-main" type="submit" name="do" value="import">{td_string!(locale, people_import.press, count)}</button></div>
        </form>
    }
}
