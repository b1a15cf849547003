//! What a door says: for every verdict a headline, a sentence and a next step (C-116).

use super::{Explained, date};
use crate::i18n::{Locale, td_string};
use domain::{
    check_in::{
        Direction, ForgedReason, Kind, Method, Outcome, POSTER_DOOR, Review, Seen, UnknownReason,
        Verdict,
    },
    time::Timestamp,
};

/// Explains a verdict on a scan that happened at `at`. `now` lets times be said as `今天 13:00`.
pub fn verdict(locale: Locale, verdict: &Verdict, at: Timestamp, now: Timestamp) -> Explained {
    let moment = |time: Timestamp| date::moment(locale, time, now);
    // The texts of a verdict, with the values of its sentence and of its next step.
    macro_rules! said {
        ($key:ident $(, $name:ident = $value:expr)*) => {
            Explained {
                title: td_string!(locale, verdict.$key.title).to_owned(),
                sentence: String::from(td_string!(locale, verdict.$key.sentence $(, $name = $value)*)),
                next: td_string!(locale, verdict.$key.next).to_owned(),
            }
        };
    }
    match verdict {
        Verdict::Admitted {
            entry_missing: true,
            ..
        } => said!(entry_missing, time = date::clock(locale, at)),
        Verdict::Admitted {
            direction: Direction::Out,
            ..
        } => said!(seen_off, time = date::clock(locale, at)),
        Verdict::Admitted { again: true, .. } => said!(again, time = date::clock(locale, at)),
        Verdict::Admitted { .. } => said!(admitted, time = date::clock(locale, at)),
        Verdict::Already {
            direction: Direction::Out,
            first,
            left,
        } => {
            let seen = left.as_ref().unwrap_or(first);
            said!(
                already_out,
                first = moment(seen.at),
                door = door(locale, seen)
            )
        }
        Verdict::Already { first, .. } => {
            said!(
                already_in,
                first = moment(first.at),
                door = door(locale, first)
            )
        }
        Verdict::TooEarly { opens_at } => said!(too_early, opens = moment(*opens_at)),
        Verdict::TooLate { ended_at } => said!(too_late, ended = moment(*ended_at)),
        Verdict::Cancelled {
            cancelled_at: Some(since),
        } => said!(cancelled, since = moment(*since)),
        Verdict::Cancelled { cancelled_at: None } => said!(cancelled_before),
        Verdict::Waitlisted {
            position: Some(position),
            kept_until: Some(until),
        } => Explained {
            title: td_string!(
                locale,
                verdict.waitlisted_kept.title,
                position = position.to_string()
            ),
            sentence: td_string!(
                locale,
                verdict.waitlisted_kept.sentence,
                until = moment(*until)
            ),
            next: td_string!(locale, verdict.waitlisted_kept.next, until = moment(*until)),
        },
        Verdict::Waitlisted {
            position: Some(position),
            ..
        } => Explained {
            title: td_string!(
                locale,
                verdict.waitlisted_at.title,
                position = position.to_string()
            ),
            sentence: td_string!(locale, verdict.waitlisted_at.sentence).to_owned(),
            next: td_string!(locale, verdict.waitlisted_at.next).to_owned(),
        },
        Verdict::Waitlisted { position: None, .. } => said!(waitlisted),
        Verdict::WrongCenter { center, .. } => Explained {
            title: td_string!(locale, verdict.wrong_center.title).to_owned(),
            sentence: td_string!(
                locale,
                verdict.wrong_center.sentence,
                center = center.clone()
            ),
            next: td_string!(locale, verdict.wrong_center.next, center = center.clone()),
        },
        Verdict::Unknown { reason } => match reason {
            UnknownReason::NoSuchCode => said!(no_such_code),
            UnknownReason::NoBooking => said!(no_booking),
            UnknownReason::UnknownVersion | UnknownReason::UnknownKind => said!(out_of_date),
            UnknownReason::Malformed
            | UnknownReason::NoSuchTicket
            | UnknownReason::NoSuchCard
            | UnknownReason::IdReused => {
                said!(not_ours)
            }
        },
        Verdict::Forged { reason } => match reason {
            ForgedReason::RevokedCard => said!(revoked_card),
            ForgedReason::RevokedKey => said!(revoked),
            ForgedReason::Forged | ForgedReason::UnknownKey => said!(forged),
        },
        Verdict::Choose { candidates } => {
            said!(choose, many = candidates.len().to_string())
        }
    }
}

/// ` at East door`; nothing where the door has no name.
fn door(locale: Locale, seen: &Seen) -> String {
    if seen.door.is_empty() {
        String::new()
    } else {
        td_string!(locale, door.at_door, door = door_name(locale, &seen.door))
    }
}

/// What a door is called: its own name, or the word for a printed poster.
pub fn door_name(locale: Locale, door: &str) -> String {
    match door {
        POSTER_DOOR => td_string!(locale, door.poster_door).to_owned(),
        name => name.to_owned(),
    }
}

/// `扫票`.
pub fn method(locale: Locale, method: Method) -> &'static str {
    match method {
        Method::Ticket => td_string!(locale, door.method_ticket),
        Method::ShortCode => td_string!(locale, door.method_short_code),
        Method::Card => td_string!(locale, door.method_card),
        Method::Name => td_string!(locale, door.method_name),
        Method::Sheet => td_string!(locale, door.method_sheet),
        Method::WalkIn => td_string!(locale, door.method_walk_in),
        Method::WallCode => td_string!(locale, door.method_wall_code),
        Method::Rule => td_string!(locale, door.method_rule),
    }
}

/// What a list of scans says of one: `已签到`.
pub fn outcome(locale: Locale, kind: Kind, outcome: Outcome) -> &'static str {
    match (kind, outcome) {
        (Kind::Undo, _) => td_string!(locale, door.outcome_undo),
        (Kind::Close, _) => td_string!(locale, door.method_rule),
        (Kind::Scan, Outcome::Admitted) => td_string!(locale, door.outcome_admitted),
        (Kind::Scan, Outcome::Already) => td_string!(locale, door.outcome_already),
        (Kind::Scan, Outcome::TooEarly) => td_string!(locale, door.outcome_too_early),
        (Kind::Scan, Outcome::TooLate) => td_string!(locale, door.outcome_too_late),
        (Kind::Scan, Outcome::Cancelled) => td_string!(locale, door.outcome_cancelled),
        (Kind::Scan, Outcome::Waitlisted) => td_string!(locale, door.outcome_waitlisted),
        (Kind::Scan, Outcome::WrongCenter) => td_string!(locale, door.outcome_wrong_center),
        (Kind::Scan, Outcome::Unknown) => td_string!(locale, door.outcome_unknown),
        (Kind::Scan, Outcome::Forged) => td_string!(locale, door.outcome_forged),
        (Kind::Scan, Outcome::Choose) => td_string!(locale, door.outcome_choose),
    }
}

/// Why somebody should look at an entry.
pub fn review(locale: Locale, review: Review) -> &'static str {
    match review {
        Review::Clock => td_string!(locale, door.review_clock),
        Review::BeforeBooking => td_string!(locale, door.review_before_booking),
        Review::NoRoom => td_string!(locale, door.review_no_room),
        Review::EntryMissing => td_string!(locale, door.review_entry_missing),
        Review::IdReused => td_string!(locale, door.review_id_reused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::testing::{locales, speaks};

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_poster_is_named_in_the_readers_language_and_a_door_by_its_own_name() {
        let by = |door: &str| Verdict::Already {
            direction: Direction::In,
            first: Seen {
                at: at("2026-11-25T09:05"),
                door: door.into(),
            },
            left: None,
        };
        let said = |locale, door| {
            let now = at("2026-11-25T10:00");
            verdict(locale, &by(door), now, now).sentence
        };
        assert!(said(Locale::zh_CN, POSTER_DOOR).contains("海报"));
        assert!(said(Locale::en, POSTER_DOOR).contains("the poster"));
        assert!(said(Locale::en, "东门").contains("at 东门"));
    }

    fn seen() -> Seen {
        Seen {
            at: at("2026-11-25T09:05"),
            door: "东门".into(),
        }
    }

    /// One of each verdict, and of each way in which it is said.
    fn every() -> Vec<Verdict> {
        let time = at("2026-11-25T09:00");
        let admitted = |direction, again, entry_missing| Verdict::Admitted {
            direction,
            first_at: time,
            again,
            entry_missing,
        };
        let mut all = vec![
            admitted(Direction::In, false, false),
            admitted(Direction::In, true, false),
            admitted(Direction::Out, false, false),
            admitted(Direction::Out, false, true),
            Verdict::Already {
                direction: Direction::In,
                first: seen(),
                left: None,
            },
            Verdict::Already {
                direction: Direction::Out,
                first: seen(),
                left: Some(seen()),
            },
            Verdict::TooEarly { opens_at: time },
            Verdict::TooLate { ended_at: time },
            Verdict::Cancelled {
                cancelled_at: Some(time),
            },
            Verdict::Cancelled { cancelled_at: None },
            Verdict::Waitlisted {
                position: None,
                kept_until: None,
            },
            Verdict::Waitlisted {
                position: Some(2),
                kept_until: None,
            },
            Verdict::Waitlisted {
                position: Some(2),
                kept_until: Some(time),
            },
            Verdict::WrongCenter {
                center_id: "SZ440303001-01".parse().unwrap(),
                center: "大塘龙社区党群服务中心".into(),
            },
            Verdict::Choose { candidates: vec![] },
        ];
        all.extend(
            UnknownReason::ALL
                .iter()
                .map(|&reason| Verdict::Unknown { reason }),
        );
        all.extend(
            ForgedReason::ALL
                .iter()
                .map(|&reason| Verdict::Forged { reason }),
        );
        all
    }

    #[test]
    fn c116_every_verdict_has_headline_sentence_and_next_step_in_every_language() {
        let all = every();
        for outcome in Outcome::ALL {
            assert!(
                all.iter().any(|v| v.outcome() == *outcome),
                "{outcome} is not listed"
            );
        }
        for locale in locales() {
            for given in &all {
                let time = at("2026-11-25T09:10");
                let said = verdict(locale, given, time, time);
                let code = given.outcome();
                speaks(locale, code.as_str(), &said.title);
                speaks(locale, code.as_str(), &said.sentence);
                speaks(locale, code.as_str(), &said.next);
            }
            for value in Method::ALL {
                speaks(locale, value.as_str(), method(locale, *value));
            }
            for kind in Kind::ALL {
                for value in Outcome::ALL {
                    speaks(locale, value.as_str(), outcome(locale, *kind, *value));
                }
            }
            for value in Review::ALL {
                speaks(locale, value.as_str(), review(locale, *value));
            }
        }
    }

    #[test]
    fn c101_already_says_when_and_where() {
        let given = Verdict::Already {
            direction: Direction::In,
            first: seen(),
            left: None,
        };
        let now = at("2026-11-25T09:10");
        let zh = verdict(Locale::zh_CN, &given, now, now).sentence;
        assert!(zh.contains("09:05") && zh.contains("东门"), "{zh}");
        let en = verdict(Locale::en, &given, now, now).sentence;
        assert!(en.contains("09:05") && en.contains("at 东门"), "{en}");
    }
}
