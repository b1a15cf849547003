//! Public holidays, days that are worked instead, and lunar days, in words.

use crate::i18n::{Locale, td_string};
use chrono::{Datelike as _, NaiveDate};
use domain::holiday::{DayKind, Wrong};
use icu_calendar::{Date, cal::ChineseTraditional, types::LeapStatus};

/// What a holiday is called: as announced, or where the language has its own word by that.
pub fn holiday_name(locale: Locale, announced: &str) -> String {
    let of_one = |name: &str| match name {
        "元旦" => td_string!(locale, holidays.name.new_year).to_owned(),
        "春节" => td_string!(locale, holidays.name.spring).to_owned(),
        "清明节" => td_string!(locale, holidays.name.qingming).to_owned(),
        "劳动节" => td_string!(locale, holidays.name.labour).to_owned(),
        "端午节" => td_string!(locale, holidays.name.dragon_boat).to_owned(),
        "中秋节" => td_string!(locale, holidays.name.mid_autumn).to_owned(),
        "国庆节" => td_string!(locale, holidays.name.national).to_owned(),
        other => other.to_owned(),
    };
    let names: Vec<String> = announced.split('、').map(of_one).collect();
    super::list(locale, &names)
}

/// What is to be said of a day: `国庆节，放假`; nothing of an ordinary one.
pub fn day_kind(locale: Locale, kind: DayKind<'_>) -> Option<String> {
    match kind {
        DayKind::Ordinary => None,
        DayKind::Off(name) => {
            let name = holiday_name(locale, name);
            Some(td_string!(locale, holidays.off, name))
        }
        DayKind::Working(name) => {
            let name = holiday_name(locale, name);
            Some(td_string!(locale, holidays.working, name))
        }
        DayKind::NotAnnounced => Some(td_string!(locale, holidays.not_announced).to_owned()),
    }
}

/// Why a row of a notice cannot be used.
pub fn wrong_row(locale: Locale, wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::Cells => td_string!(locale, holidays.wrong.cells),
        Wrong::NotADay => td_string!(locale, holidays.wrong.day),
        Wrong::NotAName => td_string!(locale, holidays.wrong.name),
        Wrong::NotAKind => td_string!(locale, holidays.wrong.kind),
        Wrong::OtherYear => td_string!(locale, holidays.wrong.year),
        Wrong::Twice => td_string!(locale, holidays.wrong.twice),
    }
}

/// Festivals of the lunar calendar that have a name of their own, by month and day.
const FESTIVALS: [((u8, u8), &str); 7] = [
    ((1, 1), "春节"),
    ((1, 15), "元宵"),
    ((5, 5), "端午"),
    ((7, 7), "七夕"),
    ((8, 15), "中秋"),
    ((9, 9), "重阳"),
    ((12, 8), "腊八"),
];

const MONTHS: [&str; 12] = [
    "正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "冬月", "腊月",
];

const DIGITS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

/// The lunar day as calendars in China print it, in Chinese in every language: a festival's name, on
/// the first of a month the month (`闰五月`), else the day (`初二`). Nothing outside of 1900 to 2100.
pub fn lunar(day: NaiveDate) -> Option<String> {
    if !(1901..2100).contains(&day.year()) {
        return None;
    }
    let (month, of_month) = (u8::try_from(day.month()), u8::try_from(day.day()));
    let date = Date::try_new_iso(day.year(), month.ok()?, of_month.ok()?).ok()?;
    let date = date.to_calendar(ChineseTraditional::new());
    let (month, of_month) = (date.month(), date.day_of_month().0);
    let is_leap = month.leap_status() == LeapStatus::Leap;
    let is_festival = |((in_month, on), _): &&((u8, u8), &str)| {
        !is_leap && (*in_month, *on) == (month.number(), of_month)
    };
    if let Some((_, name)) = FESTIVALS.iter().find(is_festival) {
        return Some((*name).to_owned());
    }
    if of_month == 1 {
        let name = MONTHS.get(usize::from(month.number()) - 1)?;
        return Some(if is_leap {
            format!("闰{name}")
        } else {
            (*name).to_owned()
        });
    }
    day_of_month(of_month)
}

/// `初二`, `十五`, `二十`, `廿三`, `三十`.
fn day_of_month(day: u8) -> Option<String> {
    let unit = DIGITS.get(usize::from((day + 9) % 10))?;
    Some(match day {
        1..=10 => format!("初{unit}"),
        11..=19 => format!("十{unit}"),
        20 => "二十".to_owned(),
        21..=29 => format!("廿{unit}"),
        30 => "三十".to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Locale::{en, zh_CN as zh};

    fn on(text: &str) -> String {
        lunar(text.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_lunar_day_is_said_as_a_calendar_prints_it() {
        // New year, lantern festival, dragon boat, mid-autumn, double ninth of 2026.
        for (day, name) in [
            ("2026-02-16", "廿九"),
            ("2026-02-17", "春节"),
            ("2026-02-18", "初二"),
            ("2026-02-26", "初十"),
            ("2026-02-27", "十一"),
            ("2026-03-03", "元宵"),
            ("2026-03-08", "二十"),
            ("2026-03-09", "廿一"),
            ("2026-06-19", "端午"),
            ("2026-09-25", "中秋"),
            ("2026-10-18", "重阳"),
        ] {
            assert_eq!(on(day), name, "{day}");
        }
    }

    #[test]
    fn a_leap_month_says_so_and_has_no_festivals() {
        // 2028 has a fifth month twice.
        assert_eq!(on("2028-05-28"), "端午");
        assert_eq!(on("2028-06-23"), "闰五月");
        assert_eq!(on("2028-06-27"), "初五");
    }

    #[test]
    fn a_day_is_said_by_its_holiday() {
        let off = DayKind::Off("国庆节、中秋节");
        assert_eq!(day_kind(zh, off).unwrap(), "国庆节、中秋节，放假");
        assert_eq!(
            day_kind(en, off).unwrap(),
            "National Day, Mid-Autumn Festival: public holiday"
        );
        let working = day_kind(zh, DayKind::Working("春节"));
        assert_eq!(working.unwrap(), "春节调休，上班");
        assert_eq!(day_kind(en, DayKind::Ordinary), None);
        assert!(day_kind(en, DayKind::NotAnnounced).is_some());
    }
}
