//! Ages, places and distances.

use crate::i18n::{Locale, td_string};
use domain::{activity::Unit, person::AgeRange};

/// Who may come by age: `7–16 岁`, `60 岁以上`, `不限年龄`.
pub fn ages(locale: Locale, ages: AgeRange) -> String {
    ages_if_limited(locale, ages).unwrap_or_else(|| td_string!(locale, age.any).to_owned())
}

/// The same, none where every age may come.
pub fn ages_if_limited(locale: Locale, ages: AgeRange) -> Option<String> {
    Some(match (ages.min, ages.max) {
        (Some(min), Some(max)) if min == max => td_string!(locale, age.one, min),
        (Some(0) | None, Some(max)) => td_string!(locale, age.up_to, max),
        (Some(min), Some(max)) => td_string!(locale, age.between, min, max),
        (Some(min), None) if min > 0 => td_string!(locale, age.from, min),
        (_, None) => return None,
    })
}

/// Who an activity is for, where the ages of a pair are the child's: `孩子 4–10 岁，一位大人陪同`.
pub fn who(locale: Locale, unit: Unit, range: AgeRange) -> String {
    match (unit, ages_if_limited(locale, range)) {
        (Unit::Pairs, Some(ages)) => td_string!(locale, age.child_with_adult, ages),
        (Unit::Pairs, None) => td_string!(locale, age.any_child_with_adult).to_owned(),
        _ => ages(locale, range),
    }
}

/// What a card says of the ages, where a pair's are the child's: `孩子 4–10 岁`; nothing where
/// every age may come.
pub fn age_note(locale: Locale, unit: Unit, range: AgeRange) -> Option<String> {
    let ages = ages_if_limited(locale, range)?;
    Some(match unit {
        Unit::Pairs => td_string!(locale, age.child, ages),
        Unit::People | Unit::Households => ages,
    })
}

/// `15 个名额`, `15 组名额`, `40 户`.
pub fn places(locale: Locale, unit: Unit, count: u32) -> String {
    match unit {
        Unit::People => td_string!(locale, places.people, count),
        Unit::Pairs => td_string!(locale, places.pairs, count),
        Unit::Households => td_string!(locale, places.households, count),
    }
}

/// How many an occurrence takes: `30 人`, `15 组（一大一小）`.
pub fn capacity(locale: Locale, unit: Unit, count: u32) -> String {
    match unit {
        Unit::People => td_string!(locale, places.capacity_people, count),
        Unit::Pairs => td_string!(locale, places.capacity_pairs, count),
        Unit::Households => td_string!(locale, places.capacity_households, count),
    }
}

/// A bare number with its unit: `3 人`, `4 组`.
pub fn short_count(locale: Locale, unit: Unit, count: u32) -> String {
    match unit {
        Unit::People => td_string!(locale, places.short_people, count),
        Unit::Pairs => td_string!(locale, places.short_pairs, count),
        Unit::Households => td_string!(locale, places.short_households, count),
    }
}

/// What is left: `还有 9 个名额`, or `只剩 2 个名额` where that is few.
pub fn places_left(locale: Locale, unit: Unit, count: u32, few: bool) -> String {
    match (unit, few) {
        (Unit::People, false) => td_string!(locale, places.left_people, count),
        (Unit::Pairs, false) => td_string!(locale, places.left_pairs, count),
        (Unit::Households, false) => td_string!(locale, places.left_households, count),
        (Unit::People, true) => td_string!(locale, places.few_people, count),
        (Unit::Pairs, true) => td_string!(locale, places.few_pairs, count),
        (Unit::Households, true) => td_string!(locale, places.few_households, count),
    }
}

/// A place in line, counted from 1: `候补第 2 位`.
pub fn position(locale: Locale, position: u32) -> String {
    td_string!(locale, places.waiting, position)
}

/// How many things a day holds: `5 项`.
pub fn items(locale: Locale, count: u32) -> String {
    td_string!(locale, places.days, count)
}

/// A distance: `300 米`, `0.8 公里`, `14 公里`.
pub fn distance(locale: Locale, metres: f64) -> String {
    if metres < 500.0 {
        let distance = format!("{:.0}", (metres / 50.0).round().max(1.0) * 50.0);
        td_string!(locale, places.m, distance)
    } else if metres < 9_950.0 {
        td_string!(
            locale,
            places.km,
            distance = format!("{:.1}", metres / 1000.0)
        )
    } else {
        td_string!(
            locale,
            places.km,
            distance = format!("{:.0}", metres / 1000.0)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Locale::{en, zh_CN as zh};

    fn range(min: Option<u8>, max: Option<u8>) -> AgeRange {
        AgeRange { min, max }
    }

    #[test]
    fn ages_are_said_with_one_end_two_ends_or_none() {
        assert_eq!(ages(zh, range(Some(7), Some(16))), "7–16 岁");
        assert_eq!(ages(zh, range(Some(50), None)), "50 岁以上");
        assert_eq!(ages(en, range(Some(50), None)), "50 years and over");
        assert_eq!(ages(zh, range(None, Some(6))), "6 岁以下");
        assert_eq!(ages(zh, range(Some(8), Some(8))), "8 岁");
        assert_eq!(ages(zh, range(None, None)), "不限年龄");
        assert_eq!(ages_if_limited(zh, range(Some(0), None)), None);
        let child = who(zh, Unit::Pairs, range(Some(4), Some(10)));
        assert_eq!(child, "孩子 4–10 岁，一位大人陪同");
    }

    #[test]
    fn places_are_counted_in_their_unit_and_one_is_not_many() {
        assert_eq!(places_left(zh, Unit::People, 9, false), "还有 9 个名额");
        assert_eq!(places_left(zh, Unit::Pairs, 2, true), "只剩 2 组名额");
        assert_eq!(places_left(en, Unit::People, 1, true), "Only 1 place left");
        assert_eq!(places_left(en, Unit::People, 2, false), "2 places left");
        assert_eq!(capacity(zh, Unit::Pairs, 15), "15 组（一大一小）");
        assert_eq!(places(en, Unit::Households, 1), "1 household");
        assert_eq!(position(zh, 2), "候补第 2 位");
    }

    #[test]
    fn a_distance_is_as_exact_as_anyone_needs() {
        assert_eq!(distance(zh, 12.0), "50 米");
        assert_eq!(distance(zh, 320.0), "300 米");
        assert_eq!(distance(zh, 812.0), "0.8 公里");
        assert_eq!(distance(en, 14_300.0), "14 km");
    }
}
