//! Why something is not allowed, and what to do now: for every refusal a title, a sentence and a
//! next step in every language (C-116).

use super::date;
use crate::i18n::{Locale, td_string};
use domain::{
    Refusal,
    time::{Span, Timestamp},
};

/// A refusal in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// What it is, in a few words, without a full stop.
    pub title: String,
    /// Why.
    pub sentence: String,
    /// What one can do, or from when it is possible.
    pub next: String,
}

/// Explains a refusal. `now` lets times be said as `今天 13:00`.
pub fn refusal(locale: Locale, refusal: &Refusal, now: Timestamp) -> Explained {
    use Refusal as R;
    let said = |title: &str, sentence: String, next: String| Explained {
        title: title.to_owned(),
        sentence,
        next,
    };
    let at = |time: &Timestamp| date::moment(locale, *time, now);
    // The texts of a refusal that has no values to put in.
    macro_rules! plain {
        ($key:ident) => {
            said(
                td_string!(locale, refusal.$key.title),
                td_string!(locale, refusal.$key.sentence).to_owned(),
                td_string!(locale, refusal.$key.next).to_owned(),
            )
        };
    }
    match refusal {
        R::Full => plain!(full),
        R::AlreadyBooked { booking_id: _ } => plain!(already_booked),
        R::OccurrenceCancelled => plain!(occurrence_cancelled),
        R::NoBookingNeeded => plain!(no_booking_needed),
        R::ConsentRequired => plain!(consent_required),
        R::AlreadyCheckedIn => plain!(already_checked_in),
        R::Stale => plain!(stale),
        R::NotFound => plain!(not_found),
        R::Forbidden => plain!(forbidden),
        R::Unauthenticated => plain!(unauthenticated),
        R::IdempotencyMismatch => plain!(idempotency_mismatch),
        R::WrongCode => plain!(wrong_code),
        R::WrongCredentials => plain!(wrong_credentials),
        R::HeldBack { until } => said(
            td_string!(locale, refusal.held_back.title),
            td_string!(locale, refusal.held_back.sentence, until = at(until)),
            td_string!(locale, refusal.held_back.next, until = at(until)),
        ),
        R::Overlaps {
            title,
            starts_at,
            ends_at,
        } => {
            let span = Span::new(*starts_at, *ends_at)
                .map_or_else(|_| at(starts_at), |span| date::span_near(locale, span, now));
            said(
                td_string!(locale, refusal.overlaps.title),
                td_string!(locale, refusal.overlaps.sentence, title, span),
                td_string!(locale, refusal.overlaps.next).to_owned(),
            )
        }
        R::NotOpenYet { until } => said(
            td_string!(locale, refusal.not_open_yet.title),
            td_string!(locale, refusal.not_open_yet.sentence, until = at(until)),
            td_string!(locale, refusal.not_open_yet.next, until = at(until)),
        ),
        R::Closed { since } => said(
            td_string!(locale, refusal.closed.title),
            td_string!(locale, refusal.closed.sentence, since = at(since)),
            td_string!(locale, refusal.closed.next).to_owned(),
        ),
        R::TooYoung { min_age } => said(
            td_string!(locale, refusal.too_young.title),
            td_string!(locale, refusal.too_young.sentence, age = *min_age),
            td_string!(locale, refusal.too_young.next).to_owned(),
        ),
        R::TooOld { max_age } => said(
            td_string!(locale, refusal.too_old.title),
            td_string!(locale, refusal.too_old.sentence, age = *max_age),
            td_string!(locale, refusal.too_old.next).to_owned(),
        ),
        R::NotResident { until } => said(
            td_string!(locale, refusal.not_resident.title),
            td_string!(locale, refusal.not_resident.sentence, until = at(until)),
            td_string!(locale, refusal.not_resident.next, until = at(until)),
        ),
        R::CutoffPassed { since } => said(
            td_string!(locale, refusal.cutoff_passed.title),
            td_string!(locale, refusal.cutoff_passed.sentence, since = at(since)),
            td_string!(locale, refusal.cutoff_passed.next).to_owned(),
        ),
        R::AlreadyStarted { since } => said(
            td_string!(locale, refusal.already_started.title),
            td_string!(locale, refusal.already_started.sentence, since = at(since)),
            td_string!(locale, refusal.already_started.next).to_owned(),
        ),
        R::BelowConfirmed { confirmed } => said(
            td_string!(locale, refusal.below_confirmed.title),
            td_string!(locale, refusal.below_confirmed.sentence, count = *confirmed),
            td_string!(locale, refusal.below_confirmed.next, confirmed = *confirmed),
        ),
        R::HasBookings { live } => said(
            td_string!(locale, refusal.has_bookings.title),
            td_string!(locale, refusal.has_bookings.sentence, count = *live),
            td_string!(locale, refusal.has_bookings.next).to_owned(),
        ),
        R::RoomTaken {
            room,
            title,
            starts_at,
            ends_at,
        } => {
            let span = Span::new(*starts_at, *ends_at)
                .map_or_else(|_| at(starts_at), |span| date::span_near(locale, span, now));
            said(
                td_string!(locale, refusal.room_taken.title),
                td_string!(locale, refusal.room_taken.sentence, room, title, span),
                td_string!(locale, refusal.room_taken.next).to_owned(),
            )
        }
        R::TooLateToUndo { since } => said(
            td_string!(locale, refusal.too_late_to_undo.title),
            td_string!(locale, refusal.too_late_to_undo.sentence, since = at(since)),
            td_string!(locale, refusal.too_late_to_undo.next).to_owned(),
        ),
        R::DoorNotOpen { until } => said(
            td_string!(locale, refusal.door_not_open.title),
            td_string!(locale, refusal.door_not_open.sentence, until = at(until)),
            td_string!(locale, refusal.door_not_open.next, until = at(until)),
        ),
        R::KeptForLine { until: Some(until) } => said(
            td_string!(locale, refusal.kept_for_line.title),
            td_string!(locale, refusal.kept_for_line.sentence, until = at(until)),
            td_string!(locale, refusal.kept_for_line.next, until = at(until)),
        ),
        R::KeptForLine { until: None } => said(
            td_string!(locale, refusal.kept_for_line_here.title),
            td_string!(locale, refusal.kept_for_line_here.sentence).to_owned(),
            td_string!(locale, refusal.kept_for_line_here.next).to_owned(),
        ),
        R::Invalid { field, reason } => said(
            td_string!(locale, refusal.invalid.title),
            invalid_reason(locale, field, reason),
            td_string!(locale, refusal.invalid.next).to_owned(),
        ),
        R::RateLimited { until } => said(
            td_string!(locale, refusal.rate_limited.title),
            td_string!(locale, refusal.rate_limited.sentence).to_owned(),
            td_string!(locale, refusal.rate_limited.next, until = at(until)),
        ),
    }
}

/// What a field of a form is called. Enums of the domain name themselves by their type (`Kind`).
pub fn field_label(locale: Locale, field: &str) -> &'static str {
    match field {
        "name" => td_string!(locale, field.name),
        "birth_year" => td_string!(locale, field.birth_year),
        "phone" | "account_phone" => td_string!(locale, field.phone),
        "account" => td_string!(locale, field.account),
        "channel" | "Channel" => td_string!(locale, field.channel),
        "status" | "Status" => td_string!(locale, field.status),
        "door_opens_before_min" => td_string!(locale, field.door_opens_before_min),
        "asks_check_out" => td_string!(locale, field.asks_check_out),
        "menu_item" => td_string!(locale, field.menu_item),
        "from" => td_string!(locale, field.from_day),
        "to" => td_string!(locale, field.to_day),
        "code" => td_string!(locale, field.code),
        "community" => td_string!(locale, field.community),
        "relation" | "Relation" => td_string!(locale, field.relation),
        "consent" => td_string!(locale, field.consent),
        "person" | "person_id" | "person_ids" => td_string!(locale, field.person_ids),
        "family" => td_string!(locale, field.family),
        "center" => td_string!(locale, field.center),
        "title" => td_string!(locale, field.title),
        "summary" => td_string!(locale, field.summary),
        "kind" | "Kind" => td_string!(locale, field.kind),
        "field" => td_string!(locale, field.service_field),
        "room" => td_string!(locale, field.room),
        "starts_at" => td_string!(locale, field.starts_at),
        "ends_at" => td_string!(locale, field.ends_at),
        "time" => td_string!(locale, field.time),
        "occurrences" | "dates" | "starts_on" => td_string!(locale, field.occurrences),
        "rrule" | "freq" | "every" | "nth" | "day" => td_string!(locale, field.repeat),
        "weekdays" | "byday" => td_string!(locale, field.weekdays),
        "count" => td_string!(locale, field.times),
        "until" => td_string!(locale, field.last_day),
        "capacity" => td_string!(locale, field.capacity),
        "unit" | "Unit" => td_string!(locale, field.unit),
        "waitlist" | "waitlist_capacity" => td_string!(locale, field.waitlist_capacity),
        "held" | "held_back" => td_string!(locale, field.held_back),
        "held_until" => td_string!(locale, field.held_until),
        "opens" | "booking_opens_at" => td_string!(locale, field.booking_opens_at),
        "closes" | "booking_closes_at" => td_string!(locale, field.booking_closes_at),
        "cutoff" | "cancel_until" => td_string!(locale, field.cancel_until),
        "min_age" => td_string!(locale, field.min_age),
        "max_age" => td_string!(locale, field.max_age),
        "residents_first_until" => td_string!(locale, field.residents_first_until),
        "reason" => td_string!(locale, field.reason),
        "for_whom" => td_string!(locale, field.for_whom),
        "bring" => td_string!(locale, field.bring),
        "when" => td_string!(locale, field.when),
        "place" => td_string!(locale, field.place),
        "how_to_get" => td_string!(locale, field.how_to_get),
        "username" => td_string!(locale, field.username),
        "password" => td_string!(locale, field.password),
        "totp" => td_string!(locale, field.totp),
        "role" | "Role" => td_string!(locale, field.role),
        "scope" => td_string!(locale, field.scope),
        "grants" => td_string!(locale, field.grants),
        "locale" => td_string!(locale, field.locale),
        "form" => td_string!(locale, field.form),
        _ => td_string!(locale, field.any),
    }
}

/// What is wrong with a field, as the sentence that stands beside it. What nobody has written a
/// sentence for says that the field is not right, and which.
pub fn invalid_reason(locale: Locale, field: &str, reason: &str) -> String {
    // A field without a word of its own is one that only programs send: they know it by its name.
    let label = match field_label(locale, field) {
        any if any == td_string!(locale, field.any) => field,
        label => label,
    };
    let fixed = match (field, reason) {
        ("name", "missing") => td_string!(locale, invalid.missing_name),
        ("person" | "person_id" | "person_ids", "missing" | "nobody_chosen") => {
            td_string!(locale, invalid.missing_person)
        }
        ("consent", "missing") => td_string!(locale, invalid.missing_consent),
        ("weekdays" | "byday", "missing") => td_string!(locale, invalid.missing_weekdays),
        ("code", "missing" | "not_a_number" | "not_a_code") => {
            td_string!(locale, invalid.missing_code)
        }
        ("birth_year", _) => td_string!(locale, invalid.birth_year),
        ("phone" | "account_phone", _) => td_string!(locale, invalid.not_a_phone),
        ("family", "too_many") => td_string!(locale, invalid.too_many_family),
        ("ends_at", "too_long") => td_string!(locale, invalid.lasts_too_long),
        ("password", "too_short") => td_string!(locale, invalid.password_too_short),
        ("rrule" | "occurrences", "too_many") => td_string!(locale, invalid.too_many_dates),
        ("item", "in_use") => td_string!(locale, invalid.in_use),
        ("rrule", _) => td_string!(locale, invalid.rule),
        (_, "not_a_name") => td_string!(locale, invalid.not_a_name),
        (_, "too_large") => td_string!(locale, invalid.too_large),
        (_, "above_capacity") => td_string!(locale, invalid.above_capacity),
        (_, "after_end") => td_string!(locale, invalid.after_end),
        (_, "after_close") => td_string!(locale, invalid.after_close),
        (_, "not_after_start") => td_string!(locale, invalid.not_after_start),
        (_, "below_min_age") => td_string!(locale, invalid.below_min_age),
        (_, "overlap_each_other") => td_string!(locale, invalid.overlap_each_other),
        (_, "not_admitted") => td_string!(locale, invalid.not_admitted),
        (_, "one_per_household") => td_string!(locale, invalid.one_per_household),
        (_, "repeated_or_too_many") => td_string!(locale, invalid.repeated_or_too_many),
        (_, "not_family") => td_string!(locale, invalid.not_family),
        (_, "not_grantable") => td_string!(locale, invalid.not_grantable),
        (_, "not_a_username") => td_string!(locale, invalid.not_a_username),
        (_, "taken") => td_string!(locale, invalid.taken),
        (_, "in_the_past") => return td_string!(locale, invalid.in_the_past, field = label),
        (_, "before_from") => td_string!(locale, invalid.before_from),
        (_, "missing") => return td_string!(locale, invalid.missing, field = label),
        (_, "not_a_number") => return td_string!(locale, invalid.not_a_number, field = label),
        (_, "not_a_time") => return td_string!(locale, invalid.not_a_time, field = label),
        (_, "out_of_range") => return td_string!(locale, invalid.out_of_range, field = label),
        (_, "too_long") => return td_string!(locale, invalid.too_long, field = label),
        (_, "unknown_value") => return td_string!(locale, invalid.unknown_value, field = label),
        (_, "unreadable" | "not_a_cursor" | "not_a_place") => {
            return td_string!(locale, invalid.unreadable, field = label);
        }
        (_, "unknown_field") => return td_string!(locale, invalid.unknown_field, field = label),
        (_, "after_start") => return td_string!(locale, invalid.after_start, field = label),
        (_, "control_character") => {
            return td_string!(locale, invalid.control_character, field = label);
        }
        _ => return td_string!(locale, invalid.other, field = label),
    };
    fixed.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::testing::{locales, speaks};
    use Locale::{en, zh_CN as zh};

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-25T12:00").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    /// One of each. `also_listed` fails to compile when a variant is added and not listed here.
    fn every_refusal() -> Vec<Refusal> {
        use Refusal as R;
        let time = at("2026-11-26T10:00");
        let booking_id = uuid_of(7);
        fn also_listed(refusal: &Refusal) -> usize {
            match refusal {
                R::Full => 0,
                R::HeldBack { .. } => 1,
                R::AlreadyBooked { .. } => 2,
                R::Overlaps { .. } => 3,
                R::NotOpenYet { .. } => 4,
                R::Closed { .. } => 5,
                R::OccurrenceCancelled => 6,
                R::NoBookingNeeded => 7,
                R::TooYoung { .. } => 8,
                R::TooOld { .. } => 9,
                R::NotResident { .. } => 10,
                R::ConsentRequired => 11,
                R::CutoffPassed { .. } => 12,
                R::AlreadyStarted { .. } => 13,
                R::AlreadyCheckedIn => 14,
                R::BelowConfirmed { .. } => 15,
                R::HasBookings { .. } => 16,
                R::Stale => 17,
                R::NotFound => 18,
                R::Forbidden => 19,
                R::Unauthenticated => 20,
                R::Invalid { .. } => 21,
                R::RateLimited { .. } => 22,
                R::IdempotencyMismatch => 23,
                R::WrongCode => 24,
                R::WrongCredentials => 25,
                R::TooLateToUndo { .. } => 26,
                R::DoorNotOpen { .. } => 27,
                R::KeptForLine { until: Some(_) } => 28,
                R::KeptForLine { until: None } => 29,
                R::RoomTaken { .. } => 30,
            }
        }
        let all = vec![
            R::Full,
            R::HeldBack { until: time },
            R::AlreadyBooked { booking_id },
            R::Overlaps {
                title: "长者茶话会".into(),
                starts_at: time,
                ends_at: at("2026-11-26T11:30"),
            },
            R::NotOpenYet { until: time },
            R::Closed { since: time },
            R::OccurrenceCancelled,
            R::NoBookingNeeded,
            R::TooYoung { min_age: 60 },
            R::TooOld { max_age: 10 },
            R::NotResident { until: time },
            R::ConsentRequired,
            R::CutoffPassed { since: time },
            R::AlreadyStarted { since: time },
            R::AlreadyCheckedIn,
            R::BelowConfirmed { confirmed: 12 },
            R::HasBookings { live: 3 },
            R::RoomTaken {
                room: "多功能室".into(),
                title: "长者茶话会".into(),
                starts_at: time,
                ends_at: at("2026-11-26T11:30"),
            },
            R::Stale,
            R::NotFound,
            R::Forbidden,
            R::Unauthenticated,
            R::invalid("capacity", "out_of_range"),
            R::RateLimited { until: time },
            R::IdempotencyMismatch,
            R::WrongCode,
            R::WrongCredentials,
            R::TooLateToUndo { since: time },
            R::DoorNotOpen { until: time },
            R::KeptForLine { until: Some(time) },
            R::KeptForLine { until: None },
        ];
        for (nth, refusal) in all.iter().enumerate() {
            assert_eq!(also_listed(refusal), nth);
        }
        all
    }

    fn uuid_of(n: u128) -> domain::id::BookingId {
        format!("{n:032x}").parse().unwrap()
    }

    #[test]
    fn c116_every_refusal_has_title_sentence_and_next_step_in_every_language() {
        for locale in locales() {
            let mut titles = std::collections::BTreeSet::new();
            for refusal in every_refusal() {
                let told = super::refusal(locale, &refusal, now());
                let code = refusal.code();
                speaks(locale, code, &told.title);
                speaks(locale, code, &told.sentence);
                speaks(locale, code, &told.next);
                assert_ne!(told.sentence, told.next, "{code}");
                assert!(titles.insert(told.title), "{code} has another's title");
            }
        }
    }

    #[test]
    fn what_time_changes_is_said_with_its_time() {
        for locale in locales() {
            for refusal in every_refusal() {
                if let Some(until) = refusal.until() {
                    let told = super::refusal(locale, &refusal, now());
                    let time = date::moment(locale, until, now());
                    assert!(
                        told.next.contains(&time),
                        "{}: {}",
                        refusal.code(),
                        told.next
                    );
                }
            }
        }
    }

    #[test]
    fn a_clash_names_what_it_clashes_with() {
        let clash = every_refusal().remove(3);
        let told = super::refusal(zh, &clash, now());
        assert_eq!(
            told.sentence,
            "这段时间已经报了“长者茶话会”（明天 10:00–11:30）。"
        );
        let told = super::refusal(en, &Refusal::HasBookings { live: 1 }, now());
        assert_eq!(
            told.sentence,
            "There is 1 booking, so this cannot be deleted."
        );
    }

    #[test]
    fn every_reason_of_the_domain_has_a_sentence_that_names_the_field_or_the_remedy() {
        let pairs = [
            ("name", "missing"),
            ("name", "not_a_name"),
            ("birth_year", "out_of_range"),
            ("phone", "not_a_phone"),
            ("capacity", "out_of_range"),
            ("held_back", "above_capacity"),
            ("booking_closes_at", "after_end"),
            ("booking_opens_at", "after_close"),
            ("cancel_until", "after_start"),
            ("max_age", "below_min_age"),
            ("ends_at", "not_after_start"),
            ("ends_at", "too_long"),
            ("time", "not_a_time"),
            ("occurrences", "overlap_each_other"),
            ("person_ids", "one_per_household"),
            ("person_ids", "repeated_or_too_many"),
            ("person_ids", "missing"),
            ("relation", "not_family"),
            ("community", "unknown_value"),
            ("weekdays", "missing"),
            ("count", "out_of_range"),
            ("family", "too_many"),
            ("form", "too_large"),
            ("Kind", "unknown_value"),
            ("username", "not_a_username"),
            ("username", "taken"),
            ("grants", "missing"),
            ("role", "not_grantable"),
            ("how_to_get", "too_long"),
            ("bring", "control_character"),
            ("min_age", "not_a_number"),
        ];
        for locale in locales() {
            let fallback = invalid_reason(locale, "nobody", "knows");
            speaks(locale, "fallback", &fallback);
            assert!(fallback.contains("nobody"), "{fallback}");
            for (field, reason) in pairs {
                let sentence = invalid_reason(locale, field, reason);
                speaks(locale, field, &sentence);
                let any = field_label(locale, "nobody");
                assert!(!sentence.contains(any), "{field} has no label: {sentence}");
                let other = td_string!(locale, invalid.other, field = field_label(locale, field));
                assert_ne!(sentence, other, "{field} {reason} has no sentence");
            }
        }
        assert_eq!(invalid_reason(zh, "name", "missing"), "请写姓名。");
    }
}
