//! What a proposed roster says, in words.

use crate::{
    i18n::{Locale, td_string},
    words,
};
use domain::{
    Refusal,
    fill::{Cause, Change, Hole, Why},
    shift::Role,
    time::Timestamp,
};
use store::{roster::Filling, shifts::ShiftView};

/// The closest rule that is not met, in a few words; none where they are there already, which is seen.
pub(super) fn not_possible(
    locale: Locale,
    unmet: Option<&Vec<Refusal>>,
    now: Timestamp,
) -> Option<String> {
    let refusal = unmet?.first()?;
    let is_seen = matches!(refusal, Refusal::AlreadyAssigned { .. });
    (!is_seen).then(|| words::refusal(locale, refusal, now).title)
}

/// Why somebody has a line.
pub(super) fn why(locale: Locale, why: Why) -> String {
    match why {
        Why::Fixed => td_string!(locale, roster.why.fixed).to_owned(),
        Why::OnlyOneWhoCan => td_string!(locale, roster.why.only).to_owned(),
        Why::AllWhoCanAreNeeded { able } => td_string!(locale, roster.why.all, able = able),
        Why::OnlyOneFree { able } => td_string!(locale, roster.why.free, able = able),
        Why::ServedLeast { load, free } => {
            td_string!(locale, roster.why.least, load = load, free = free)
        }
        Why::Fits { free, .. } => td_string!(locale, roster.why.fits, free = free),
    }
}

/// What a shift is called among others of a week.
pub(super) fn shift_name(locale: Locale, shift: &ShiftView, now: Timestamp) -> String {
    let when = words::span_near(locale, shift.span, now);
    td_string!(
        locale,
        roster.named,
        title = shift.title.clone(),
        when = when
    )
}

/// What people are as.
pub(super) fn role(locale: Locale, role: Role) -> &'static str {
    match role {
        Role::Lead => td_string!(locale, shift.lead),
        Role::Volunteer => td_string!(locale, shift.volunteers),
    }
}

/// Why a hole stays; `alone`: whether the shift has no other one.
pub(super) fn hole(
    locale: Locale,
    filling: &Filling,
    hole: &Hole,
    alone: bool,
    now: Timestamp,
) -> String {
    match &hole.cause {
        Cause::Open if alone => td_string!(locale, roster.hole.open).to_owned(),
        Cause::Open => td_string!(locale, roster.hole.other_half).to_owned(),
        Cause::TooFewCan { able: 0, .. } => td_string!(locale, roster.hole.nobody).to_owned(),
        Cause::NoRoom => td_string!(locale, roster.hole.no_room).to_owned(),
        Cause::TooFewCan { needed, able } => {
            td_string!(locale, roster.hole.too_few, needed = *needed, able = *able)
        }
        Cause::Bottleneck {
            shifts,
            needed,
            at_best,
            people,
        } => {
            let named = shifts.iter().map(|&nth| &filling.view.rows[nth].shift);
            let named: Vec<String> = named.map(|shift| shift_name(locale, shift, now)).collect();
            td_string!(
                locale,
                roster.hole.bottleneck,
                shifts = words::list(locale, &named),
                needed = *needed,
                people = *people,
                at_best = *at_best
            )
        }
        Cause::Spent {
            free,
            busy,
            at_limit,
        } => td_string!(
            locale,
            roster.hole.spent,
            free = *free,
            busy = *busy,
            at_limit = *at_limit
        ),
    }
}

/// What would help.
pub(super) fn change(locale: Locale, filling: &Filling, change: Change, now: Timestamp) -> String {
    let named = |nth: usize, of: Role| {
        let shift = shift_name(locale, &filling.view.rows[nth].shift, now);
        (shift, role(locale, of))
    };
    match change {
        Change::OneMoreShift { person } => {
            let name = filling.people[person].1.clone();
            td_string!(locale, roster.help.one_more_shift, name = name)
        }
        Change::OneMorePerson { shift, role } => {
            let (shift, role) = named(shift, role);
            td_string!(locale, roster.help.one_more, shift = shift, role = role)
        }
        Change::OneLess { shift, role } => {
            let (shift, role) = named(shift, role);
            td_string!(locale, roster.help.one_less, shift = shift, role = role)
        }
    }
}
