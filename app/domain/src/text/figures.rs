//! Telephone numbers, codes, numbers, days and times of day as people write and paste them: in
//! full-width digits, with marks that cannot be seen, with the unit behind (C-194).

use chrono::{Datelike, Months, NaiveDate, NaiveTime};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory as Category, UnicodeGeneralCategory};

/// The text in its plain form (NFKC), without marks that cannot be seen and spaces around it.
pub fn plain(text: &str) -> String {
    let seen = text.nfkc().filter(|c| {
        let is_selector = matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
        !is_selector && c.general_category() != Category::Format
    });
    seen.collect::<String>().trim().to_owned()
}

/// Whether somebody writes it between digits to make them easier to read.
fn parts_digits(c: char) -> bool {
    c.is_whitespace()
        || c.general_category() == Category::DashPunctuation
        || matches!(c, '−' | '.' | '·' | '。' | '(' | ')' | '/' | '_' | '\'')
}

/// The digits of a telephone number, without what parts them and without the country's prefix; as
/// it stands where it is something else.
pub fn phone_digits(text: &str) -> String {
    let digits: String = plain(text).chars().filter(|c| !parts_digits(*c)).collect();
    let bare = ["+86", "0086", "86"]
        .iter()
        .find_map(|prefix| digits.strip_prefix(prefix).filter(|rest| rest.len() == 11));
    bare.unwrap_or(&digits).to_owned()
}

/// The digits of a code, without what parts them.
pub fn code(text: &str) -> String {
    plain(text).chars().filter(|c| !parts_digits(*c)).collect()
}

/// Words that people write behind a number.
const UNITS: [&str; 12] = [
    "年", "岁", "人", "名", "位", "个", "户", "分钟", "分", "小时", "天", "周岁",
];

/// A number without the unit behind it; parse what this returns.
pub fn number(text: &str) -> String {
    let text = plain(text);
    let bare = UNITS.iter().find_map(|unit| text.strip_suffix(unit));
    bare.unwrap_or(&text).trim().to_owned()
}

/// A day as people and date pickers write it. Without a year it is the first such day from `near`
/// on.
pub fn day(text: &str, near: NaiveDate) -> Option<NaiveDate> {
    let text = plain(text).replace('号', "日");
    let text = text.split_whitespace().collect::<String>();
    let formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"];
    let whole = formats
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(&text, format).ok());
    whole.or_else(|| day_of_year(&text, near))
}

/// A day of a month, in this year or the next ones (29 February may be four years off).
fn day_of_year(text: &str, near: NaiveDate) -> Option<NaiveDate> {
    let (month, day) = text
        .strip_suffix('日')
        .unwrap_or(text)
        .split_once(['月', '-', '/', '.'])?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    let last = near.checked_add_months(Months::new(12 * 8))?.year();
    let days = (near.year()..=last).filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
    days.into_iter().find(|found| *found >= near)
}

/// A time of day as people and time pickers write it: `9:30`, `09:30:00`, `下午3点半`, `15点05分`.
pub fn clock(text: &str) -> Option<NaiveTime> {
    let text = plain(text).split_whitespace().collect::<String>();
    let (later, text) = ["下午", "晚上", "中午", "傍晚"]
        .iter()
        .find_map(|word| Some((true, text.strip_prefix(word)?)))
        .or_else(|| {
            let early = ["上午", "早上", "凌晨", "清晨"];
            let text = early.iter().find_map(|word| text.strip_prefix(word))?;
            Some((false, text))
        })
        .unwrap_or((false, &text));
    let (hours, rest) = text.split_once([':', '点', '时', '：'])?;
    let minutes = match rest {
        "" | "整" | "钟" => 0,
        "半" => 30,
        "一刻" => 15,
        "三刻" => 45,
        rest => {
            let rest = rest.strip_suffix('分').unwrap_or(rest);
            let (minutes, seconds) = rest.split_once(':').unwrap_or((rest, "0"));
            two_digits(seconds)?;
            two_digits(minutes)?
        }
    };
    let hours = two_digits(hours)?;
    let hours = if later && hours < 12 {
        hours + 12
    } else {
        hours
    };
    NaiveTime::from_hms_opt(hours, minutes, 0)
}

/// A number of one or two digits.
fn two_digits(text: &str) -> Option<u32> {
    let fits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn c194_telephone_numbers_are_read_as_they_are_pasted() {
        for text in [
            "13800000001",
            "\u{202D}13800000001\u{202C}",
            "138\u{200B}0000\u{200B}0001",
            "1️3️8️0️0️0️0️0️0️0️1️",
            "138\u{FE0D}00000001",
            "8613800000001",
            "+86 138 0000 0001",
            "+86-138-0000-0001",
            "0086 138-0000-0001",
            "(+86)13800000001",
            "138－0000－0001",
            "138‑0000–0001",
            "138—0000−0001",
            "138.0000.0001",
            "138·0000·0001",
            "138\t0000\t0001\n",
            "１３８００００００００１",
            "\u{FEFF}138\u{A0}0000\u{3000}0001 ",
        ] {
            let wanted = if text.starts_with('１') {
                "138000000001"
            } else {
                "13800000001"
            };
            assert_eq!(phone_digits(text), wanted, "{text:?}");
        }
        assert_eq!(phone_digits("86138"), "86138", "too short to be a prefix");
        assert_eq!(phone_digits("小王"), "小王");
    }

    #[test]
    fn c194_codes_and_numbers_are_read_as_they_are_written() {
        for text in [
            "123456",
            "１２３４５６",
            " 123 456 ",
            "123-456",
            "\u{202D}123456\u{202C}",
        ] {
            assert_eq!(code(text), "123456", "{text:?}");
        }
        for text in [
            "1985",
            "１９８５",
            "1985年",
            "１９８５ 年",
            "\u{200B}1985",
            "1985\u{FE0F}",
        ] {
            assert_eq!(number(text), "1985", "{text:?}");
        }
        assert_eq!(number("30人"), "30");
        assert_eq!(number("60 分钟"), "60");
        assert_eq!(number("许多"), "许多");
    }

    #[test]
    fn c194_days_are_read_as_they_are_written() {
        let near = on(2026, 11, 28);
        for text in [
            "2026-12-05",
            "2026/12/5",
            "2026.12.05",
            "2026年12月5日",
            "2026 年 12 月 5 号",
            "２０２６－１２－０５",
            "２０２６年１２月５日",
            "20261205",
            "12月5日",
            "12-5",
            "１２／５",
            "2026\u{200B}-12-05",
        ] {
            assert_eq!(day(text, near), Some(on(2026, 12, 5)), "{text:?}");
        }
        assert_eq!(day("1月1日", near), Some(on(2027, 1, 1)), "the next one");
        assert_eq!(day("11月28日", near), Some(near));
        assert_eq!(day("2月29日", near), Some(on(2028, 2, 29)));
        for text in ["", "2月30日", "明天", "2026-13-01", "13月1日", "5"] {
            assert_eq!(day(text, near), None, "{text:?}");
        }
    }

    #[test]
    fn c194_times_are_read_as_they_are_written() {
        let at = |hours, minutes| NaiveTime::from_hms_opt(hours, minutes, 0);
        for (text, hours, minutes) in [
            ("9:30", 9, 30),
            ("09:30", 9, 30),
            ("09:30:00", 9, 30),
            ("９：３０", 9, 30),
            ("9点半", 9, 30),
            ("9点", 9, 0),
            ("9点30分", 9, 30),
            ("下午3点", 15, 0),
            ("下午3:05", 15, 5),
            ("上午 9:30", 9, 30),
            ("中午12点", 12, 0),
            ("晚上8点半", 20, 30),
            ("15时05分", 15, 5),
            ("0:00", 0, 0),
            ("三刻", 99, 0),
        ] {
            let wanted = if hours == 99 {
                None
            } else {
                at(hours, minutes)
            };
            assert_eq!(clock(text), wanted, "{text:?}");
        }
        for text in ["", "9", "24:00", "9:60", "9:3O", "-1:00", "9:30:xx", "下午"] {
            assert_eq!(clock(text), None, "{text:?}");
        }
    }
}
