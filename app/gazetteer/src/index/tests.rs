use super::*;
use crate::{data::centers, keys::search_keys};
use proptest::prelude::*;
use std::{sync::LazyLock, time::Instant};

static INDEX: LazyLock<Index> =
    LazyLock::new(|| Index::new(centers().iter().map(Entry::from).collect()));

fn first(query: &str) -> Hit<'static> {
    INDEX
        .find(query, 1)
        .into_iter()
        .next()
        .unwrap_or_else(|| panic!("nothing for {query}"))
}

fn ids(query: &str) -> Vec<&'static str> {
    INDEX
        .find(query, 50)
        .into_iter()
        .map(|hit| hit.entry.id.as_str())
        .collect()
}

#[test]
fn one_center_is_found_in_every_way_that_people_type() {
    for (query, why) in [
        ("大塘龙社区党群服务中心", Why::Name),
        ("大塘龙", Why::Name),
        (" 大塘龍社區 ", Why::Name),
        ("大塘龍社區黨群服務中心", Why::Name),
        ("大塘", Why::NamePrefix),
        ("塘龙", Why::NamePart),
        ("datanglong", Why::Pinyin),
        ("DaTangLong", Why::Pinyin),
        ("ｄａｔａｎｇｌｏｎｇ", Why::Pinyin),
        ("dà táng lóng", Why::Pinyin),
        ("da tang long", Why::Pinyin),
        ("datanglongshequ", Why::Pinyin),
        ("dtl", Why::Initials),
        ("ＤＴＬ", Why::Initials),
        ("datangl", Why::PinyinPrefix),
        ("大tang", Why::PinyinPrefix),
        ("tanglong", Why::PinyinPart),
        ("SZ440303001-01", Why::Code),
        ("440303001-01", Why::Code),
    ] {
        let hit = first(query);
        assert_eq!(
            hit.entry.id, "SZ440303001-01",
            "{query}: {}",
            hit.entry.name
        );
        assert_eq!(hit.why, [why], "{query}");
    }
}

#[test]
fn traditional_characters_find_simplified_names() {
    for (query, name) in [
        ("黃貝嶺", "黄贝岭社区党群服务中心"),
        ("崗廈", "岗厦社区党群服务中心"),
        ("蓮塘", "莲塘社区党群服务中心"),
        ("鹽田社區", "盐田社区党群服务中心"),
        ("後海", "后海社区党群服务中心"),
    ] {
        assert_eq!(first(query).entry.name, name, "{query}");
    }
    assert!(
        INDEX
            .find("龍崗區", 200)
            .iter()
            .any(|hit| hit.entry.district == "龙岗区" && hit.why == [Why::District])
    );
}

#[test]
fn characters_with_several_readings_are_found_by_each() {
    for (query, part) in [
        ("gangxia", "岗厦"),
        ("songyuanxia", "松元厦"),
        ("xichong", "西涌"),
        ("xiyong", "西涌"),
        ("huangbu", "黄埔"),
        ("huangpu", "黄埔"),
        ("changzhen", "长圳"),
        ("xikeng", "茜坑"),
        ("qiankeng", "茜坑"),
        ("lvjing", "绿景"),
        ("lujing", "绿景"),
        ("maling", "孖岭"),
        ("bujixu", "布吉圩"),
    ] {
        let found = INDEX.find(query, 5);
        assert!(
            found.iter().any(|hit| hit.entry.name.starts_with(part)),
            "{query}: {found:?}"
        );
    }
}

#[test]
fn words_must_all_fit_in_any_order() {
    let hit = first("luohu dtl");
    assert_eq!(
        (hit.entry.id.as_str(), hit.why),
        ("SZ440303001-01", vec![Why::District, Why::Initials])
    );
    assert_eq!(first("dtl luohu").entry.id, "SZ440303001-01");
    let bantian = INDEX.find("龙岗 坂田", 50);
    assert_eq!(bantian[0].entry.community, "坂田社区");
    assert!(
        bantian
            .iter()
            .all(|hit| hit.entry.subdistrict == "坂田街道"),
        "{bantian:?}"
    );
    assert!(bantian.len() >= 13);
    assert_eq!(
        ids("龙岗区，坂田街道"),
        ids("longgang bantian")
            .into_iter()
            .filter(|id| ids("龙岗 坂田").contains(id))
            .collect::<Vec<_>>()
    );
    assert!(INDEX.find("福田 大塘龙", 5).is_empty());
}

#[test]
fn a_place_glued_in_front_of_a_name_is_understood() {
    for query in [
        "罗湖大塘龙",
        "罗湖区大塘龙社区",
        "羅湖區桂園街道大塘龍社區",
        "桂园大塘龙",
        "luohudatanglong",
        "luohudtl",
        "深圳市罗湖区大塘龙",
    ] {
        assert_eq!(first(query).entry.id, "SZ440303001-01", "{query}");
    }
    assert_eq!(first("罗湖大塘龙").why, [Why::District, Why::Name]);
    assert_eq!(
        first("罗湖区桂园大塘龙").why,
        [Why::District, Why::Subdistrict, Why::Name]
    );
    assert!(
        INDEX
            .find("龙岗坂田", 50)
            .iter()
            .any(|hit| hit.why == [Why::District, Why::Subdistrict])
    );
}

#[test]
fn better_reasons_come_first() {
    for query in [
        "龙岗", "longgang", "lg", "大", "long", "futian", "新湖", "田心",
    ] {
        let scores: Vec<u32> = INDEX
            .find(query, 100)
            .iter()
            .map(|hit| hit.why.iter().map(|why| *why as u32 + 1).sum())
            .collect();
        assert!(
            !scores.is_empty() && scores.is_sorted(),
            "{query}: {scores:?}"
        );
    }
    assert_eq!(first("龙岗").entry.community, "龙岗社区");
    assert_eq!(first("luohu").why, [Why::PinyinPrefix]);
    assert_eq!(
        INDEX.find("大塘龙", 5).len(),
        2,
        "the second site comes after the first"
    );
    assert!(INDEX.find("大塘龙", 5)[1].entry.name.contains("第二"));
}

#[test]
fn equal_names_are_all_found_and_told_apart_by_their_place() {
    let tianxin = INDEX.find("田心", 20);
    assert!(tianxin.iter().filter(|hit| hit.why == [Why::Name]).count() >= 3);
    let one = INDEX.find("田心 石岩", 20);
    assert!(
        one.iter().all(|hit| hit.entry.subdistrict == "石岩街道"),
        "{one:?}"
    );
}

#[test]
fn noise_alone_finds_all_and_nothing_finds_nothing() {
    assert_eq!(INDEX.find("社区党群服务中心", 1000).len(), 668);
    assert_eq!(INDEX.find("shequ", 1000).len(), 668);
    assert!(INDEX.find("社区", 3).iter().all(|hit| hit.why.is_empty()));
    assert!(INDEX.find("", 10).is_empty() && INDEX.find(" 　,，", 10).is_empty());
    assert!(INDEX.find("大塘龙", 0).is_empty());
    assert!(INDEX.find("zzzzqqqq", 10).is_empty());
}

#[test]
fn slips_and_accents_are_forgiven_only_when_nothing_fits() {
    for query in ["datanlong", "dataanglong", "datonglong", "datangnong"] {
        let hit = first(query);
        assert_eq!(
            (hit.entry.community.as_str(), &hit.why[..]),
            ("大塘龙社区", &[Why::Similar][..]),
            "{query}"
        );
    }
    assert!(
        INDEX
            .find("datanglong", 50)
            .iter()
            .all(|hit| !hit.why.contains(&Why::Similar))
    );
}

#[test]
fn an_address_is_found_too() {
    let entry = Entry {
        id: "SZ1".into(),
        name: "东湖社区党群服务中心".into(),
        community: "望湖社区".into(),
        address: "深圳市爱国路3号".into(),
        ..Entry::default()
    };
    let index = Index::new(vec![entry]);
    assert_eq!(index.find("愛國路", 5)[0].why, [Why::Address]);
    assert_eq!(
        index.find("3 aiguolu", 5)[0].why,
        [Why::Address, Why::Address]
    );
    assert_eq!(index.find("望湖", 5)[0].why, [Why::Community]);
}

#[test]
fn the_nearest_come_first_and_unknown_places_are_left_out() {
    let here = Position::parse("22.5450,114.0550").unwrap();
    let near = INDEX.nearest(here, 10);
    assert_eq!(near.len(), 10);
    assert!(near.is_sorted_by_key(|nearby| nearby.metres));
    let least = centers()
        .iter()
        .map(|row| row.position.unwrap().metres_to(here))
        .min()
        .unwrap();
    assert_eq!(near[0].metres, least);
    assert!(
        Index::new(vec![Entry::default()])
            .nearest(here, 5)
            .is_empty()
    );
}

#[test]
fn it_is_quick_with_2500_centers() {
    let entries: Vec<Entry> = centers()
        .iter()
        .cycle()
        .take(2_500)
        .enumerate()
        .map(|(n, row)| Entry {
            id: format!("{}-{n}", row.id),
            address: format!("深圳市{}{}文化路{n}号", row.district, row.subdistrict),
            ..Entry::from(row)
        })
        .collect();
    let started = Instant::now();
    let index = Index::new(entries);
    println!("built in {:?}", started.elapsed());
    for query in [
        "大塘龙",
        "dtl",
        "luohu dtl",
        "datanglong",
        "罗湖大塘龙",
        "l",
        "wenhualu",
        "龙岗 坂田",
        "datanlong",
        "zzzz",
    ] {
        let started = Instant::now();
        let mut found = 0;
        for _ in 0..20 {
            found = index.find(query, 20).len();
        }
        println!("{query}: {found} in {:?}", started.elapsed() / 20);
        assert_eq!(found == 0, query == "zzzz", "{query}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_center_is_found_by_its_keys_among_the_best(n in 0usize..668, short in any::<bool>()) {
        let row = &centers()[n];
        let keys = search_keys(&row.name, "", "", "");
        let queries = [&keys.name].into_iter().chain(&keys.pinyin).chain(keys.initials.iter().filter(|_| short));
        for query in queries {
            let typed = format!("{query} {}", row.subdistrict);
            prop_assert!(INDEX.find(&typed, 20).iter().any(|hit| hit.entry.id == row.id), "{}", typed);
        }
    }

    #[test]
    fn any_text_is_taken_and_the_limit_holds(query in "\\PC{0,30}|[a-z ]{0,20}|[大塘龙龍罗湖 1-9a-z]{0,10}", limit in 0usize..30) {
        let found = INDEX.find(&query, limit);
        prop_assert!(found.len() <= limit);
        let all = INDEX.find(&query, 1000);
        prop_assert_eq!(&found[..], &all[..found.len()]);
    }
}
