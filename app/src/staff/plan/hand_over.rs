//! Handing over to a colleague who takes somebody's shifts: who to whom and from when, a look at each shift
//! with what is in its way, and one press for all that can be.

use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{
        Badge, Columns, EmptyState, ErrorSummary, Field, FormKey, NoticeBox, Problems, SelectField,
        Table, Tone,
    },
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, http::StatusCode, routing::get};
use chrono::NaiveDate;
use domain::{
    Reason, Refusal,
    access::Action,
    id::{CenterId, ShiftId, StaffId},
};
use leptos::prelude::*;
use std::collections::BTreeMap;
use store::{
    Error,
    assignments::{self, Candidate, Handing, Led, Line},
    centers::CenterView,
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route(
        "/staff/centers/{center}/hand-over",
        get(show).post(hand_over),
    )
}

fn here(center: &CenterId) -> String {
    format!("/staff/centers/{center}/hand-over")
}

/// What is asked; nothing is before anybody was chosen.
fn asked(center: &CenterId, form: &Form, today: NaiveDate) -> Result<Option<Handing>, Refusal> {
    let who = |name: &str| -> Result<Option<StaffId>, Refusal> {
        let unknown = |_| Refusal::invalid(name, Reason::UnknownValue);
        form.get(name)
            .map(|id| id.parse().map_err(unknown))
            .transpose()
    };
    let (Some(from), Some(to)) = (who("from")?, who("colleague")?) else {
        return Ok(None);
    };
    let first = match form.get("first") {
        Some(_) => form.need_day("first", today)?,
        None => today,
    };
    let last = match form.get("last") {
        Some(_) => Some(form.need_day("last", first)?),
        None => None,
    };
    Ok(Some(Handing {
        center: center.clone(),
        from,
        to,
        first,
        last,
    }))
}

/// What the page is made of.
struct Page {
    locale: Locale,
    center: CenterView,
    leading: Vec<Led>,
    may_lead: Vec<Candidate>,
    form: Form,
    problems: Problems,
    /// What would be handed over, once it is known who to whom.
    lines: Option<Vec<Line>>,
    /// What has just been: how many, and how many not.
    done: Option<(u32, u32)>,
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let moved: Option<u32> = form.number("moved").ok().flatten();
    let left = form.number("left").ok().flatten().unwrap_or(0);
    let done = moved.map(|moved| (moved, left));
    answer(&visit, center, form, Problems::none(), done).await
}

async fn answer(
    visit: &Visit,
    center: CenterView,
    form: Form,
    mut problems: Problems,
    done: Option<(u32, u32)>,
) -> Answer {
    let (db, act, own) = (visit.db(), visit.act(), &center.summary.id);
    let (locale, now) = (visit.locale, visit.now);
    let leading = assignments::leading(db, &act, own).await?;
    let may_lead = assignments::can_lead(db, &visit.caller, own, now).await?;
    let mut lines = None;
    if let Some(Some(handing)) = problems.keep(locale, now, asked(own, &form, now.day())) {
        lines = match assignments::look_at_handing(db, &act, &handing).await {
            Ok(lines) => Some(lines),
            Err(Error::Refused(refusal @ Refusal::Invalid { .. })) => {
                problems.note(locale, &refusal, now);
                None
            }
            Err(error) => return Err(error.into()),
        };
    }
    let status = match problems.any() {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let page = Page {
        locale,
        center,
        leading,
        may_lead,
        form,
        problems,
        lines,
        done,
    };
    let title = td_string!(locale, hand_over.title);
    Ok(gate::page(visit, title)
        .status(status)
        .render(move || page.view(now)))
}

impl Page {
    fn view(self, now: domain::time::Timestamp) -> impl IntoView + use<> {
        let locale = self.locale;
        let own = self.center.summary.id.clone();
        let roster = format!("/staff/centers/{own}/roster");
        let done = self.done.map(|(moved, left)| self.told(moved, left));
        let look = self.lines.as_ref().map(|lines| self.look(lines, now));
        view! {
            <a class="back-link" href=roster>{td_string!(locale, roster.title)}</a>
            <div class="page-head">
                <h1>{td_string!(locale, hand_over.title)}</h1>
                <p class="lead">{self.center.summary.name.clone()}</p>
                <p class="hint">{td_string!(locale, hand_over.lead)}</p>
            </div>
            {done}
            <ErrorSummary locale problems=self.problems.clone() />
            {match self.leading.is_empty() {
                true => view! { <EmptyState title=td_string!(locale, hand_over.nobody) /> }.into_any(),
                false => self.who().into_any(),
            }}
            {look}
        }
    }

    /// Who to whom, and when.
    fn who(&self) -> impl IntoView + use<> {
        let (locale, form, problems) = (self.locale, &self.form, &self.problems);
        let from = self.leading.iter().map(|one| {
            let (name, count) = (one.name.clone(), one.shifts);
            let text = match one.may_lead {
                true => td_string!(locale, hand_over.leads, name, count),
                false => td_string!(locale, hand_over.leads_no_more, name, count),
            };
            (one.id.to_string(), text)
        });
        let from: Vec<(String, String)> = from.collect();
        let to = self.may_lead.iter();
        let to: Vec<(String, String)> = to
            .map(|one| (one.id.to_string(), one.name.clone()))
            .collect();
        view! {
            <form class="form" method="get" action=here(&self.center.summary.id)>
                <div class="form-grid">
                    <SelectField name="from" label=td_string!(locale, hand_over.from) options=from
                        selected=form.text("from").to_owned() error=problems.of("from") />
                    <SelectField name="colleague" label=td_string!(locale, hand_over.to) options=to
                        selected=form.text("colleague").to_owned() error=problems.of("colleague") />
                    <Field name="first" label=td_string!(locale, hand_over.first) kind="date" note=td_string!(locale, ui.optional)
                        value=form.text("first").to_owned() error=problems.of("first") />
                    <Field name="last" label=td_string!(locale, hand_over.last) kind="date" note=td_string!(locale, ui.optional)
                        hint=td_string!(locale, hand_over.last_hint) value=form.text("last").to_owned() error=problems.of("last") />
                </div>
                <div class="cluster"><button class="button" type="submit">{td_string!(locale, hand_over.look)}</button></div>
            </form>
        }
    }

    /// The name of whoever is chosen.
    fn name(&self, field: &str) -> String {
        let id = self.form.text(field);
        let known: BTreeMap<String, &str> = self
            .leading
            .iter()
            .map(|one| (one.id.to_string(), one.name.as_str()))
            .chain(
                self.may_lead
                    .iter()
                    .map(|one| (one.id.to_string(), one.name.as_str())),
            )
            .collect();
        known.get(id).copied().unwrap_or_default().to_owned()
    }

    /// Each shift with what would become of it.
    fn look(&self, lines: &[Line], now: domain::time::Timestamp) -> AnyView {
        let locale = self.locale;
        if lines.is_empty() {
            return view! { <EmptyState title=td_string!(locale, hand_over.none) /> }.into_any();
        }
        let can = lines.iter().filter(|line| line.unmet.is_empty()).count();
        let columns = Columns::head(td_string!(locale, staff.shift.shift), |line: &Line| {
            view! { <a href=format!("/staff/shifts/{}", line.shift)>{line.title.clone()}</a> }
        })
        .text(td_string!(locale, field.time), |line| {
            words::span_near(locale, line.span, now)
        })
        .view(td_string!(locale, hand_over.becomes), |line| match line.unmet.first() {
            None => {
                let label = format!("{} {}", line.title, words::span_near(locale, line.span, now));
                view! {
                    <label class="choice">
                        <input type="checkbox" name="shift" value=line.shift.to_string() checked=true aria-label=label />
                        <span>{td_string!(locale, hand_over.moves)}</span>
                    </label>
                }
                .into_any()
            }
            Some(refusal) => {
                let told = words::refusal(locale, refusal, now);
                view! { <Badge text=td_string!(locale, hand_over.stays) tone=Tone::Warn />" "{told.title}<br /><small>{told.sentence}</small> }.into_any()
            }
        });
        let table = Table::new(td_string!(locale, hand_over.title), columns).of(lines);
        let (from, to) = (self.name("from"), self.name("colleague"));
        let kept = ["from", "colleague", "first", "last"].map(|name| {
            view! { <input type="hidden" name=name value=self.form.text(name).to_owned() /> }
        });
        let press = (can > 0).then(|| {
            view! { <button class="button button-main" type="submit">{td_string!(locale, hand_over.press, to)}</button> }
        });
        view! {
            <section class="section" aria-labelledby="look">
                <h2 id="look">{td_string!(locale, hand_over.of, from, count = lines.len())}</h2>
                <form class="form" method="post" action=here(&self.center.summary.id)><FormKey />
                    {kept}
                    {table}
                    {(can < lines.len()).then(|| view! { <p class="hint">{td_string!(locale, hand_over.stays_hint)}</p> })}
                    <div class="cluster">{press}</div>
                </form>
            </section>
        }
        .into_any()
    }

    fn told(&self, moved: u32, left: u32) -> impl IntoView + use<> {
        let locale = self.locale;
        let title = match moved {
            0 => td_string!(locale, hand_over.done_none).to_owned(),
            count => td_string!(locale, hand_over.done, count, to = self.name("colleague")),
        };
        let text = (left > 0).then(|| td_string!(locale, hand_over.done_left, count = left));
        let tone = if moved > 0 { Tone::Good } else { Tone::Warn };
        view! { <NoticeBox title tone fresh=true>{text.map(|text| view! { <p>{text}</p> })}</NoticeBox> }
    }
}

async fn hand_over(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::ManageActivities).await?;
    let own = center.summary.id.clone();
    let (locale, now) = (visit.locale, visit.now);
    let mut problems = Problems::none();
    let asked = problems.keep(locale, now, asked(&own, &form, now.day()));
    let shifts = chosen(&form)?;
    let Some(Some(handing)) = asked.filter(|_| !shifts.is_empty()) else {
        if shifts.is_empty() {
            problems.note_text("look", td_string!(locale, hand_over.none_chosen).to_owned());
        }
        return answer(&visit, center, form, problems, None).await;
    };
    match assignments::hand_over(visit.db(), &visit.once(&form)?, handing, shifts).await {
        Ok(done) => {
            let mut query = form_urlencoded::Serializer::new(String::new());
            for name in ["from", "colleague", "first", "last"] {
                query.append_pair(name, form.text(name));
            }
            query.append_pair("moved", &done.moved.len().to_string());
            query.append_pair("left", &done.left.to_string());
            Ok(redirect(&format!("{}?{}", here(&own), query.finish())))
        }
        Err(Error::Refused(refusal @ Refusal::Invalid { .. })) => {
            problems.note(locale, &refusal, now);
            answer(&visit, center, form, problems, None).await
        }
        Err(error) => Err(error.into()),
    }
}

fn chosen(form: &Form) -> Result<Vec<ShiftId>, Fault> {
    let ids = form.all("shift").map(|id| Ok(id.parse()?));
    ids.collect()
}
