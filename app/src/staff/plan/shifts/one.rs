//! Who is in a shift: its leads, its volunteers, who asks and who waits.

use super::{sheet, standing, thanks, turn};
use crate::{
    i18n::{Locale, td_string},
    staff::common::{gate, loss::alert, tap::Back, told::shift_state},
    ui::{
        Badge, Columns, DemoLabel, Field, FormKey, NoticeBox, SelectField, Table, Tone, VerdictBox,
    },
    web::{Answer, Fault, Form, Site, Visit, redirect, status},
    words,
};
use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use domain::{
    Reason, Refusal,
    access::Action,
    activity::Status,
    audit::Verb,
    id::{AssignmentId, CheckInId, ShiftId, StaffId},
    shift::{AssignmentState, Role, State},
    time::Timestamp,
};
use leptos::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;
use store::{
    Error,
    assignments::{self, AssignmentView, Candidate, Unmet},
    centers::{self, CenterView},
    check_ins::{self, Admission},
    hours::{self, Sheet},
    shifts::{self, Alert, ShiftView},
    thanks::ToThank,
    trail::{self, View},
};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/staff/shifts/{id}", get(show))
        .route("/staff/shifts/{id}/lead", post(lead))
        .route("/staff/shifts/{id}/accept", post(accept))
        .route("/staff/shifts/{id}/remove", post(remove))
}

/// The shift of a path with its center, where the caller may do that there.
pub(super) async fn find(
    visit: &Visit,
    id: &str,
    action: Action,
) -> Result<(ShiftView, CenterView), Fault> {
    gate::staff(visit)?;
    let id: ShiftId = id.parse()?;
    let shift = shifts::find_for_staff(visit.db(), &visit.caller, &id).await?;
    let center = centers::find(visit.db(), &shift.center_id).await?;
    visit.caller.may(action, &center.summary.place())?;
    Ok((shift, center))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (shift, center) = find(&visit, &id, Action::ViewPlans).await?;
    let done = form.get("done").map(|_| Done::of(&form));
    let scan = form.get("scan").and_then(|id| id.parse::<CheckInId>().ok());
    let scan = match scan {
        Some(id) => check_ins::told(visit.db(), &visit.act(), &id).await?,
        None => None,
    };
    let told = Told {
        done,
        scan,
        unmet: Vec::new(),
    };
    answer(&visit, shift, center, told).await
}

/// What was saved, and what followed from it.
struct Done {
    /// How many volunteers were told.
    told: u32,
    /// How many have something else at the new time.
    overlapping: u32,
}

impl Done {
    fn of(form: &Form) -> Self {
        let number = |name| form.number(name).ok().flatten().unwrap_or(0);
        Self {
            told: number("told"),
            overlapping: number("overlapping"),
        }
    }

    fn view(&self, locale: Locale) -> impl IntoView + use<> {
        let told = (self.told > 0).then(|| td_string!(locale, staff.shift.told, count = self.told));
        let busy = (self.overlapping > 0)
            .then(|| td_string!(locale, staff.shift.overlapping, count = self.overlapping));
        view! {
            <NoticeBox title=td_string!(locale, staff.saved) text=told.unwrap_or_default() tone=Tone::Good fresh=true />
            {busy.map(|title| view! { <NoticeBox title text=td_string!(locale, staff.shift.overlapping_hint) tone=Tone::Warn fresh=true /> })}
        }
    }
}

/// What has just happened.
struct Told {
    done: Option<Done>,
    scan: Option<Admission>,
    unmet: Vec<Refusal>,
}

/// What the caller may do here.
#[derive(Clone, Copy)]
struct Rights {
    see: bool,
    arrange: bool,
    plan: bool,
}

async fn answer(visit: &Visit, shift: ShiftView, center: CenterView, told: Told) -> Answer {
    let place = center.summary.place();
    let may = |action| visit.caller.may(action, &place).is_ok();
    let rights = Rights {
        see: may(Action::ViewBookings),
        arrange: may(Action::BookForOthers) && may(Action::ManageActivities),
        plan: may(Action::ManageActivities),
    };
    let mut shown = Shown {
        alerts: shifts::alerts_of(visit.db(), &shift.id, visit.now).await?,
        people: Vec::new(),
        leads: Vec::new(),
        sheet: None,
        unread: BTreeSet::new(),
        thanked: Vec::new(),
    };
    if rights.see {
        let look = View {
            action: Verb::AssignmentView,
            subject: ("shift", shift.id.to_string()),
            center: Some(shift.center_id.clone()),
            detail: json!({}),
        };
        trail::record_view(visit.db(), &visit.act(), look).await?;
        shown.people = assignments::of_shift(visit.db(), &shift.id).await?;
        shown.unread = assignments::risks::unread_in(visit.db(), &shift.id).await?;
    }
    if rights.arrange {
        let (caller, now) = (&visit.caller, visit.now);
        shown.leads = assignments::can_lead(visit.db(), caller, &shift.center_id, now).await?;
        if sheet::is_due(&shift, now) {
            shown.sheet = Some(hours::sheet(visit.db(), caller, &shift.id, now).await?);
            shown.thanked = store::thanks::for_lead(visit.db(), caller, &shift, now).await?;
        }
    }
    Ok(page(visit, shift, rights, shown, told))
}

/// What the page shows beside the shift.
struct Shown {
    alerts: Vec<Alert>,
    people: Vec<AssignmentView>,
    leads: Vec<Candidate>,
    sheet: Option<Sheet>,
    /// Who has not read the text of risks as it is now.
    unread: BTreeSet<AssignmentId>,
    thanked: Vec<ToThank>,
}

fn page(visit: &Visit, shift: ShiftView, rights: Rights, shown: Shown, told: Told) -> Response {
    let locale = visit.locale;
    let Told { done, scan, unmet } = told;
    let Shown {
        alerts,
        people,
        leads,
        sheet,
        unread,
        thanked,
    } = shown;
    let page = gate::page(visit, shift.title.clone());
    let page = match unmet.first() {
        Some(refusal) => page.status(status(refusal)),
        None => page,
    };
    let reader = visit.clone();
    page.render(move || {
        let far = shift.state(reader.now);
        let is_open = far != State::Closed;
        let may_edit = rights.plan && (is_open || shift.status == Status::Draft);
        let (tone, text) = shift_state(locale, &shift, reader.now);
        // Whoever holds a place stands in the sheet, once there is one.
        let stands_there = |view: &&AssignmentView| {
            sheet.is_some() && (!view.state.is_givable() || view.state.holds_place())
        };
        let listed = people.iter().filter(|view| !stands_there(view));
        let listed: Vec<AssignmentView> = listed.cloned().collect();
        let has_roster = rights.see && (sheet.is_none() || !listed.is_empty());
        let place = match shift.place.as_str() {
            "" => String::new(),
            place => format!(" · {place}"),
        };
        view! {
            <a class="back-link" href=format!("/staff/centers/{}/shifts", shift.center_id)>{td_string!(locale, staff.shift.title)}</a>
            <div class="page-head">
                <div class="cluster">
                    <h1>{shift.title.clone()}</h1>
                    {may_edit.then(|| view! { <a class="button" href=format!("/staff/shifts/{}/edit", shift.id)>{td_string!(locale, staff.shift.edit)}</a> })}
                </div>
                <p class="lead">{words::span_near(locale, shift.span, reader.now)}{place}</p>
                {shift.occurrence_id.as_ref().map(|id| view! { <p><a href=format!("/staff/occurrences/{id}")>{td_string!(locale, shift.of_occurrence)}</a></p> })}
                <p class="cluster"><Badge text tone />{shift.demo.then(|| view! { <DemoLabel locale /> })}</p>
            </div>
            {done.map(|done| done.view(locale))}
            {alarms(locale, &alerts, reader.now)}
            {shift.without_lead(reader.now).map(|policy| {
                let (title, text) = words::without_lead(locale, policy);
                view! { <NoticeBox title text=text.to_owned() tone=Tone::Warn /> }
            })}
            {scan.map(|answer| view! { <VerdictBox locale answer now=reader.now /> })}
            {refusals(&reader, &unmet)}
            {unread_risks(locale, &people, &unread)}
            {tally(locale, &shift)}
            {(rights.plan && shift.status == Status::Draft).then(|| turn::publish_form(locale, &shift))}
            {sheet.map(|sheet| sheet::section(&reader, &shift, &sheet))}
            {thanks::section(locale, &shift.id, &thanked)}
            {has_roster.then(|| roster(locale, &shift, &listed, rights.arrange && is_open))}
            {(!rights.see).then(|| view! { <p class="lead">{td_string!(locale, staff.roster.counts_only)}</p> })}
            {(rights.arrange && is_open).then(|| lead_form(locale, &shift, &people, leads))}
            {may_edit.then(|| turn::acts(locale, &shift))}
        }
    })
}

/// The halves that were lost, each with what to do.
fn alarms(locale: Locale, alerts: &[Alert], now: Timestamp) -> Vec<impl IntoView + use<>> {
    let told = alerts
        .iter()
        .map(|of| alert(locale, of, now))
        .map(|(title, text)| view! { <NoticeBox title text tone=Tone::Bad /> });
    told.collect()
}

fn refusals(visit: &Visit, unmet: &[Refusal]) -> Option<impl IntoView + use<>> {
    let told = unmet
        .iter()
        .map(|refusal| words::refusal(visit.locale, refusal, visit.now));
    let told: Vec<_> = told
        .map(|told| view! { <h3>{told.title}</h3><p>{told.sentence}</p> })
        .collect();
    (!told.is_empty()).then(|| {
        view! {
            <section class="refusal" role="alert" aria-labelledby="why">
                <h2 id="why">{td_string!(visit.locale, staff.shift.not_possible)}</h2>
                {told}
            </section>
        }
    })
}

/// Who has not read the text of risks as it is now.
fn unread_risks(
    locale: Locale,
    people: &[AssignmentView],
    unread: &BTreeSet<AssignmentId>,
) -> Option<impl IntoView + use<>> {
    let of = people.iter().filter(|view| unread.contains(&view.id));
    let names: Vec<String> = of.map(|view| view.name.clone()).collect();
    (!names.is_empty()).then(|| {
        let text = words::list(locale, &names);
        view! { <NoticeBox title=td_string!(locale, staff.shift.risks_unread) text tone=Tone::Warn /> }
    })
}

fn tally(locale: Locale, shift: &ShiftView) -> impl IntoView + use<> {
    let (halves, needs) = (shift.halves, &shift.needs);
    let leads = format!("{} / {}", halves.leads, halves.leads_min);
    let volunteers = format!(
        "{} / {}–{}",
        halves.volunteers, needs.volunteers_min, needs.volunteers_max
    );
    view! {
        <dl class="tally">
            <div><dt>{td_string!(locale, shift.lead)}</dt><dd>{leads}</dd></div>
            <div><dt>{td_string!(locale, shift.volunteers)}</dt><dd>{volunteers}</dd></div>
            {(shift.kept > 0).then(|| view! { <div><dt>{td_string!(locale, shift.kept)}</dt><dd>{shift.kept}</dd></div> })}
            <div><dt>{td_string!(locale, shift.in_line)}</dt><dd>{shift.waiting}</dd></div>
        </dl>
    }
}

fn roster(
    locale: Locale,
    shift: &ShiftView,
    people: &[AssignmentView],
    may_arrange: bool,
) -> AnyView {
    if people.is_empty() {
        return view! { <p class="lead">{td_string!(locale, staff.shift.nobody)}</p> }.into_any();
    }
    let id = shift.id.to_string();
    let columns = Columns::head(td_string!(locale, field.name), |view: &AssignmentView| {
        view.name.clone()
    })
    .text(td_string!(locale, staff.shift.part), |view| {
        match (view.role, &view.position) {
            (Role::Lead, _) => td_string!(locale, shift.lead).to_owned(),
            (Role::Volunteer, Some(position)) => position.clone(),
            (Role::Volunteer, None) => td_string!(locale, shift.volunteers).to_owned(),
        }
    })
    .text(td_string!(locale, staff.act.status), |view| {
        standing(locale, view.state).to_owned()
    })
    .actions(locale, move |view| {
        may_arrange.then(|| acts(locale, &id, view))
    });
    Table::new(td_string!(locale, staff.shift.people), columns).of(people)
}

/// What can be done with somebody in the shift.
fn acts(locale: Locale, shift: &str, view: &AssignmentView) -> impl IntoView + use<> {
    let button = |to: &str, words: &'static str| {
        let (name, id) = (view.name.clone(), view.id.to_string());
        view! {
            <form method="post" action=format!("/staff/shifts/{shift}/{to}")><FormKey />
                <input type="hidden" name="assignment" value=id />
                <button class="button button-quiet" type="submit">{words}<span class="visually-hidden">" "{name}</span></button>
            </form>
        }
    };
    let asks = view.state == AssignmentState::Requested;
    let accept = asks.then(|| button("accept", td_string!(locale, staff.shift.accept)));
    let remove = view
        .state
        .is_givable()
        .then(|| button("remove", td_string!(locale, staff.shift.remove)));
    view! { <span class="cluster">{accept}{remove}</span> }
}

fn lead_form(
    locale: Locale,
    shift: &ShiftView,
    people: &[AssignmentView],
    leads: Vec<Candidate>,
) -> Option<impl IntoView + use<>> {
    let in_it = |lead: &Candidate| people.iter().any(|p| p.staff_id.as_ref() == Some(&lead.id));
    let options: Vec<(String, String)> = leads
        .into_iter()
        .filter(|lead| !in_it(lead))
        .map(|lead| (lead.id.to_string(), lead.name))
        .collect();
    let action = format!("/staff/shifts/{}/lead", shift.id);
    (!options.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="add-lead">
                <h2 id="add-lead">{td_string!(locale, staff.shift.add_lead)}</h2>
                <form class="form" method="post" action=action><FormKey />
                    <SelectField name="staff" label=td_string!(locale, shift.lead) options=options />
                    <Field name="override" label=td_string!(locale, staff.time.all_the_same) note=td_string!(locale, cancel.optional) hint=td_string!(locale, staff.time.all_the_same_hint) maxlength=200 />
                    <button class="button button-main" type="submit">{td_string!(locale, staff.shift.assign)}</button>
                </form>
            </section>
        }
    })
}

/// Back to the shift, or the page with what is in the way.
pub(super) async fn told<T>(visit: &Visit, id: &str, result: store::Result<Unmet<T>>) -> Answer {
    let unmet = match result {
        Ok(Ok(_)) => return Ok(redirect(&format!("/staff/shifts/{id}?done=1"))),
        Ok(Err(unmet)) => unmet,
        Err(Error::Refused(refusal)) => vec![refusal],
        Err(error) => return Err(error.into()),
    };
    let (shift, center) = find(visit, id, Action::ViewPlans).await?;
    let told = Told {
        done: None,
        scan: None,
        unmet,
    };
    answer(visit, shift, center, told).await
}

async fn lead(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (shift, _) = find(&visit, &id, Action::BookForOthers).await?;
    let staff: StaffId = form.need("staff")?.parse()?;
    let act = visit.once(&form)?;
    let back = Back::of(&form).path(&shift.center_id, &shift.id);
    let (db, reason) = (visit.db(), form.get("override").map(ToOwned::to_owned));
    match assignments::assign_lead_despite(db, &act, shift.id, staff, reason).await {
        Ok(Ok(_)) => Ok(redirect(&format!("{back}?done=1"))),
        unmet => told(&visit, &id, unmet).await,
    }
}

/// The assignment that a form names, if it is one of this shift.
async fn named(visit: &Visit, shift: &ShiftView, form: &Form) -> Result<AssignmentId, Fault> {
    let id: AssignmentId = form.need("assignment")?.parse()?;
    let view = assignments::find(visit.db(), &visit.caller, &id).await?;
    match view.shift_id == shift.id {
        true => Ok(id),
        false => Err(Refusal::invalid("assignment", Reason::UnknownValue).into()),
    }
}

async fn accept(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (shift, _) = find(&visit, &id, Action::BookForOthers).await?;
    let assignment = named(&visit, &shift, &form).await?;
    let said = assignments::Answer::Accept {
        override_reason: None,
    };
    let act = visit.once(&form)?;
    let answered = assignments::answer(visit.db(), &act, assignment, said).await;
    told(&visit, &id, answered).await
}

async fn remove(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let (shift, _) = find(&visit, &id, Action::BookForOthers).await?;
    let assignment = named(&visit, &shift, &form).await?;
    let act = visit.once(&form)?;
    let gone = assignments::withdraw(visit.db(), &act, assignment, "").await;
    told(&visit, &id, gone.map(Ok)).await
}
