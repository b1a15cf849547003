use super::*;
use crate::{
    Reason, Refusal,
    id::{ActivityId, OccurrenceId, RoomId},
    room::{RoomTree, RoomUse},
    time::{HOUR, Timestamp},
};
use proptest::prelude::*;

fn asked() -> Asked {
    let field = |code: &str, zh: &str, en: &str| FieldNames {
        code: code.into(),
        names: vec![zh.into(), en.into()],
    };
    Asked {
        year: 2026,
        a_year_later: false,
        field: "culture".into(),
        fields: vec![
            field("child", "儿童与托管", "Children and after-school care"),
            field("elder", "长者", "Older people"),
            field("culture", "文化体育", "Culture and sport"),
            field("convenience", "便民服务", "Everyday services"),
            field("volunteer", "志愿服务", "Volunteering"),
        ],
    }
}

fn now() -> Timestamp {
    Timestamp::parse("2026-11-28T12:00").unwrap()
}

fn rows(text: &str) -> Vec<Row> {
    read(text, &asked()).unwrap().rows
}

fn one(text: &str) -> Result<Entry, Wrong> {
    rows(text).remove(0).entry
}

fn span(from: &str, to: &str) -> Span {
    let at = |text| Timestamp::parse(text).unwrap();
    Span::new(at(from), at(to)).unwrap()
}

fn id<T: From<uuid::Uuid>>(n: u128) -> T {
    uuid::Uuid::from_u128(n).into()
}

const HEADED: &str = "\u{feff}序号\t类别\t活动名称（必填）\t日期\t时间\t地点\t人数\t简介\t备注\n\
    1\t长者\t太极拳入门\t2026年12月5日\t９：００－１０：３０\t多功能室\t30人\t\"第一行\n第二行\"\t找刘老师\n\
    \t\t\t\t\t\t\t\t\n\
    2\t长者服务\t太极拳 入门\t12月12日（周六）\t上午9:00至10:30\t多功能室\t30\t\t";

#[test]
fn columns_are_known_by_their_headings_in_any_order() {
    let found = read(HEADED, &asked()).unwrap();
    assert_eq!(found.unused, ["序号", "备注"]);
    let numbers: Vec<usize> = found.rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [2, 4]);
    let first = found.rows[0].entry.clone().unwrap();
    assert_eq!(
        first,
        Entry {
            title: "太极拳入门".into(),
            span: span("2026-12-05T09:00", "2026-12-05T10:30"),
            room: "多功能室".into(),
            places: Some(30),
            field: "elder".into(),
            kind: Kind::CommunityActivity,
            summary: "第一行\n第二行".into(),
            bring: String::new(),
        }
    );
    let second = found.rows[1].entry.clone().unwrap();
    assert_eq!(second.span, span("2026-12-12T09:00", "2026-12-12T10:30"));
    assert_eq!(folded(&second.title), folded(&first.title));
    let english = "Title,Date,Start,End,Room,Places,Category\nChoir,2026-12-05,14:00,15:30,Hall,12,Older people";
    let entry = one(english).unwrap();
    assert_eq!(
        (entry.room.as_str(), entry.field.as_str()),
        ("Hall", "elder")
    );
}

#[test]
fn a_plan_may_have_a_title_above_its_headings() {
    let found = read(
        "社区中心 12 月计划\t\t\n\n名称\t日期\t时间\n合唱\t12-05\t9:00-10:00",
        &asked(),
    );
    let found = found.unwrap().rows;
    assert_eq!((found.len(), found[0].number), (1, 4));
    assert!(found[0].entry.is_ok());
}

#[test]
fn without_headings_there_is_an_order() {
    let two = one("合唱\t2026-12-05\t14:00\t15:30\t多功能室\t20\t长者\t唱老歌").unwrap();
    let whole = one("合唱,2026-12-05,14:00-15:30,多功能室,20,长者,唱老歌").unwrap();
    assert_eq!(two, whole);
    assert_eq!(two.places, Some(20));
    let least = one("合唱，2026-12-05，14:00，15:30").unwrap();
    assert_eq!((least.field.as_str(), least.places), ("culture", None));
}

#[test]
fn days_and_hours_are_read_as_people_write_them() {
    let wanted = span("2026-12-05T14:00", "2026-12-05T15:30");
    for day in [
        "2026-12-05",
        "2026/12/5",
        "2026.12.5",
        "２０２６．１２．５",
        "20261205",
        "12月5日",
        "12月5号",
        "2026 年 12 月 5 日",
        "2026年12月5日星期六",
        "12月5日（周六）",
        "2026-12-05 Sat",
    ] {
        let entry = one(&format!("合唱\t{day}\t14:00\t15:30"));
        assert_eq!(entry.map(|of| of.span), Ok(wanted), "{day}");
    }
    for hours in [
        "14:00-15:30",
        "14：00—15：30",
        "14:00～15:30",
        "下午2:00-3:30",
        "下午2点到3点半",
        "14:00 至 15:30",
        "14:00--15:30",
    ] {
        let entry = one(&format!("名称\t日期\t时间\n合唱\t2026-12-05\t{hours}"));
        assert_eq!(entry.map(|of| of.span), Ok(wanted), "{hours}");
    }
    let behind = one("名称\t日期\t地点\n合唱\t2026-12-05 14:00-15:30\t多功能室");
    assert_eq!(behind.map(|of| of.span), Ok(wanted));
    let called_time = one("名称\t时间\n合唱\t2026年12月5日 下午2:00-3:30");
    assert_eq!(called_time.map(|of| of.span), Ok(wanted));
    let night = one("合唱\t2026-12-31\t22:00\t1:00").unwrap();
    assert_eq!(night.span, span("2026-12-31T22:00", "2027-01-01T01:00"));
}

#[test]
fn what_is_wrong_in_a_row_is_told_there() {
    for (row, wrong) in [
        ("\t2026-12-05\t14:00\t15:30", Wrong::Title),
        ("合唱\t下周\t14:00\t15:30", Wrong::Day),
        ("合唱\t26-12-05\t14:00\t15:30", Wrong::Day),
        ("合唱\t2月29日\t14:00\t15:30", Wrong::Day),
        ("合唱\t2026-12-05 周日\t14:00\t15:30", Wrong::Weekday),
        ("合唱\t2026-12-05\t14:00", Wrong::Hours),
        ("合唱\t2026-12-05\t14:00\t14:00", Wrong::Hours),
        ("合唱\t2026-12-05\t下午\t晚上", Wrong::Hours),
        ("合唱\t2026-12-05\t14:00\t15:30\t室\t许多", Wrong::Places),
        ("合唱\t2026-12-05\t14:00\t15:30\t室\t0", Wrong::Places),
        ("合唱\t2026-12-05\t14:00\t15:30\t室\t9\t服务", Wrong::Field),
        ("合唱\t2026-12-05\t14:00\t15:30\t室\t9\t烹饪", Wrong::Field),
    ] {
        assert_eq!(one(row), Err(wrong), "{row}");
    }
    let long = format!("合唱\t2026-12-05\t14:00\t15:30\t{}", "室".repeat(61));
    assert_eq!(one(&long), Err(Wrong::Room));
    let long = format!("{}\t2026-12-05\t14:00\t15:30", "长".repeat(81));
    assert_eq!(one(&long), Err(Wrong::Title));
}

#[test]
fn nothing_and_too_much_are_refused_whole() {
    let refused = |text: &str| read(text, &asked()).unwrap_err();
    let reason = |reason| Refusal::invalid("rows", reason);
    assert_eq!(refused(""), reason(Reason::Missing));
    assert_eq!(refused("名称\t日期\t时间\n\n"), reason(Reason::Missing));
    assert_eq!(refused(&"a\n".repeat(501)), reason(Reason::TooMany));
    assert!(read(&"a\n".repeat(500), &asked()).is_ok());
    assert_eq!(refused(&"a".repeat(200_001)), reason(Reason::TooLarge));
}

#[test]
fn last_years_plan_moves_by_whole_weeks() {
    let asked = Asked {
        year: 2025,
        a_year_later: true,
        ..asked()
    };
    let found = read("合唱\t12月6日 周六\t14:00\t15:30", &asked).unwrap();
    let entry = found.rows[0].entry.clone().unwrap();
    assert_eq!(entry.span, span("2026-12-05T14:00", "2026-12-05T15:30"));
}

const PLAN: &str = "合唱\t2026-12-05\t14:00\t15:30\t多功能室\t20\n\
    书法\t2026-12-05\t15:00\t16:00\t 多功能室\t20\n\
    合 唱\t2026-12-12\t14:00\t15:30\t小教室\t20\n\
    合唱\t2026-12-12\t15:00\t16:00\t\t20\n\
    合唱\t2026-12-12\t14:00\t15:00\t\t20\n\
    书法\t2026-12-12\t15:00\t16:00\t小教室\t20\n\
    合唱\t2026-11-20\t14:00\t15:30\n\
    合唱\t2030-11-20\t14:00\t15:30\n\
    合唱\t2026-12-19\t14:00\t15:30\t\t20\t长者";

#[test]
fn rows_are_in_each_others_way() {
    let facts = Facts::default();
    let news = decide(&rows(PLAN), &facts, now());
    let new = |room: &str| News::New {
        onto: None,
        room: room.into(),
        is_new_room: true,
    };
    let taken = |title: &str, from, to| {
        News::Wrong(Wrong::RoomTaken {
            title: title.into(),
            span: span(from, to),
        })
    };
    assert_eq!(
        news,
        [
            new("多功能室"),
            taken("合唱", "2026-12-05T14:00", "2026-12-05T15:30"),
            new("小教室"),
            News::Wrong(Wrong::Overlaps { row: 3 }),
            News::Wrong(Wrong::Twice { row: 3 }),
            taken("合 唱", "2026-12-12T14:00", "2026-12-12T15:30"),
            News::Over,
            News::Wrong(Wrong::TooFarAhead),
            News::Wrong(Wrong::OtherSubject { row: 1 }),
        ]
    );
    let made = to_make(&rows(PLAN), &news);
    assert_eq!(made.len(), 1, "one title is one activity");
    assert_eq!(made[0].texts.title, "合唱");
    assert_eq!(made[0].dates.len(), 2);
}

fn there(title: &str, at: Span, room: &str, is_called_off: bool) -> ThereDate {
    ThereDate {
        activity: id(1),
        title: title.into(),
        span: at,
        room: room.into(),
        places: 20,
        is_called_off,
    }
}

#[test]
fn c159_what_is_there_stays_as_it_is() {
    let at = span("2026-12-05T14:00", "2026-12-05T15:30");
    let row = |rest: &str| rows(&format!("合唱\t2026-12-05\t14:00\t{rest}"));
    let told = |rest: &str, date: &ThereDate| {
        let facts = Facts {
            dates: vec![date.clone()],
            ..Facts::default()
        };
        decide(&row(rest), &facts, now()).remove(0)
    };
    let date = there(" 合唱", at, "多功能室", false);
    let same = News::Same { activity: id(1) };
    assert_eq!(told("15:30\t多功能室\t20", &date), same);
    assert_eq!(told("15:30", &date), same, "what is not said is no change");
    let was = Box::new(date.clone());
    for other in ["16:00", "15:30\t小教室", "15:30\t\t21"] {
        assert_eq!(told(other, &date), News::Changed { was: was.clone() });
    }
    let off = there("合唱", at, "", true);
    assert_eq!(told("15:30", &off), News::CalledOff { activity: id(1) });
    assert!(to_make(&row("15:30"), &[same]).is_empty());
}

#[test]
fn further_dates_go_to_the_draft_of_their_title() {
    let at = span("2026-12-05T14:00", "2026-12-05T15:30");
    let facts = Facts {
        dates: vec![there("合唱", at, "", false)],
        drafts: vec![(id(9), "书法".into()), (id(1), "合唱".into())],
        ..Facts::default()
    };
    let rows = rows("合唱\t2026-12-12\t14:00\t15:30\n合唱\t2026-12-05\t15:00\t16:00");
    let news = decide(&rows, &facts, now());
    let onto: Option<ActivityId> = Some(id(1));
    assert_eq!(
        news,
        [
            News::New {
                onto: onto.clone(),
                room: String::new(),
                is_new_room: false
            },
            News::Wrong(Wrong::OverlapsDraft { span: at }),
        ]
    );
    assert_eq!(to_make(&rows, &news)[0].onto, onto);
}

#[test]
fn c70_a_room_that_something_has_keeps_a_row_out() {
    let (hall, half): (RoomId, RoomId) = (id(1), id(2));
    let at = span("2026-12-05T14:00", "2026-12-05T16:00");
    let facts = Facts {
        rooms: Rooms {
            tree: RoomTree::new([(hall.clone(), None), (half.clone(), Some(hall.clone()))]),
            by_name: [
                ("大厅".to_owned(), hall.clone()),
                ("半厅".to_owned(), half),
                ("旧厅".to_owned(), id(3)),
            ]
            .into(),
            retired: [id(3)].into(),
            uses: vec![RoomUse {
                occurrence: id::<OccurrenceId>(7),
                title: "义诊".into(),
                room: hall,
                room_name: "大厅".into(),
                span: at,
                status: crate::activity::Status::Draft,
            }],
        },
        ..Facts::default()
    };
    let text = "合唱\t2026-12-05\t15:00\t16:00\t半厅\n合唱\t2026-12-05\t16:00\t17:00\t半厅\n\
                书法\t2026-12-05\t16:30\t17:00\t大厅\n插花\t2026-12-06\t9:00\t10:00\t旧厅";
    let news = decide(&rows(text), &facts, now());
    let taken = |title: &str, span| {
        News::Wrong(Wrong::RoomTaken {
            title: title.into(),
            span,
        })
    };
    assert_eq!(news[0], taken("义诊", at));
    assert!(news[1].is_new());
    assert_eq!(
        news[2],
        taken("合唱", span("2026-12-05T16:00", "2026-12-05T17:00"))
    );
    assert_eq!(news[3], News::Wrong(Wrong::RoomRetired));
}

#[test]
fn texts_of_several_dates_are_kept_each_once() {
    let text = "名称\t日期\t时间\t简介\n合唱\t12-05\t9:00-10:00\t第一课\n合唱\t12-12\t9:00-10:00\t第二课\n\
                合唱\t12-19\t9:00-10:00\t第一课";
    let rows = rows(text);
    let news = decide(&rows, &Facts::default(), now());
    assert_eq!(to_make(&rows, &news)[0].texts.summary, "第一课\n第二课");
}

/// A table as the one writer of exports writes it.
fn written(rows: &[Vec<String>], between: char) -> String {
    let cell = |cell: &String| match cell.contains(['"', '\r', '\n', between]) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.clone(),
    };
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().map(cell).collect();
        format!("{}\r\n", cells.join(&between.to_string()))
    };
    let head = ["名称", "日期"].map(str::to_owned).to_vec();
    let lines: String = std::iter::once(&head).chain(rows).map(line).collect();
    format!("\u{feff}{lines}")
}

proptest! {
    #[test]
    fn c157_what_is_written_as_a_table_is_read_back(
        table in prop::collection::vec(prop::collection::vec("[^']{0,12}", 2..5), 0..6),
        tabs in any::<bool>(),
    ) {
        let read = cells(&written(&table, if tabs { '\t' } else { ',' }));
        prop_assert_eq!(&read[1..], &table[..]);
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>(), mixed in "[\"\t,\n\r'=0-9:月日下午合唱 -]{0,80}") {
        for text in [&text, &mixed, &format!("名称\t日期\t时间\n{mixed}")] {
            if let Ok(found) = read(text, &asked()) {
                let news = decide(&found.rows, &Facts::default(), now());
                prop_assert_eq!(news.len(), found.rows.len());
                let made: usize = to_make(&found.rows, &news).iter().map(|of| of.dates.len()).sum();
                prop_assert_eq!(made, news.iter().filter(|news| news.is_new()).count());
            }
        }
    }

    #[test]
    fn every_entry_is_read_back_as_it_was(
        days in prop::collection::btree_set(1_i64..300, 1..6),
        hour in 0_i64..23,
        lasts in 1_i64..24,
        places in 1_u32..100_000,
        summary in "[ -~\n一-龥]{0,20}",
    ) {
        let entries: Vec<Entry> = days.iter().map(|day| {
            let start = Timestamp::start_of(now().day()).plus((day * 24 + hour) * HOUR);
            Entry {
                title: "合唱".into(),
                span: Span::new(start, start.plus(lasts * HOUR)).unwrap(),
                room: "多功能室".into(),
                places: Some(places),
                field: "elder".into(),
                kind: Kind::Group,
                summary: crate::text::lines("summary", &summary, 2000).unwrap(),
                bring: String::new(),
            }
        }).collect();
        let head = ["名称", "日期", "开始", "结束", "地点", "名额", "类别", "种类", "简介"];
        let row = |of: &Entry| {
            let clock = |at: Timestamp| at.local().format("%H:%M").to_string();
            let (from, to) = (of.span.start(), of.span.end());
            vec![
                of.title.clone(), from.day().to_string(), clock(from), clock(to), of.room.clone(),
                places.to_string(), "长者".into(), "小组".into(), of.summary.clone(),
            ]
        };
        let table: Vec<Vec<String>> = std::iter::once(head.map(str::to_owned).to_vec())
            .chain(entries.iter().map(row)).collect();
        let text = written(&table, ',');
        let text = text.split_once("\r\n").unwrap().1;
        prop_assume!(!summary.trim_start().starts_with('\''));
        let read: Result<Vec<Entry>, Wrong> = rows(text).into_iter().map(|row| row.entry).collect();
        prop_assert_eq!(read.unwrap(), entries);
    }
}
