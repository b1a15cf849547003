//! Filling the week: a proposal, line by line with its reason, what stays open and why, and what would
//! help. Nothing changes until lines are accepted.

use super::{
    address, monday,
    moves::{How, assign, who},
    told,
};
use crate::{
    i18n::{Locale, td_string},
    staff::common::gate,
    ui::{Chip, EmptyState, FormKey, NoticeBox, SelectField, Tone},
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, extract::Path, response::Response, routing::get};
use chrono::NaiveDate;
use domain::{
    Refusal,
    access::Action,
    fill::{self, Help, Hole, Line, Places, Why},
    id::ShiftId,
    shift::Role,
    time::Timestamp,
};
use leptos::prelude::*;
use std::time::{Duration, Instant};
use store::{
    Error,
    centers::CenterView,
    roster::{self, Filling},
};

pub(super) fn routes() -> Router<Site> {
    Router::new().route(
        "/staff/centers/{center}/roster/fill",
        get(show).post(accept),
    )
}

/// How long a better roster is looked for.
const PATIENCE: Duration = Duration::from_millis(800);
/// Weeks with more offers are not asked what would help: it would take too long to wait for.
const MOST_OFFERS: usize = 1500;
/// How many ways to help are told.
const MOST_HELPS: usize = 5;
/// Shifts a week that a social worker leads, unless told.
const USUALLY_LED: u32 = 5;
/// The most that can be told.
const MOST_LED: u32 = 14;

/// A proposal with what there is to say about it.
struct Proposed {
    filling: Filling,
    /// The new lines.
    lines: Vec<New>,
    holes: Vec<Hole>,
    helps: Vec<Help>,
    /// Shifts that have not begun.
    open: usize,
    ready_now: usize,
    ready_then: usize,
    ready_first_come: usize,
    /// No roster makes more of them ready.
    at_most: usize,
}

/// A line that is proposed.
struct New {
    line: Line,
    why: Why,
    /// Whether the shift needs it for its minimum.
    needed: bool,
    /// Its position in the shift, by its place there, if it has any.
    position: Option<usize>,
}

/// Looks for a roster; it takes up to a second of computing.
fn propose(filling: Filling) -> Proposed {
    let week = &filling.week;
    let before = week.ready(&week.kept());
    let first = fill::propose(week, Places::Fairest);
    let begun = Instant::now();
    let improved = fill::improve(week, first, Places::Fairest, &mut || {
        begun.elapsed() < PATIENCE
    });
    let lines = improved.proposal.lines;
    let kept = week.kept();
    let whys = fill::why(week, &lines);
    let positions = fill::positions(week, &lines);
    let mut filled = vec![[0_u32; 2]; week.shifts.len()];
    for line in &kept {
        filled[line.shift][line.role as usize] += 1;
    }
    let is_new = |line: &Line| !kept.contains(line);
    let new = lines
        .iter()
        .copied()
        .zip(whys.into_iter().zip(positions))
        .filter(|(line, _)| is_new(line));
    let new: Vec<New> = new
        .map(|(line, (why, position))| {
            let count = &mut filled[line.shift][line.role as usize];
            *count += 1;
            let needed = *count <= week.shifts[line.shift].min(line.role);
            New {
                line,
                why,
                needed,
                position,
            }
        })
        .collect();
    let is_open = |nth: usize| filling.open[nth];
    let count = |ready: &[bool]| {
        let open = ready.iter().enumerate().filter(|(nth, _)| is_open(*nth));
        open.filter(|(_, ready)| **ready).count()
    };
    let mut holes = fill::holes(week, &lines);
    holes.retain(|hole| is_open(hole.shift));
    let offers: usize = week.people.iter().map(|person| person.offers.len()).sum();
    let mut helps = match offers <= MOST_OFFERS && !holes.is_empty() {
        true => fill::helps(week, &lines),
        false => Vec::new(),
    };
    helps.retain(|help| help.gained.iter().all(|&nth| is_open(nth)));
    helps.truncate(MOST_HELPS);
    let over = (0..week.shifts.len()).filter(|&nth| !is_open(nth));
    let ready_over = over.filter(|&nth| improved.proposal.ready[nth]).count();
    Proposed {
        lines: new,
        holes,
        helps,
        open: filling.open.iter().filter(|&&open| open).count(),
        ready_now: count(&before),
        ready_then: count(&improved.proposal.ready),
        ready_first_come: count(&week.ready(&fill::first_come(week))),
        at_most: improved.at_most.saturating_sub(ready_over),
        filling,
    }
}

async fn proposed(
    visit: &Visit,
    center: &CenterView,
    monday: NaiveDate,
    led: u32,
) -> Result<Proposed, Fault> {
    let act = visit.act();
    let filling = roster::fillable(visit.db(), &act, &center.summary.id, monday, led).await?;
    let found = tokio::task::spawn_blocking(move || propose(filling)).await;
    found.map_err(|_| Error::Corrupt("a roster").into())
}

/// How many shifts each social worker leads at most.
fn led(form: &Form) -> Result<u32, Refusal> {
    let led = form.number::<u32>("led")?.unwrap_or(USUALLY_LED);
    Ok(led.min(MOST_LED))
}

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers).await?;
    let (monday, led) = (monday(&visit, &form), led(&form)?);
    let proposed = proposed(&visit, &center, monday, led).await?;
    Ok(page(&visit, &center, proposed, led, Outcome::default()))
}

/// What became of the lines that were accepted.
#[derive(Default)]
struct Outcome {
    placed: usize,
    /// Whom it was, and why not.
    refused: Vec<(String, Vec<Refusal>)>,
}

/// A line as a form names it.
struct Chosen {
    shift: ShiftId,
    role: Role,
    id: String,
    /// The position by name, if the shift has any.
    position: Option<String>,
}

impl Chosen {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let mut parts = text.splitn(4, '_');
        let mut next = || parts.next().unwrap_or_default();
        Ok(Self {
            shift: next().parse()?,
            role: next().parse()?,
            id: next().to_owned(),
            position: parts.next().map(ToOwned::to_owned),
        })
    }
}

/// The value of a line in the form.
fn value(filling: &Filling, new: &New) -> String {
    let line = new.line;
    let shift = &filling.view.rows[line.shift].shift.id;
    let who = filling.people[line.person].0.id();
    let position = position(filling, new).map(|name| format!("_{name}"));
    format!(
        "{shift}_{}_{who}{}",
        line.role,
        position.unwrap_or_default()
    )
}

/// The name of a line's position.
fn position<'a>(filling: &'a Filling, new: &New) -> Option<&'a str> {
    let positions = &filling.view.rows[new.line.shift].shift.needs.positions;
    let found = new.position.and_then(|nth| positions.get(nth));
    found.map(|position| position.name.as_str())
}

/// Gives each accepted place as any other; what became impossible since is told.
async fn accept(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers).await?;
    let (monday, led) = (monday(&visit, &form), led(&form)?);
    let mut outcome = Outcome::default();
    for line in form.all("line") {
        let chosen = Chosen::parse(line)?;
        let who = who(&visit, &chosen.shift, chosen.role, &chosen.id).await?;
        let act = visit.once_each(&form, line)?;
        let how = How {
            position: chosen.position,
            ..How::default()
        };
        match assign(&visit, &act, chosen.shift, who, how).await {
            Ok(Ok(_)) => outcome.placed += 1,
            Ok(Err(unmet)) => outcome.refused.push((chosen.id, unmet)),
            Err(Error::Refused(refusal)) => outcome.refused.push((chosen.id, vec![refusal])),
            Err(error) => return Err(error.into()),
        }
    }
    if outcome.refused.is_empty() && outcome.placed > 0 {
        let page = address(&center.summary.id, "", monday);
        return Ok(redirect(&format!("{page}&filled={}", outcome.placed)));
    }
    let proposed = proposed(&visit, &center, monday, led).await?;
    // The form names people by id; the page by name.
    let named = |id: &String| {
        let mut people = proposed.filling.people.iter();
        let found = people.find(|(who, _)| who.id() == id);
        found.map_or_else(|| id.clone(), |(_, name)| name.clone())
    };
    let refused = outcome
        .refused
        .iter()
        .map(|(id, unmet)| (named(id), unmet.clone()));
    let outcome = Outcome {
        placed: outcome.placed,
        refused: refused.collect(),
    };
    Ok(page(&visit, &center, proposed, led, outcome))
}

fn page(
    visit: &Visit,
    center: &CenterView,
    proposed: Proposed,
    led: u32,
    outcome: Outcome,
) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let title = td_string!(locale, roster.fill);
    let (id, name) = (center.summary.id.clone(), center.summary.name.clone());
    gate::page(visit, title).render(move || {
        let monday = proposed.filling.view.monday;
        let back = address(&id, "", monday);
        let action = format!("/staff/centers/{id}/roster/fill");
        view! {
            <a class="back-link" href=back>{td_string!(locale, roster.title)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{name}</p>
                <p>{td_string!(locale, roster.fill_intro)}</p>
            </div>
            {told_outcome(locale, &outcome, now)}
            {sum(locale, &proposed)}
            <form class="filters" method="get" action=action.clone()>
                <input type="hidden" name="week" value=monday.to_string() />
                <SelectField name="led" label=td_string!(locale, roster.led) options=led_options() selected=led.to_string() />
                <button class="button" type="submit">{td_string!(locale, roster.again)}</button>
            </form>
            {match proposed.lines.is_empty() {
                true => view! { <EmptyState title=td_string!(locale, roster.no_lines) text=td_string!(locale, roster.no_lines_hint) /> }.into_any(),
                false => lines(locale, &proposed, action, led, now),
            }}
            {holes(locale, &proposed, now)}
            {helps(locale, &proposed, now)}
        }
    })
}

fn led_options() -> Vec<(String, String)> {
    (1..=MOST_LED)
        .map(|count| (count.to_string(), count.to_string()))
        .collect()
}

fn told_outcome(locale: Locale, outcome: &Outcome, now: Timestamp) -> Option<AnyView> {
    if outcome.refused.is_empty() {
        return None;
    }
    let title = td_string!(
        locale,
        roster.partly,
        placed = outcome.placed,
        refused = outcome.refused.len()
    );
    let rows: Vec<_> = outcome
        .refused
        .iter()
        .map(|(name, unmet)| {
            let why = told::not_possible(locale, Some(unmet), now).unwrap_or_default();
            view! { <li><strong>{name.clone()}</strong>" · "{why}</li> }
        })
        .collect();
    Some(
        view! { <NoticeBox title tone=Tone::Warn fresh=true><ul>{rows}</ul></NoticeBox> }
            .into_any(),
    )
}

/// What the proposal comes to, beside what there is and what there would be without it.
fn sum(locale: Locale, proposed: &Proposed) -> impl IntoView + use<> {
    let of = |count: usize| format!("{count} / {}", proposed.open);
    let proof = match proposed.ready_then >= proposed.at_most {
        true => td_string!(locale, roster.proven).to_owned(),
        false => td_string!(locale, roster.at_most, count = proposed.at_most),
    };
    view! {
        <dl class="tally">
            <div><dt>{td_string!(locale, roster.ready_now)}</dt><dd>{of(proposed.ready_now)}</dd></div>
            <div><dt>{td_string!(locale, roster.ready_first_come)}</dt><dd>{of(proposed.ready_first_come)}</dd></div>
            <div><dt>{td_string!(locale, roster.ready_then)}</dt><dd>{of(proposed.ready_then)}</dd></div>
        </dl>
        <p>{proof}</p>
    }
}

/// The lines, by shift, to be accepted one by one or as a whole.
fn lines(locale: Locale, proposed: &Proposed, action: String, led: u32, now: Timestamp) -> AnyView {
    let filling = &proposed.filling;
    let shifts = proposed
        .lines
        .chunk_by(|one, other| one.line.shift == other.line.shift);
    let groups: Vec<_> = shifts
        .map(|of| {
            let shift = &filling.view.rows[of[0].line.shift].shift;
            let rows: Vec<_> = of.iter().map(|new| row(locale, filling, new)).collect();
            view! {
                <fieldset class="form-field">
                    <legend>{told::shift_name(locale, shift, now)}</legend>
                    <ul class="row-list">{rows}</ul>
                </fieldset>
            }
        })
        .collect();
    let count = proposed.lines.len();
    view! {
        <form class="form" method="post" action=action><FormKey />
            <input type="hidden" name="week" value=filling.view.monday.to_string() />
            <input type="hidden" name="led" value=led.to_string() />
            <h2>{td_string!(locale, roster.proposal, count = count)}</h2>
            {groups}
            <div class="action-bar">
                <button class="button button-main" type="submit">{td_string!(locale, roster.accept)}</button>
            </div>
        </form>
    }
    .into_any()
}

fn row(locale: Locale, filling: &Filling, new: &New) -> impl IntoView + use<> {
    let name = filling.people[new.line.person].1.clone();
    let mut notes = vec![told::role(locale, new.line.role).to_owned()];
    notes.extend(position(filling, new).map(ToOwned::to_owned));
    notes.push(told::why(locale, new.why));
    notes.extend((!new.needed).then(|| td_string!(locale, roster.extra).to_owned()));
    view! {
        <li>
            <div class="row">
                <Chip name="line" value=value(filling, new) label=name checked=true />
                <span class="row-text"><small>{notes.join(" · ")}</small></span>
            </div>
        </li>
    }
}

/// What stays open, and why, by shift.
fn holes(locale: Locale, proposed: &Proposed, now: Timestamp) -> Option<impl IntoView + use<>> {
    let filling = &proposed.filling;
    let shifts = proposed
        .holes
        .chunk_by(|one, other| one.shift == other.shift);
    let rows: Vec<_> = shifts
        .map(|of| {
            let shift = &filling.view.rows[of[0].shift].shift;
            let title = told::shift_name(locale, shift, now);
            let notes: Vec<_> = of
                .iter()
                .map(|hole| {
                    let role = told::role(locale, hole.role);
                    let missing = td_string!(locale, roster.missing, count = hole.missing);
                    let why = told::hole(locale, filling, hole, of.len() == 1, now);
                    view! { <small>{format!("{role} · {missing} · {why}")}</small> }
                })
                .collect();
            view! { <li><div class="row"><span class="row-text"><strong>{title}</strong>{notes}</span></div></li> }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="holes">
                <h2 id="holes">{td_string!(locale, roster.holes)}</h2>
                <ul class="row-list">{rows}</ul>
            </section>
        }
    })
}

/// What would make more shifts ready.
fn helps(locale: Locale, proposed: &Proposed, now: Timestamp) -> Option<impl IntoView + use<>> {
    let filling = &proposed.filling;
    let rows: Vec<_> = proposed
        .helps
        .iter()
        .map(|help| {
            let change = told::change(locale, filling, help.change, now);
            let gain = td_string!(locale, roster.gain, count = help.gain);
            let gained = help.gained.iter().map(|&nth| &filling.view.rows[nth].shift);
            let gained: Vec<String> =
                gained.map(|shift| told::shift_name(locale, shift, now)).collect();
            let note = format!("{gain}: {}", words::list(locale, &gained));
            view! { <li><div class="row"><span class="row-text"><strong>{change}</strong><small>{note}</small></span></div></li> }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="section" aria-labelledby="helps">
                <h2 id="helps">{td_string!(locale, roster.helps)}</h2>
                <ul class="row-list">{rows}</ul>
            </section>
        }
    })
}
