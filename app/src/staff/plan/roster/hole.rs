//! Who could be in a shift: those who suit, those who could come, and the others with everything that
//! keeps them from it.

use super::{
    address, monday,
    moves::{named, role},
};
use crate::{
    i18n::{Locale, td_string},
    staff::common::{ask::ask_form, gate},
    ui::{EmptyState, Field, FormKey},
    web::{Answer, Form, Site, Visit},
    words,
};
use axum::{Router, extract::Path, routing::get};
use chrono::NaiveDate;
use domain::{
    Refusal,
    access::Action,
    id::{CenterId, ShiftId},
    shift::{Role, Why, can_be_overridden},
    time::Timestamp,
};
use leptos::prelude::*;
use store::roster::{self, Candidate, Hole};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/staff/centers/{center}/roster/hole", get(show))
}

/// How many of each kind are listed; the search finds the others.
const MOST: usize = 60;

async fn show(visit: Visit, Path(id): Path<String>, form: Form) -> Answer {
    let center = gate::center(&visit, &id, Action::BookForOthers)
        .await?
        .summary
        .id;
    let shift: ShiftId = form.need("shift")?.parse()?;
    let (role, typed) = (role(&form)?, form.text("q").to_owned());
    let hole = roster::candidates(visit.db(), &visit.act(), &shift, role).await?;
    if hole.week.rows[hole.nth].shift.center_id != center {
        return Err(Refusal::NotFound.into());
    }
    let (locale, now) = (visit.locale, visit.now);
    let monday = monday(&visit, &form);
    let title = match role {
        Role::Lead => td_string!(locale, roster.who_lead),
        Role::Volunteer => td_string!(locale, roster.who_volunteer),
    };
    Ok(gate::page(&visit, title).render(move || {
        let to = To { locale, now, center, monday, shift, role };
        let view = &hole.week.rows[hole.nth].shift;
        let lead = format!("{} · {}", view.title, words::span_near(locale, view.span, now));
        let back = format!("{}#shift-{}", address(&to.center, "", monday), to.shift);
        view! {
            <a class="back-link" href=back>{td_string!(locale, roster.title)}</a>
            <div class="page-head"><h1>{title}</h1><p class="lead">{lead}</p></div>
            <form class="filters" method="get" action=format!("/staff/centers/{}/roster/hole", to.center)>
                <input type="hidden" name="week" value=monday.to_string() />
                <input type="hidden" name="shift" value=to.shift.to_string() />
                <input type="hidden" name="role" value=role.as_str() />
                <Field name="q" label=td_string!(locale, roster.placeholder) value=typed.clone() maxlength=40 />
                <button class="button" type="submit">{td_string!(locale, roster.find)}</button>
            </form>
            {(role == Role::Volunteer).then(|| ask_form(locale, view, now))}
            {lists(&to, &hole, &typed)}
        }
    }))
}

/// Where somebody would be put.
struct To {
    locale: Locale,
    now: Timestamp,
    center: CenterId,
    monday: NaiveDate,
    shift: ShiftId,
    role: Role,
}

fn lists(to: &To, hole: &Hole, typed: &str) -> AnyView {
    let locale = to.locale;
    let (could, could_not): (Vec<&Candidate>, Vec<&Candidate>) =
        named(&hole.candidates, typed).partition(|of| of.outcome.is_ok());
    let (suit, could): (Vec<&Candidate>, Vec<&Candidate>) =
        could.into_iter().partition(|of| of.suits());
    if suit.is_empty() && could.is_empty() && could_not.is_empty() {
        return view! { <EmptyState title=td_string!(locale, roster.nobody) text=td_string!(locale, roster.nobody_hint) /> }.into_any();
    }
    let section = |id: &'static str, title: &'static str, of: &[&Candidate]| {
        let rows: Vec<_> = of.iter().take(MOST).map(|of| row(to, of)).collect();
        (!rows.is_empty()).then(|| {
            view! {
                <section class="section" aria-labelledby=id>
                    <h2 id=id>{title}</h2>
                    <ul class="row-list">{rows}</ul>
                </section>
            }
        })
    };
    view! {
        {section("suit", td_string!(locale, roster.suit), &suit)}
        {section("could", td_string!(locale, roster.could), &could)}
        {section("could-not", td_string!(locale, roster.could_not), &could_not)}
    }
    .into_any()
}

fn row(to: &To, of: &Candidate) -> impl IntoView + use<> {
    let locale = to.locale;
    let load = match of.most {
        Some(most) => td_string!(locale, roster.load_of, count = of.this_week, most = most),
        None => td_string!(locale, roster.load, count = of.this_week),
    };
    let mut notes = vec![load];
    notes.extend(words::languages(locale, &of.languages));
    notes.extend((!of.offered).then(|| td_string!(locale, roster.not_offered).to_owned()));
    notes.extend(
        of.outcome
            .iter()
            .flatten()
            .filter_map(|why| good(locale, why)),
    );
    let unmet: Vec<Refusal> = of.outcome.as_ref().err().cloned().unwrap_or_default();
    let reasons: Vec<_> = unmet
        .iter()
        .map(|refusal| words::refusal(locale, refusal, to.now))
        .map(|told| view! { <small class="seat-not">{told.title}" · "{told.sentence}</small> })
        .collect();
    let may_be = unmet.iter().all(can_be_overridden);
    view! {
        <li>
            <div class="row">
                <span class="row-text"><strong>{of.name.clone()}</strong><small>{notes.join(" · ")}</small>{reasons}</span>
                {may_be.then(|| put(to, of, !unmet.is_empty()))}
            </div>
        </li>
    }
}

/// What speaks for somebody, as far as it tells them from others.
fn good(locale: Locale, why: &Why) -> Option<String> {
    match why {
        Why::Partner { names } => {
            let names = words::list(locale, names);
            Some(td_string!(locale, roster.partner, names))
        }
        Why::Skills { skills } => {
            let list = words::list(locale, skills);
            Some(td_string!(locale, shift.why_skills, list = list))
        }
        Why::Turn => Some(td_string!(locale, roster.turn).to_owned()),
        Why::Needed { .. } | Why::OwnCenter | Why::LikedCenter | Why::Led => None,
    }
}

/// The button that puts them there; where rules are set aside for it, with a reason.
fn put(to: &To, of: &Candidate, with_reason: bool) -> impl IntoView + use<> {
    let locale = to.locale;
    let action = format!("/staff/centers/{}/roster/put", to.center);
    let name = of.name.clone();
    let label = td_string!(locale, roster.reason_for, name = name.clone());
    view! {
        <form class="cluster" method="post" action=action><FormKey />
            <input type="hidden" name="week" value=to.monday.to_string() />
            <input type="hidden" name="shift" value=to.shift.to_string() />
            <input type="hidden" name="role" value=to.role.as_str() />
            <input type="hidden" name="person" value=of.who.id().to_owned() />
            {with_reason.then(|| view! { <input class="input" name="override" required=true maxlength="200" autocomplete="off" aria-label=label placeholder=td_string!(locale, roster.reason) /> })}
            <button class="button" type="submit">
                {match with_reason {
                    true => td_string!(locale, roster.assign_all_the_same),
                    false => td_string!(locale, staff.shift.assign),
                }}
                <span class="visually-hidden">" "{name}</span>
            </button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::super::moves::meant;
    use super::*;
    use store::roster::Who;

    fn candidate(name: &str, offered: bool, could: bool) -> Candidate {
        Candidate {
            who: Who::Lead {
                staff: "0190b6f0-0000-7000-8000-000000000001".parse().unwrap(),
            },
            name: name.into(),
            outcome: if could {
                Ok(Vec::new())
            } else {
                Err(vec![Refusal::Full])
            },
            languages: std::collections::BTreeSet::new(),
            offered,
            this_week: 0,
            most: None,
        }
    }

    #[test]
    fn a_few_letters_mean_the_only_one_who_could_come() {
        let all = [
            candidate("李明", false, true),
            candidate("李梅", true, true),
            candidate("黎明", true, false),
            candidate("王芳", true, true),
        ];
        let meant = |typed: &str| meant(&all, typed).map(|of| of.name.as_str());
        assert_eq!(meant("wf"), Some("王芳"));
        assert_eq!(meant("王"), Some("王芳"));
        // Of two with these initials one has time then.
        assert_eq!(meant("lm"), Some("李梅"));
        // A whole name is meant, whoever else is called alike.
        assert_eq!(meant("李明"), Some("李明"));
        assert_eq!(meant("黎"), None, "who cannot come is not meant");
        assert_eq!(meant("zz"), None);
        let both = [candidate("李明", true, true), candidate("李梅", true, true)];
        assert!(super::super::moves::meant(&both, "lm").is_none());
    }
}
