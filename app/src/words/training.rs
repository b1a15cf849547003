//! Trainings: for how long one counts.

use super::date;
use crate::i18n::{Locale, td_string};
use domain::{time::Timestamp, training::Held};

/// `有效到 2027年5月3日`, `长期有效`: the last day on which a training counts.
pub fn training_validity(locale: Locale, until: Option<Timestamp>) -> String {
    until.map_or_else(
        || td_string!(locale, volunteer.training_for_ever).to_owned(),
        |until| {
            let day = date::day_plain(locale, until.plus(-1).day());
            td_string!(locale, volunteer.training_until, day)
        },
    )
}

/// `急救：有效到 2027年5月3日`; of one that counts later also from when.
pub fn training(locale: Locale, held: &Held, now: Timestamp) -> String {
    let validity = training_validity(locale, held.until);
    let training = held.training.clone();
    if held.since <= now {
        return td_string!(locale, volunteer.training, training, validity);
    }
    let day = date::moment(locale, held.since, now);
    td_string!(locale, volunteer.training_later, training, day, validity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Locale::{en, zh_CN as zh};

    #[test]
    fn the_last_day_is_named_and_not_the_instant_after_it() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let held = Held {
            training: "急救".into(),
            includes: Vec::new(),
            since: at("2026-05-03T17:00"),
            until: Some(at("2027-05-04T00:00")),
        };
        let now = at("2026-05-03T18:00");
        assert_eq!(training(zh, &held, now), "急救：有效到 2027年5月3日");
        assert_eq!(training(en, &held, now), "急救: valid until 3 May 2027");
        let before = training(zh, &held, at("2026-05-03T16:00"));
        assert_eq!(before, "急救：今天 17:00起算，有效到 2027年5月3日");
        assert_eq!(training_validity(zh, None), "长期有效");
    }
}
