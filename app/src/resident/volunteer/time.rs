//! When a volunteer usually has time, how often, and what they like to do.

use crate::{
    i18n::{Locale, td_string},
    resident::gate,
    ui::{
        Chip, DaysAway, ErrorSummary, FormKey, NoticeBox, Problems, SelectField, Tone, WeekParts,
        part_name, read_away, read_slots, weekday_name,
    },
    web::{Answer, Fault, Form, Site, Visit, redirect},
    words,
};
use axum::{Router, response::Response, routing::get};
use domain::{
    Refusal,
    availability::{Availability, MOST_A_WEEK, Slot},
    id::{AccountId, PersonId},
    shift::Duty,
    time::{DAY, Span},
    volunteer::Standing,
};
use leptos::prelude::*;
use store::{
    Error,
    page::{Limit, Part},
    shifts::{self, Search},
    volunteers::{self, VolunteerView},
};

/// The routes of this file.
pub(super) fn routes() -> Router<Site> {
    Router::new().route("/volunteer/time", get(show).post(save))
}

/// The volunteer that the address or the form names.
pub(super) async fn named(visit: &Visit, form: &Form) -> Result<(AccountId, VolunteerView), Fault> {
    let account = gate::complete_account(visit).await?;
    let person: PersonId = form.need("person")?.parse()?;
    let known = volunteers::of_account(visit.db(), &account.id).await?;
    let mut known = known.into_iter();
    let found = known.find(|view| view.person_id == person && view.standing != Standing::Left);
    Ok((account.id, found.ok_or(Refusal::NotFound)?))
}

async fn show(visit: Visit, form: Form) -> Answer {
    let (account, volunteer) = named(&visit, &form).await?;
    let said = volunteer.availability.clone().unwrap_or_default();
    let more = one_more(&visit, &account, &volunteer, &said).await?;
    let shown = Shown {
        said,
        saved: form.is_on("saved"),
        more,
        problems: Problems::none(),
    };
    Ok(page(&visit, volunteer, shown))
}

/// How far ahead is looked for shifts that one more part of the week would open.
const AHEAD: i64 = 14 * DAY;

/// The part of the week that would open most of the shifts that need somebody, and that they could take
/// but for the time.
async fn one_more(
    visit: &Visit,
    account: &AccountId,
    volunteer: &VolunteerView,
    said: &Availability,
) -> Result<Option<(Slot, usize)>, Fault> {
    if !said.offers_time() {
        return Ok(None);
    }
    let search = Search {
        center: volunteer.center_id.clone(),
        from: visit.now,
        to: visit.now.plus(AHEAD),
        part: Part::first(Limit::MOST),
    };
    let (db, person) = (visit.db(), Some(&volunteer.person_id));
    // Of the whole city the first will do.
    let found = match search.center.is_some() {
        true => shifts::all_for_me(db, account, person, &search, true, visit.now).await?,
        false => shifts::for_me(db, account, person, &search, true, visit.now).await?,
    };
    let short = found
        .items
        .into_iter()
        .map(|of| of.shift)
        .filter(|shift| shift.halves.volunteers < shift.needs.volunteers_min);
    let spans: Vec<Span> = short.map(|shift| shift.span).collect();
    Ok(said.one_more(&spans))
}

/// What the page shows of somebody.
struct Shown {
    said: Availability,
    saved: bool,
    /// The part of the week that would open most shifts, and how many.
    more: Option<(Slot, usize)>,
    problems: Problems,
}

impl Shown {
    fn wrong(said: Availability, problems: Problems) -> Self {
        Self {
            said,
            saved: false,
            more: None,
            problems,
        }
    }
}

fn read(form: &Form) -> Result<Availability, Refusal> {
    Ok(Availability {
        slots: read_slots(form)?,
        away: read_away(form)?,
        most_shifts: form.number("most_shifts")?.unwrap_or_default(),
        likes: form
            .all("like")
            .map(str::parse::<Duty>)
            .collect::<Result<_, _>>()?,
    })
}

async fn save(visit: Visit, form: Form) -> Answer {
    let (account, volunteer) = named(&visit, &form).await?;
    let person = volunteer.person_id.clone();
    let mut problems = Problems::none();
    let Some(said) = problems.keep(visit.locale, visit.now, read(&form)) else {
        let said = volunteer.availability.clone().unwrap_or_default();
        return Ok(page(&visit, volunteer, Shown::wrong(said, problems)));
    };
    let act = visit.once(&form)?;
    match volunteers::set_availability(visit.db(), &act, &account, &person, said.clone()).await {
        Ok(_) => Ok(redirect(&format!(
            "/volunteer/time?person={person}&saved=1"
        ))),
        Err(Error::Refused(refusal)) => {
            problems.note(visit.locale, &refusal, visit.now);
            Ok(page(&visit, volunteer, Shown::wrong(said, problems)))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(visit: &Visit, volunteer: VolunteerView, shown: Shown) -> Response {
    let (locale, now) = (visit.locale, visit.now);
    let Shown {
        said,
        saved,
        more,
        problems,
    } = shown;
    let title = td_string!(locale, availability.title);
    gate::answer(visit, title, problems.any(), move || {
        let most: Vec<(String, String)> = (1..=MOST_A_WEEK)
            .map(|count| (count.to_string(), count.to_string()))
            .collect();
        let likes: Vec<_> = Duty::ALL
            .iter()
            .map(|&duty| {
                let checked = said.likes.contains(&duty);
                view! { <Chip name="like" value=duty.as_str() label=words::duty(locale, duty) checked=checked /> }
            })
            .collect();
        let error = |name: &str| problems.of(name);
        view! {
            <a class="back-link" href="/volunteer">{td_string!(locale, volunteer.title)}</a>
            <div class="page-head">
                <h1>{title}</h1>
                <p class="lead">{td_string!(locale, availability.intro, name = volunteer.name.clone())}</p>
            </div>
            {saved.then(|| view! { <NoticeBox title=td_string!(locale, availability.saved) tone=Tone::Good fresh=true /> })}
            {more.map(|(slot, count)| view! { <NoticeBox title=one_more_told(locale, slot, count) /> })}
            <ErrorSummary locale problems=problems.clone() />
            <form class="form" method="post" action="/volunteer/time"><FormKey />
                <input type="hidden" name="person" value=volunteer.person_id.to_string() />
                <WeekParts locale said=said.clone() />
                <SelectField name="most_shifts" label=td_string!(locale, availability.most) options=most selected=said.most_shifts.to_string() error=error("most_shifts") />
                <fieldset class="form-field">
                    <legend>{td_string!(locale, availability.likes)}" "<span class="optional">{td_string!(locale, cancel.optional)}</span></legend>
                    <div class="chips">{likes}</div>
                </fieldset>
                <DaysAway locale said=said.clone() now problems=problems.clone() />
                <div class="action-bar">
                    <button class="button button-main button-wide" type="submit">{td_string!(locale, availability.save)}</button>
                </div>
            </form>
        }
    })
}

/// `周二上午如果也有空，还有 2 个缺人的班次用得上您`.
fn one_more_told(locale: Locale, slot: Slot, count: usize) -> String {
    let (day, part) = (
        weekday_name(locale, slot.weekday),
        part_name(locale, slot.part),
    );
    td_string!(
        locale,
        availability.one_more,
        day = day,
        part = part,
        count = count
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Form {
        Form::parse(text.as_bytes())
    }

    #[test]
    fn what_is_ticked_is_read() {
        let said = read(&form(
            "slot=1-morning&slot=7-evening&most_shifts=3&like=door&away=2026-12-01",
        ))
        .unwrap();
        let slots: Vec<String> = said.slots.iter().map(ToString::to_string).collect();
        assert_eq!(slots, ["1-morning", "7-evening"]);
        assert_eq!((said.most_shifts, said.away.len()), (3, 1));
        assert_eq!(said.likes, [Duty::Door].into());
        assert!(read(&form("slot=9-morning&most_shifts=3")).is_err());
    }
}
