//! The part of a form that cuts each day's time into appointments: of casework only, for which what is
//! listed to residents is one card of each day.

use crate::{
    i18n::{Locale, td_string},
    ui::{Field, Problems},
    web::{Form, Visit},
};
use domain::{Refusal, activity::Kind, slots::Cutting, time::Span};
use leptos::prelude::*;

/// How the time is cut, if it is.
///
/// # Errors
/// [`Refusal::Invalid`] for a number that is none, or out of range.
pub(super) fn read(form: &Form) -> Result<Option<Cutting>, Refusal> {
    let Some(each) = form.number("slot_minutes")? else {
        return Ok(None);
    };
    let pause = form.number("slot_pause")?.unwrap_or(0);
    Cutting::new(each, pause).map(Some)
}

/// Whether what was entered goes with appointments, where there are any; if not, that is noted.
pub(super) fn check(
    visit: &Visit,
    form: &Form,
    kind: Option<Kind>,
    problems: &mut Problems,
) -> bool {
    let locale = visit.locale;
    if !matches!(read(form), Ok(Some(_))) {
        return true;
    }
    let wrong = match kind {
        Some(Kind::Casework) if form.is_on("series") => td_string!(locale, casework.not_a_series),
        Some(Kind::Group | Kind::CommunityActivity) => td_string!(locale, casework.only_casework),
        Some(Kind::Casework) | None => return true,
    };
    problems.note_text("slot_minutes", wrong.to_owned());
    false
}

/// The fields of a form for more dates: as those of one day were cut.
pub(super) fn like(day: &[Span]) -> Option<Vec<(&'static str, String)>> {
    let (stretch, cutting) = Cutting::behind(day)?;
    let clock = |at: domain::time::Timestamp| at.local().format("%H:%M").to_string();
    Some(vec![
        ("starts_at", clock(stretch.start())),
        ("ends_at", clock(stretch.end())),
        ("slot_minutes", cutting.each().to_string()),
        ("slot_pause", cutting.pause().to_string()),
    ])
}

/// The section of the form.
pub(super) fn fields(locale: Locale, form: &Form, problems: &Problems) -> impl IntoView + use<> {
    let names = ["slot_minutes", "slot_pause"];
    let is_open = names
        .iter()
        .any(|name| form.get(name).is_some() || problems.of(name).is_some());
    view! {
        <details class="disclosure" open=is_open>
            <summary>{td_string!(locale, casework.cut)}</summary>
            <div class="stack">
                <p class="hint">{td_string!(locale, casework.cut_hint)}</p>
                <div class="form-grid">
                    <Field name="slot_minutes" label=td_string!(locale, field.slot_minutes) note=td_string!(locale, ui.optional)
                        value=form.text("slot_minutes").to_owned() error=problems.of("slot_minutes")
                        inputmode="numeric" maxlength=3 class="input-short" />
                    <Field name="slot_pause" label=td_string!(locale, field.slot_pause) note=td_string!(locale, ui.optional)
                        value=form.text("slot_pause").to_owned() error=problems.of("slot_pause")
                        inputmode="numeric" maxlength=3 class="input-short" />
                </div>
            </div>
        </details>
    }
}
