use super::*;
use crate::{Reason, Refusal, time::Timestamp};
use proptest::prelude::*;

fn now() -> Timestamp {
    Timestamp::parse("2026-11-23T10:00").unwrap()
}

fn asked(community: Option<&str>) -> Asked {
    let key = |name: &str| CommunityKey::new("440303001", name);
    Asked {
        communities: ["人民桥社区", "向西"]
            .map(|name| (key(name), name.to_owned()))
            .to_vec(),
        community: community.map(key),
    }
}

fn rows(text: &str) -> Vec<Row> {
    read(text, &asked(None), now()).unwrap().rows
}

fn wrongs(text: &str) -> Vec<Wrong> {
    let wrong = |row: Row| row.entry.unwrap_err().1;
    rows(text).into_iter().map(wrong).collect()
}

#[test]
fn c159_a_list_is_read_as_it_is_kept() {
    let text = "2026年会员表\n\n\
        序号\t姓名*\t出生日期\t联系电话\t身份证号\t居住社区\t关系\n\
        1\t王桂兰\t1958-03-12\t139 0000 0001\t440301195803120000\t人民桥\t\n\
        2\t李 建国\t1955年\t１３９００００００01\t\t\t配偶\n\
        3\t周福\t19490101\t\t\t向西社区\t\n";
    let list = read(text, &asked(None), now()).unwrap();
    assert_eq!(list.unused, ["序号", "身份证号"]);
    let entries: Vec<&Entry> = list
        .rows
        .iter()
        .map(|row| row.entry.as_ref().unwrap())
        .collect();
    let phone = Phone::parse("13900000001").unwrap();
    assert_eq!(entries[0].name.as_str(), "王桂兰");
    assert_eq!(entries[0].birth_year.year(), 1958);
    assert_eq!(entries[0].community.as_ref().unwrap().name(), "人民桥社区");
    assert_eq!(
        (&entries[1].phone, entries[1].relation),
        (&Some(phone), Relation::Spouse)
    );
    assert_eq!(entries[1].birth_year.year(), 1955);
    assert_eq!(
        (&entries[2].phone, entries[2].birth_year.year()),
        (&None, 1949)
    );
    assert_eq!(list.rows[0].number, 4, "as a spreadsheet counts");
    // The same columns in the order that is told, from a file of values.
    let plain = rows("王桂兰,1958,13900000001,人民桥,本人");
    assert_eq!(plain[0].entry.as_ref().unwrap(), entries[0]);
}

#[test]
fn what_cannot_be_used_says_why() {
    assert_eq!(wrongs("\t1958\t13900000001"), [Wrong::Name]);
    for year in [
        "",
        "58",
        "440301195803120000",
        "1858",
        "2027",
        "12月",
        "1958岁",
    ] {
        assert_eq!(
            wrongs(&format!("王桂兰\t{year}\t13900000001")),
            [Wrong::BirthYear],
            "{year}"
        );
    }
    assert_eq!(wrongs("王桂兰\t1958\t1390000"), [Wrong::Phone]);
    assert_eq!(
        wrongs("王桂兰\t1958\t13900000001\t火星\t"),
        [Wrong::Community]
    );
    assert_eq!(
        wrongs("王桂兰\t1958\t13900000001\t\t仇人"),
        [Wrong::Relation]
    );
    assert_eq!(wrongs("王小宝\t2016\t13900000001"), [Wrong::NeedsGuardian]);
    assert_eq!(wrongs("王桂兰\t1958\t"), [Wrong::NothingToTellApart]);
    let open = read("王桂兰\t1958\t", &asked(Some("向西")), now()).unwrap();
    assert!(
        open.rows[0].entry.is_ok(),
        "the list's community tells them apart"
    );
}

#[test]
fn rows_of_the_same_number_are_one_family() {
    let list = rows(
        "王桂兰\t1958\t13900000001\n王桂兰\t1958\t13900000001\n李建国\t1955\t13900000001\n\
         李建国\t1955\t13900000001\t\t配偶\n王桂兰\t1958\t\t向西\n王桂兰\t1958\t\t人民桥\n王桂兰\t1958\t\t向西社区",
    );
    let told: Vec<Option<Wrong>> = list
        .into_iter()
        .map(|row| row.entry.err().map(|(_, wrong)| wrong))
        .collect();
    let expected = [
        None,
        Some(Wrong::Twice { row: 1 }),
        Some(Wrong::SecondHolder { row: 1 }),
        None,
        None,
        None,
        Some(Wrong::Twice { row: 5 }),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_list_has_its_limits() {
    let refused = |text: &str| read(text, &asked(None), now()).unwrap_err();
    assert_eq!(
        refused(" \n\t\n"),
        Refusal::invalid("rows", Reason::Missing)
    );
    assert_eq!(
        refused("姓名\t手机号"),
        Refusal::invalid("rows", Reason::Missing)
    );
    let many = "王\t1958\t\n".repeat(MOST_ROWS + 1);
    assert_eq!(refused(&many), Refusal::invalid("rows", Reason::TooMany));
    let long = "王".repeat(MOST_BYTES);
    assert_eq!(refused(&long), Refusal::invalid("rows", Reason::TooLarge));
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in "\\PC*") {
        let _ = read(&text, &asked(None), now());
    }

    #[test]
    fn no_two_rows_that_are_taken_say_the_same(
        cells in prop::collection::vec(("[王李]", 1950u16..1953, "1390000000[12]|", "向西|人民桥|", "本人|配偶|"), 1..12),
    ) {
        let lines: Vec<String> = cells
            .iter()
            .map(|(name, year, phone, community, relation)| format!("{name}\t{year}\t{phone}\t{community}\t{relation}"))
            .collect();
        let taken: Vec<Entry> = rows(&lines.join("\n")).into_iter().filter_map(|row| row.entry.ok()).collect();
        for (n, one) in taken.iter().enumerate() {
            for other in &taken[n + 1..] {
                let same = (&one.name, one.birth_year, &one.phone) == (&other.name, other.birth_year, &other.phone);
                prop_assert!(!same || (one.phone.is_none() && one.community != other.community));
            }
        }
    }
}
