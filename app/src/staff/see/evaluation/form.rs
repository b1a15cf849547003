//! The form of an evaluation: a mark and a note for each indicator, with the figures of the year.

use super::{Shown, home, report::evidence};
use crate::{
    i18n::{Locale, td_string},
    ui::{FormKey, Problems, SelectField, TextArea},
    web::{Form, Visit},
    words,
};
use domain::{
    Reason, Refusal,
    evaluation::{Finding, Findings, Indicator, MAX_NOTE, MAX_SUMMARY, Mark, Section},
};
use leptos::prelude::*;
use store::evaluations::Evaluation;

/// The name of the field with an indicator's note.
fn note_name(indicator: Indicator) -> String {
    format!("{indicator}_note")
}

/// A mark as it was chosen.
fn mark(form: &Form, name: &str) -> Result<Option<Mark>, Refusal> {
    let chosen = form.get(name).map(str::parse).transpose();
    chosen.map_err(|_: Refusal| Refusal::invalid(name, Reason::UnknownValue))
}

/// What was entered; what is wrong is noted.
pub(super) fn read(visit: &Visit, form: &Form, problems: &mut Problems) -> Option<Findings> {
    let mut findings = Findings {
        summary: form.text("summary").to_owned(),
        ..Findings::default()
    };
    let mut fine = true;
    let mut keep = |read: Result<Option<Mark>, Refusal>| {
        let kept = problems.keep(visit.locale, visit.now, read);
        fine &= kept.is_some();
        kept.flatten()
    };
    for indicator in Indicator::ALL {
        let finding = Finding {
            mark: keep(mark(form, indicator.as_str())),
            note: form.text(&note_name(*indicator)).to_owned(),
        };
        if finding != Finding::default() {
            findings.of.insert(*indicator, finding);
        }
    }
    findings.overall = keep(mark(form, "overall"));
    if !fine {
        return None;
    }
    problems.keep(visit.locale, visit.now, findings.checked())
}

/// The form as the evaluation stands.
pub(super) fn as_it_is(of: &Evaluation) -> Form {
    let text = |mark: Option<Mark>| mark.map(|mark| mark.to_string()).unwrap_or_default();
    let mut form = Form::default();
    for (indicator, finding) in &of.findings.of {
        form = form.with(indicator.as_str(), text(finding.mark));
        form = form.with(&note_name(*indicator), finding.note.clone());
    }
    form.with("overall", text(of.findings.overall))
        .with("summary", of.findings.summary.clone())
}

fn marks(locale: Locale) -> Vec<(String, String)> {
    let none = td_string!(locale, evaluation.no_mark).to_owned();
    let marks = Mark::ALL
        .iter()
        .map(|mark| (mark.to_string(), words::mark(locale, *mark).to_owned()));
    std::iter::once((String::new(), none))
        .chain(marks)
        .collect()
}

pub(super) fn view(locale: Locale, shown: &Shown) -> impl IntoView + use<> {
    let sections: Vec<_> = Section::ALL
        .iter()
        .map(|section| {
            let fields: Vec<_> = section
                .indicators()
                .map(|one| fields(locale, shown, one))
                .collect();
            view! {
                <fieldset class="form-section">
                    <legend>{words::evaluation_section(locale, *section)}</legend>
                    {fields}
                </fieldset>
            }
        })
        .collect();
    let most = u16::try_from(MAX_SUMMARY).unwrap_or(u16::MAX);
    let (form, problems) = (&shown.form, &shown.problems);
    view! {
        <p>{td_string!(locale, evaluation.intro)}</p>
        <form class="form" method="post" action=home(&shown.which)><FormKey />
            <input type="hidden" name="revision" value=shown.of.revision.to_string() />
            {sections}
            <fieldset class="form-section">
                <legend>{td_string!(locale, evaluation.overall)}</legend>
                <SelectField name="overall" label=td_string!(locale, evaluation.mark) options=marks(locale)
                    selected=form.text("overall").to_owned() error=problems.of("overall") />
                <TextArea name="summary" label=td_string!(locale, evaluation.summary) note=td_string!(locale, ui.optional)
                    value=form.text("summary").to_owned() error=problems.of("summary") maxlength=most />
            </fieldset>
            <p class="hint">{td_string!(locale, evaluation.hand_in_hint)}</p>
            <div class="cluster">
                <button class="button button-main" type="submit" name="do" value="save">{td_string!(locale, evaluation.save)}</button>
                <button class="button" type="submit" name="do" value="hand_in">{td_string!(locale, evaluation.hand_in)}</button>
            </div>
        </form>
    }
}

fn fields(locale: Locale, shown: &Shown, indicator: Indicator) -> impl IntoView + use<> {
    let (form, problems) = (&shown.form, &shown.problems);
    let (name, note) = (indicator.as_str(), note_name(indicator));
    let label = words::indicator(locale, indicator);
    let most = u16::try_from(MAX_NOTE).unwrap_or(u16::MAX);
    let note_label = format!("{label}: {}", td_string!(locale, evaluation.note));
    let (value, error) = (form.text(&note).to_owned(), problems.of(&note));
    view! {
        <div class="stack-close">
            {evidence(locale, shown, indicator)}
            <SelectField name=name label=label options=marks(locale)
                selected=form.text(name).to_owned() error=problems.of(name) />
            <TextArea name=note label=note_label hint=td_string!(locale, evaluation.note_hint)
                value=value error=error maxlength=most rows=2 />
        </div>
    }
}
