//! What can be done with an occurrence now: one box that says how things stand, one main action.

use super::Loaded;
use crate::{
    i18n::{Locale, td_string},
    resident::{giving_back, place},
    ui::{Alternatives, Availability, Card, NoticeBox, PlaceCount, Places, StateBadge, Tone},
    words,
};
use domain::{
    activity::Enrolment,
    booking::State,
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use leptos::prelude::*;
use store::{bookings::BookingView, occurrences::OccurrenceView};

/// The main action, by what can be done; none where there is nothing to do.
pub(super) fn action(locale: Locale, loaded: &Loaded) -> Option<AnyView> {
    use Availability as A;
    let id = &loaded.view.id;
    let link = |href: String, words: &'static str| {
        view! { <a class="button button-main button-wide" href=href>{words}</a> }.into_any()
    };
    if let Some(booking) = loaded
        .mine
        .iter()
        .min_by_key(|booking| !booking.state.holds_place())
        && !matches!(loaded.availability, A::Cancelled | A::Past)
    {
        return Some(if booking.state.holds_place() || loaded.mine.len() == 1 {
            let words = if booking.state.holds_place() {
                td_string!(locale, mine.show_ticket)
            } else {
                td_string!(locale, fault.mine)
            };
            link(format!("/me/bookings/{}/ticket", booking.id), words)
        } else {
            link("/me/bookings".to_owned(), td_string!(locale, fault.mine))
        });
    }
    match loaded.availability {
        A::Open { .. } => Some(link(
            format!("/occurrences/{id}/book"),
            td_string!(locale, book.title),
        )),
        A::Waitlist { .. } => Some(link(
            format!("/occurrences/{id}/book"),
            td_string!(locale, occurrence.join_line),
        )),
        A::Later { .. } => Some(link(
            format!("/occurrences/{id}/reminder.ics"),
            td_string!(locale, occurrence.remind),
        )),
        A::DropIn => Some(link(
            format!("/occurrences/{id}/event.ics"),
            td_string!(locale, ticket.calendar),
        )),
        A::Closed | A::Kept => {
            let href = loaded.phone.as_deref().and_then(place::tel)?;
            Some(link(href, td_string!(locale, occurrence.call)))
        }
        A::Full | A::Cancelled | A::Past => None,
    }
}

/// How things stand.
pub(super) fn booking_box(
    locale: Locale,
    loaded: &Loaded,
    now: Timestamp,
) -> impl IntoView + use<> {
    let view = &loaded.view;
    let body = if loaded.mine.is_empty() || matches!(loaded.availability, Availability::Cancelled) {
        stand(locale, loaded, now)
    } else {
        booked(locale, loaded, now).into_any()
    };
    let cards = loaded
        .alternatives
        .iter()
        .map(|other| {
            let card = Card::of(locale, other, now);
            if other.center_id == view.center_id {
                card
            } else {
                card.noted(other.center_name.clone())
            }
        })
        .collect();
    view! {
        <section class="booking-box" aria-labelledby="book-h">
            <h2 id="book-h" class="visually-hidden">{td_string!(locale, book.title)}</h2>
            {body}
            <Alternatives locale cards />
        </section>
    }
}

fn stand(locale: Locale, loaded: &Loaded, now: Timestamp) -> AnyView {
    use Availability as A;
    let view = &loaded.view;
    let places = move || {
        let count = PlaceCount::of(locale, view, now);
        view! { <Places count /> }
    };
    match loaded.availability {
        A::Open { .. } => view! {
            {places()}
            {rules(locale, view, now)}
            <p class="promise">{td_string!(locale, occurrence.promise)}</p>
        }
        .into_any(),
        A::Waitlist { waiting } => view! {
            {places()}
            <p>{td_string!(locale, occurrence.line, position = waiting + 1)}</p>
            {rules(locale, view, now)}
            <p class="promise">{td_string!(locale, occurrence.promise)}</p>
        }
        .into_any(),
        A::Later { opens_at } => {
            let text = td_string!(
                locale,
                occurrence.opens,
                moment = words::moment(locale, opens_at, now),
                left = left(locale, opens_at.0 - now.0)
            );
            let title = td_string!(locale, refusal.not_open_yet.title);
            let places = words::places(locale, view.terms.unit, view.terms.capacity);
            let count = PlaceCount {
                state: "later",
                words: places,
                bar: None,
            };
            view! {
                <NoticeBox title text tone=Tone::Warn level=3 />
                <Places count />
                {rules(locale, view, now)}
            }
            .into_any()
        }
        A::DropIn => {
            let hours = words::hours(locale, view.span());
            let place = if view.room.is_empty() {
                &view.center_name
            } else {
                &view.room
            };
            view! {
                <p class="place-count" data-state="drop-in"><span>{td_string!(locale, places.drop_in)}</span></p>
                <p>{td_string!(locale, occurrence.come, hours, place = place.as_str())}</p>
            }
            .into_any()
        }
        A::Closed => {
            let since = words::moment(locale, view.terms.booking_closes_at, now);
            let text = td_string!(locale, occurrence.closed, since);
            view! { <NoticeBox title=td_string!(locale, places.closed) text level=3 /> }.into_any()
        }
        A::Kept => {
            let until = view
                .terms
                .held_until
                .map(|until| words::moment(locale, until, now))
                .unwrap_or_default();
            view! {
                {places()}
                <p>{td_string!(locale, refusal.held_back.sentence, until = until.as_str())}</p>
                <p>{td_string!(locale, refusal.held_back.next, until = until.as_str())}</p>
            }
            .into_any()
        }
        A::Past => view! { <NoticeBox title=td_string!(locale, places.past) level=3 /> }.into_any(),
        A::Full => places().into_any(),
        A::Cancelled => {
            let none = loaded.alternatives.is_empty();
            let href = format!("/centers/{}/whats-on", view.center_id);
            none.then(|| view! { <p><a class="button" href=href>{td_string!(locale, mine.whats_on)}</a></p> }).into_any()
        }
    }
}

/// The terms as clock times.
fn rules(locale: Locale, view: &OccurrenceView, now: Timestamp) -> impl IntoView + use<> {
    let moment = |at: Timestamp| words::moment(locale, at, now);
    let closes = td_string!(
        locale,
        occurrence.rule_closes,
        moment = moment(view.terms.booking_closes_at)
    );
    let cancel = words::giving_back_later(locale, view.terms.cancel_until, now);
    let residents = view
        .terms
        .residents_first_until
        .filter(|until| *until > now)
        .map(|until| {
            let community = view.community.as_str();
            td_string!(
                locale,
                occurrence.rule_residents,
                moment = moment(until),
                community
            )
        });
    let series = (view.enrolment == Enrolment::Series)
        .then(|| td_string!(locale, enrolment.series).to_owned());
    let rows: Vec<_> = [Some(closes), Some(cancel), residents, series]
        .into_iter()
        .flatten()
        .map(|rule| view! { <li><span>{rule}</span></li> })
        .collect();
    view! { <ul class="rules">{rows}</ul> }
}

/// `还有 2 天 3 小时`: the two largest units, rounded down; at least a minute.
fn left(locale: Locale, millis: i64) -> String {
    let unit = |count: i64| u32::try_from(count).unwrap_or(0);
    let (days, hours, minutes) = (millis / DAY, millis % DAY / HOUR, millis % HOUR / MINUTE);
    let days_words = || td_string!(locale, occurrence.days, count = unit(days));
    let hours_words = || td_string!(locale, occurrence.hours, count = unit(hours));
    let time = match (days, hours) {
        (1.., 1..) => format!("{} {}", days_words(), hours_words()),
        (1.., _) => days_words(),
        (_, 1..) if minutes > 0 => {
            format!(
                "{} {}",
                hours_words(),
                td_string!(locale, occurrence.minutes, count = unit(minutes))
            )
        }
        (_, 1..) => hours_words(),
        _ => td_string!(locale, occurrence.minutes, count = unit(minutes.max(1))),
    };
    td_string!(locale, occurrence.left, time)
}

/// Who of the family is in, and what they may still do.
fn booked(locale: Locale, loaded: &Loaded, now: Timestamp) -> impl IntoView + use<> {
    let view = &loaded.view;
    let names = |holds: bool| -> Vec<&str> {
        loaded
            .mine
            .iter()
            .filter(|b| b.state.holds_place() == holds)
            .map(|b| b.person_name.as_str())
            .collect()
    };
    let join = td_string!(locale, hours.join);
    let (title, tone) = match names(true) {
        names if names.is_empty() => (
            words::state(locale, State::Waitlisted).to_owned(),
            Tone::Warn,
        ),
        names => (
            td_string!(locale, occurrence.are_in, names = names.join(join)),
            Tone::Good,
        ),
    };
    let confirmed = loaded.mine.iter().find(|b| b.state == State::Confirmed);
    let text = match confirmed {
        Some(b) => words::giving_back(locale, b.cancel_until, now),
        None if names(true).is_empty() => td_string!(locale, ticket.waiting_hint).to_owned(),
        None => String::new(),
    };
    let may_add = matches!(
        loaded.availability,
        Availability::Open { .. } | Availability::Waitlist { .. }
    );
    let add = may_add.then(|| {
        let href = format!("/occurrences/{}/book", view.id);
        view! { <a class="button" href=href>{td_string!(locale, occurrence.add)}</a> }
    });
    let cancels: Vec<_> = match loaded.mine.as_slice() {
        [only] => giving_back::links(locale, only, now, false),
        _ => Vec::new(),
    };
    let several = loaded.mine.len() > 1;
    let who: Vec<_> = loaded
        .mine
        .iter()
        .map(|booking| person(locale, booking, now, several))
        .collect();
    view! {
        <NoticeBox title text tone level=3 />
        <ul class="booking-who">{who}</ul>
        {(add.is_some() || !cancels.is_empty()).then(|| view! { <p class="cluster">{add}{cancels}</p> })}
    }
}

fn person(
    locale: Locale,
    booking: &BookingView,
    now: Timestamp,
    several: bool,
) -> impl IntoView + use<> {
    let position = booking.position.and_then(|p| u32::try_from(p).ok());
    let ticket = (several && booking.state.holds_place()).then(|| {
        let href = format!("/me/bookings/{}/ticket", booking.id);
        view! { <a href=href>{td_string!(locale, ticket.title)}</a> }
    });
    let cancel = match several {
        true => giving_back::links(locale, booking, now, false),
        false => Vec::new(),
    };
    view! {
        <li>
            <span>{booking.person_name.clone()}</span>
            <span class="cluster"><StateBadge locale state=booking.state position />{ticket}{cancel}</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::left;
    use crate::i18n::Locale;
    use domain::time::{DAY, HOUR, MINUTE};

    #[test]
    fn what_is_left_is_said_in_its_two_largest_units() {
        let zh = |millis| left(Locale::zh_CN, millis);
        assert_eq!(zh(2 * DAY + 3 * HOUR + 5 * MINUTE), "还有 2 天 3 小时");
        assert_eq!(zh(HOUR + 59_000), "还有 1 小时");
        assert_eq!(zh(10), "还有 1 分钟");
        assert_eq!(left(Locale::en, DAY), "in 1 day");
    }
}
