//! Why a row of a plan cannot be used, in words.

use super::date;
use crate::i18n::{Locale, td_string};
use domain::plan_import::Wrong;

/// `和第 3 行是同一场`.
pub fn wrong_plan(locale: Locale, wrong: &Wrong) -> String {
    macro_rules! fixed {
        ($key:ident) => {
            td_string!(locale, plan_import.wrong.$key).to_owned()
        };
    }
    match wrong {
        Wrong::Title => fixed!(title),
        Wrong::Day => fixed!(day),
        Wrong::Weekday => fixed!(weekday),
        Wrong::Hours => fixed!(hours),
        Wrong::Room => fixed!(room),
        Wrong::Places => fixed!(places),
        Wrong::Field => fixed!(field),
        Wrong::Kind => fixed!(kind),
        Wrong::Text => fixed!(text),
        Wrong::TooFarAhead => fixed!(too_far),
        Wrong::RoomRetired => fixed!(room_retired),
        Wrong::TooManyDates => fixed!(too_many_dates),
        Wrong::Twice { row } => td_string!(locale, plan_import.wrong.twice, row = *row),
        Wrong::Overlaps { row } => td_string!(locale, plan_import.wrong.overlaps, row = *row),
        Wrong::OtherSubject { row } => {
            td_string!(locale, plan_import.wrong.other_subject, row = *row)
        }
        Wrong::OverlapsDraft { span } => {
            let span = date::span_full(locale, *span);
            td_string!(locale, plan_import.wrong.overlaps_draft, span)
        }
        Wrong::RoomTaken { title, span } => {
            let (title, span) = (title.clone(), date::span_full(locale, *span));
            td_string!(locale, plan_import.wrong.room_taken, title, span)
        }
    }
}
