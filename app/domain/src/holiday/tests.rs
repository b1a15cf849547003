use super::*;
use crate::{Reason, Refusal};
use chrono::{Datelike as _, Days};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn off(on: &str, name: &str) -> Day {
    Day {
        on: day(on),
        name: name.into(),
        is_off: true,
    }
}

const FILE: &str = r#"{"$schema": "x", "year": 2027, "papers": ["https://www.gov.cn/1", "javascript:x"],
    "days": [{"name": "元旦", "date": "2026-12-31", "isOffDay": true},
             {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
             {"name": "元旦", "date": "2027-01-09", "isOffDay": false}]}"#;

const ROWS: &str =
    "日期\t名称\t休/班\n2026-12-31\t元旦\t休\n2027年1月1日\t元旦\t休\n2027/1/9\t元旦\t班\n";

#[test]
fn a_file_and_rows_of_a_spreadsheet_say_the_same() {
    let file = read(FILE).unwrap().notice().unwrap();
    let rows = read(ROWS).unwrap().notice().unwrap();
    assert_eq!(file.days, rows.days);
    assert_eq!((file.year, rows.year), (2027, 2027));
    // An address that leads to no page is none.
    assert_eq!(file.papers, ["https://www.gov.cn/1"]);
    assert_eq!(read(&format!("\u{feff}{ROWS}")).unwrap().rows.len(), 3);
    let commas = ROWS.replace('\t', ",").replace("元旦", "\"元旦\"");
    assert_eq!(read(&commas).unwrap().notice().unwrap().days, file.days);
    let spaces = ROWS.replace('\t', " ");
    assert_eq!(read(&spaces).unwrap().notice().unwrap().days, file.days);
}

#[test]
fn a_row_that_cannot_be_used_says_why_and_makes_no_notice() {
    let text = "2027-01-01 元旦\n元旦 2027-01-02 休\n2027-01-03 元旦 也许\n1月4日 元旦 休\n\
                2026-11-30 元旦 休\n2027-01-05,,休\n2027-01-06 元旦 休\n2027-01-06 元旦 休";
    let found = read(text).unwrap();
    let wrong: Vec<_> = found.rows.iter().map(|row| row.day.clone().err()).collect();
    assert_eq!(
        wrong,
        [
            Some(Wrong::Cells),
            Some(Wrong::NotADay),
            Some(Wrong::NotAKind),
            Some(Wrong::OtherYear),
            Some(Wrong::OtherYear),
            Some(Wrong::NotAName),
            None,
            Some(Wrong::Twice),
        ]
    );
    assert_eq!(found.notice(), None);
}

#[test]
fn what_is_no_notice_is_refused() {
    let refused = |text: &str| read(text).unwrap_err();
    let reason = |reason| Refusal::invalid("notice", reason);
    assert_eq!(refused(" \n"), reason(Reason::Missing));
    assert_eq!(refused("{\"year\": 2027}"), reason(Reason::Unreadable));
    assert_eq!(refused("Guten Tag"), reason(Reason::Missing));
    assert_eq!(refused("a 1 b\nc 2 d"), reason(Reason::Unreadable));
    assert_eq!(
        refused(&"x".repeat(MOST_BYTES + 1)),
        reason(Reason::TooLarge)
    );
    let empty = "{\"year\": 2027, \"days\": []}";
    assert_eq!(refused(empty), reason(Reason::Missing));
    assert_eq!(
        refused("{\"year\": 1, \"days\": []}"),
        reason(Reason::OutOfRange)
    );
}

#[test]
fn a_day_of_december_is_known_by_the_next_years_notice_too() {
    let this = Notice {
        year: 2026,
        papers: vec![],
        days: vec![off("2026-10-01", "国庆节")],
    };
    let next = read(FILE).unwrap().notice().unwrap();
    let alone = Holidays::of([this.clone()]);
    assert_eq!(alone.kind(day("2026-12-31")), DayKind::Ordinary);
    assert_eq!(alone.kind(day("2027-01-09")), DayKind::NotAnnounced);
    let both = Holidays::of([next, this]);
    assert_eq!(both.kind(day("2026-10-01")), DayKind::Off("国庆节"));
    assert_eq!(both.kind(day("2026-12-31")), DayKind::Off("元旦"));
    assert_eq!(both.kind(day("2027-01-09")), DayKind::Working("元旦"));
    assert_eq!(both.kind(day("2027-01-10")), DayKind::Ordinary);
    assert_eq!(both.kind(day("2028-01-01")), DayKind::NotAnnounced);
}

fn days_of(year: i32) -> impl Strategy<Value = Vec<Day>> {
    let first = NaiveDate::from_ymd_opt(year - 1, 12, 1).unwrap();
    prop::collection::btree_map(0u64..396, ("[元旦春节国庆]{1,6}", any::<bool>()), 1..40).prop_map(
        move |days| {
            days.into_iter()
                .map(|(at, (name, is_off))| Day {
                    on: first + Days::new(at),
                    name,
                    is_off,
                })
                .filter(|day| day.on.year() <= year)
                .collect()
        },
    )
}

/// As a spreadsheet copies it.
fn written(days: &[Day]) -> String {
    let kind = |day: &Day| if day.is_off { "休" } else { "班" };
    days.iter()
        .map(|day| format!("{}\t{}\t{}\r\n", day.on, day.name, kind(day)))
        .collect()
}

/// As the public format has it.
fn filed(year: i32, days: &[Day]) -> String {
    let days: Vec<_> = days
        .iter()
        .map(|day| serde_json::json!({"name": day.name, "date": day.on, "isOffDay": day.is_off}))
        .collect();
    serde_json::json!({"year": year, "papers": [], "days": days}).to_string()
}

proptest! {
    #[test]
    fn what_is_written_is_read_and_a_second_time_nothing_changes(days in days_of(2027)) {
        let file = read(&filed(2027, &days)).unwrap();
        prop_assert_eq!(&file.notice().unwrap().days, &days);
        let all_new = compare(&[], &file);
        prop_assert!(all_new.iter().all(|news| *news == News::New));
        let again = compare(&days, &file);
        prop_assert!(again.iter().all(|news| *news == News::Same));
        if days.iter().any(|day| day.on.year() == 2027) {
            let rows = read(&written(&days)).unwrap();
            prop_assert_eq!(rows.year, 2027);
            prop_assert_eq!(&rows.notice().unwrap().days, &days);
        }
    }

    #[test]
    fn only_what_differs_is_told_as_changed(days in days_of(2027), at in any::<prop::sample::Index>()) {
        let mut there = days.clone();
        let at = at.index(there.len());
        there[at].is_off = !there[at].is_off;
        let was = there[at].clone();
        let news = compare(&there, &read(&filed(2027, &days)).unwrap());
        for (n, news) in news.into_iter().enumerate() {
            let expected = if n == at { News::Changed { was: was.clone() } } else { News::Same };
            prop_assert_eq!(news, expected);
        }
    }

    #[test]
    fn anything_pasted_is_read_or_refused(text in "[\\PC\n\t]{0,200}") {
        if let Ok(found) = read(&text) {
            prop_assert!(!found.rows.is_empty());
            let days = found.notice().map(|notice| notice.days).unwrap_or_default();
            prop_assert!(days.windows(2).all(|pair| pair[0].on < pair[1].on));
        }
    }

    #[test]
    fn a_date_without_a_choice_stays_and_the_others_do_what_was_chosen(
        days in prop::collection::btree_set(0u64..400, 1..30),
        choices in prop::collection::btree_map(0u64..400, 0u64..800, 0..30),
    ) {
        let at = |n: u64| day("2027-01-01") + Days::new(n);
        let days: Vec<_> = days.into_iter().map(at).collect();
        let choices: BTreeMap<_, _> = choices
            .into_iter()
            .map(|(on, to)| match to {
                0..100 => (at(on), Choice::Keep),
                100..300 => (at(on), Choice::Skip),
                _ => (at(on), Choice::Move(at(to))),
            })
            .collect();
        let put = put(&days, &choices);
        prop_assert_eq!(put.iter().map(|put| put.on).collect::<Vec<_>>(), days);
        for Put { on, to } in put {
            let expected = match choices.get(&on) {
                Some(Choice::Skip) => None,
                Some(Choice::Move(to)) => Some(*to),
                _ => Some(on),
            };
            prop_assert_eq!(to, expected);
        }
    }
}
