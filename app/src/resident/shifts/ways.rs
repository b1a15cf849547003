//! How to get the trainings that a shift asks for and somebody lacks.

use crate::{
    i18n::{Locale, td_string},
    ui::Row,
    web::Visit,
    words,
};
use domain::{Refusal, time::Timestamp};
use leptos::prelude::*;
use std::collections::BTreeSet;
use store::{
    assignments::PersonPreview,
    shifts::ShiftView,
    trainings::{self, Way},
};

/// The trainings that are missing, of those who would sign up and of what was refused.
fn missing(people: &[PersonPreview], unmet: &[Refusal]) -> Vec<String> {
    let previews = people
        .iter()
        .filter_map(|person| person.outcome.as_ref().err());
    let missing: BTreeSet<&String> = previews
        .flatten()
        .chain(unmet)
        .filter_map(|refusal| match refusal {
            Refusal::MissingTraining { trainings } => Some(trainings),
            _ => None,
        })
        .flatten()
        .collect();
    missing.into_iter().cloned().collect()
}

/// What grants a missing training before the shift begins; `None` where none is missing.
pub(super) async fn load(
    visit: &Visit,
    shift: &ShiftView,
    people: Option<&[PersonPreview]>,
    unmet: &[Refusal],
) -> store::Result<Option<Vec<Way>>> {
    let missing = missing(people.unwrap_or_default(), unmet);
    if missing.is_empty() || shift.span.start() <= visit.now {
        return Ok(None);
    }
    let (db, center, start) = (visit.db(), &shift.center_id, shift.span.start());
    let ways = trainings::ways(db, &missing, center, visit.now, start).await?;
    Ok(Some(ways))
}

/// The ways, each a link.
pub(super) fn section(
    locale: Locale,
    ways: Option<Vec<Way>>,
    now: Timestamp,
) -> Option<impl IntoView + use<>> {
    let ways = ways?;
    let none = ways.is_empty();
    let intro = match none {
        true => td_string!(locale, shift.ways_none),
        false => td_string!(locale, shift.ways_intro),
    };
    let rows: Vec<_> = ways
        .into_iter()
        .map(|way| {
            let span = words::span_near(locale, way.span(), now);
            let (training, center) = (way.training, way.center_name);
            let note = td_string!(locale, shift.way, training, span, center);
            let href = format!("/occurrences/{}", way.occurrence_id);
            view! { <Row href title=way.title note /> }
        })
        .collect();
    Some(view! {
        <section class="section" aria-labelledby="ways">
            <h2 id="ways">{td_string!(locale, shift.ways)}</h2>
            <p>{intro}</p>
            {(!none).then(|| view! { <ul class="row-list">{rows}</ul> })}
        </section>
    })
}
