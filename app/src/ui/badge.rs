//! Small labels: the state of a booking or an activity, and that data are made up.

use crate::{
    i18n::{Locale, td_string},
    words,
};
use domain::{activity::Status, booking::State, kiosk::Light};
use leptos::prelude::*;

/// How strongly something speaks; never the only sign of what it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// A fact.
    #[default]
    Plain,
    /// As wanted.
    Good,
    /// Look here.
    Warn,
    /// It did not work, or is no more.
    Bad,
}

impl Tone {
    /// The text of `data-tone` and `data-kind`; none for a plain fact.
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Good => Some("good"),
            Self::Warn => Some("warn"),
            Self::Bad => Some("bad"),
        }
    }
}

impl From<Light> for Tone {
    fn from(light: Light) -> Self {
        match light {
            Light::Green => Self::Good,
            Light::Amber => Self::Warn,
            Light::Red => Self::Bad,
        }
    }
}

/// A label.
#[component]
pub fn Badge(
    /// What it says.
    #[prop(into)]
    text: String,
    /// How strongly.
    #[prop(optional)]
    tone: Tone,
) -> impl IntoView {
    view! { <span class="badge" data-tone=tone.as_str()>{text}</span> }
}

/// Where a booking stands; who waits is told the place in line.
#[component]
pub fn StateBadge(
    /// The language.
    locale: Locale,
    /// The state.
    state: State,
    /// The place in line, from 1, where it is known.
    #[prop(optional_no_strip)]
    position: Option<u32>,
) -> impl IntoView {
    let tone = match state {
        State::Confirmed => Tone::Good,
        State::Waitlisted => Tone::Warn,
        State::Cancelled => Tone::Bad,
        State::CheckedIn | State::NoShow => Tone::Plain,
    };
    let text = match (state, position) {
        (State::Waitlisted, Some(position)) => words::position(locale, position),
        _ => words::state(locale, state).to_owned(),
    };
    view! { <Badge text tone /> }
}

/// Where an activity or an occurrence stands, for the staff.
#[component]
pub fn StatusBadge(
    /// The language.
    locale: Locale,
    /// The status.
    status: Status,
) -> impl IntoView {
    let tone = match status {
        Status::Draft => Tone::Warn,
        Status::Published => Tone::Good,
        Status::Cancelled => Tone::Bad,
    };
    view! { <Badge text=words::status(locale, status) tone /> }
}

/// That what stands here is made up (演示数据).
#[component]
pub fn DemoLabel(
    /// The language.
    locale: Locale,
) -> impl IntoView {
    view! { <Badge text=td_string!(locale, site.demo) tone=Tone::Warn /> }
}

/// Whether a center is open now.
#[component]
pub fn OpenState(
    /// What there is to say.
    opening: words::Opening,
) -> impl IntoView {
    let state = if opening.is_open { "open" } else { "closed" };
    view! { <span class="open-state" data-state=state>{opening.words}</span> }
}
