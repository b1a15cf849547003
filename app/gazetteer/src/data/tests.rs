use super::*;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn there_are_668_centers_of_642_communities_in_74_subdistricts() {
    let rows: Vec<CenterRow> = parse_centers(CENTERS_CSV)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(rows.len(), 668);
    assert_eq!(rows, centers());
    assert_eq!(rows.iter().filter(|row| row.second_site_demo).count(), 26);
    let first: BTreeSet<_> = rows
        .iter()
        .filter(|row| !row.second_site_demo)
        .map(|row| (&row.subdistrict_code, &row.community))
        .collect();
    assert_eq!(first.len(), 642);
    let unique = |of: fn(&CenterRow) -> &str| rows.iter().map(of).collect::<BTreeSet<_>>().len();
    assert_eq!(unique(|row| &row.id), 668);
    assert_eq!(unique(|row| &row.subdistrict_code), 74);
    assert_eq!(unique(|row| &row.district_code), 10);
    assert_eq!(unique(|row| row.phone.as_deref().unwrap()), 668);
}

#[test]
fn each_center_is_told_apart_and_its_demo_parts_are_flagged() {
    let mut places = BTreeSet::new();
    for row in centers() {
        assert!(
            row.coordinates_demo && row.position.is_some() && row.hours.is_some(),
            "{}",
            row.id
        );
        assert!(
            row.phone
                .as_ref()
                .is_some_and(|phone| phone.starts_with("0755-0000 ")),
            "{}",
            row.id
        );
        assert_eq!(row.address, None, "{}", row.id);
        assert!(row.id.starts_with(&format!("SZ{}-", row.subdistrict_code)));
        assert_eq!(
            row.name.contains("虚构示例"),
            row.second_site_demo,
            "{}",
            row.id
        );
        assert!(!row.name_source.is_empty());
        if row.district_code == "SZ-DP" {
            assert_eq!(row.district, "大鹏新区");
        } else {
            assert!(row.subdistrict_code.starts_with(&row.district_code));
        }
        places.insert((row.position.unwrap().lat(), row.position.unwrap().lng()));
    }
    assert_eq!(places.len(), 668, "no two centers at one point");
}

#[test]
fn fields_are_complete_and_in_order() {
    let fields = fields().unwrap();
    let codes: BTreeSet<_> = fields.iter().map(|field| field.code.as_str()).collect();
    for code in "party gov convenience culture child youth elder disabled health psychology legal job volunteer aid".split(' ') {
        assert!(codes.contains(code), "{code}");
    }
    assert_eq!(codes.len(), fields.len());
    let icons: BTreeSet<_> = fields.iter().map(|field| field.icon.as_str()).collect();
    assert_eq!(icons.len(), fields.len());
    assert!(fields.is_sorted_by(|a, b| a.sort < b.sort));
    for field in &fields {
        assert!(
            field.code.bytes().all(|b| b.is_ascii_lowercase()),
            "{}",
            field.code
        );
        assert_eq!(field.icon.chars().count(), 1, "{}", field.code);
        assert!(
            is_chinese(&field.name_zh) && is_english(&field.name_en),
            "{}",
            field.code
        );
    }
    for code in ["disabled", "psychology", "aid", "drugs"] {
        assert!(
            fields
                .iter()
                .any(|field| field.code == code && field.sensitive),
            "{code}"
        );
    }
}

#[test]
fn menu_items_say_everything_in_both_languages() {
    let fields: BTreeSet<String> = fields()
        .unwrap()
        .into_iter()
        .map(|field| field.code)
        .collect();
    let items = menu().unwrap();
    assert!(items.len() >= 60, "{}", items.len());
    let codes: BTreeSet<_> = items.iter().map(|item| &item.code).collect();
    assert_eq!(codes.len(), items.len());
    let mut a_field: BTreeMap<&str, usize> = BTreeMap::new();
    for item in &items {
        assert!(fields.contains(&item.field), "{}", item.code);
        *a_field.entry(&item.field).or_default() += 1;
        assert!(item.min_age <= item.max_age.or(Some(130)), "{}", item.code);
        for (text, fits) in [
            (&item.texts.zh_cn, is_chinese as fn(&str) -> bool),
            (&item.texts.en, is_english),
        ] {
            for part in [
                &text.name,
                &text.for_whom,
                &text.bring,
                &text.when,
                &text.place,
                &text.how_to_get,
            ] {
                assert!(fits(part), "{}: {part}", item.code);
            }
            let json = serde_json::to_string(text).unwrap();
            let texts: domain::menu::ItemTexts = serde_json::from_str(&json).unwrap();
            assert_eq!(texts.place.as_ref(), Some(&text.place));
            assert_eq!(texts.how_to_get.as_ref(), Some(&text.how_to_get));
            assert_eq!(texts.check(), Ok(()), "{}", item.code);
        }
        assert!(item.how.as_str().parse::<domain::menu::ItemHow>().is_ok());
    }
    assert_eq!(a_field.len(), fields.len());
    assert!(a_field.values().all(|n| (3..=6).contains(n)), "{a_field:?}");
}

#[test]
fn activities_fit_the_menu_and_themselves() {
    let items: BTreeMap<String, MenuItem> = menu()
        .unwrap()
        .into_iter()
        .map(|item| (item.code.clone(), item))
        .collect();
    let activities = activities().unwrap();
    assert!(activities.len() >= 40, "{}", activities.len());
    let codes: BTreeSet<_> = activities.iter().map(|activity| &activity.code).collect();
    assert_eq!(codes.len(), activities.len());
    for activity in &activities {
        let code = &activity.code;
        let item = items
            .get(&activity.item)
            .unwrap_or_else(|| panic!("{code}: no item {}", activity.item));
        assert_eq!(item.field, activity.field, "{code}");
        assert_ne!(
            item.how,
            How::Request,
            "{code}: what is asked for has no dates"
        );
        assert!(activity.min_age <= activity.max_age.or(Some(130)), "{code}");
        for text in [
            &activity.texts.zh_cn.title,
            &activity.texts.zh_cn.summary,
            &activity.texts.zh_cn.room,
        ] {
            assert!(is_chinese(text), "{code}: {text}");
        }
        for text in [
            &activity.texts.en.title,
            &activity.texts.en.summary,
            &activity.texts.en.room,
        ] {
            assert!(is_english(text), "{code}: {text}");
        }
        assert!(
            activity.capacity > 0 && activity.held_back <= activity.capacity,
            "{code}"
        );
        assert_eq!(
            activity.held_back > 0,
            activity.held_until_minutes_before.is_some(),
            "{code}"
        );
        let drop_in = activity.allocation == Allocation::DropIn;
        assert_eq!(drop_in, activity.booking_opens.is_none(), "{code}");
        assert_eq!(
            drop_in,
            activity.booking_closes_minutes_before.is_none(),
            "{code}"
        );
        assert_eq!(drop_in, activity.cancel_cutoff_minutes.is_none(), "{code}");
        assert!(!drop_in || activity.waitlist_capacity == 0, "{code}");
        assert!(
            activity.enrolment == Enrolment::Single || activity.sessions > 1,
            "{code}"
        );
        assert!(
            activity.kind != Kind::Casework || activity.capacity == 1,
            "{code}"
        );
        assert!(
            (15..=240).contains(&activity.duration_minutes) && activity.slots_a_day >= 1,
            "{code}"
        );
        assert!(
            activity
                .kind
                .as_str()
                .parse::<domain::activity::Kind>()
                .is_ok()
        );
        assert!(
            activity
                .unit
                .as_str()
                .parse::<domain::activity::Unit>()
                .is_ok()
        );
        assert!(
            activity
                .enrolment
                .as_str()
                .parse::<domain::activity::Enrolment>()
                .is_ok()
        );
        assert!(
            activity
                .allocation
                .as_str()
                .parse::<domain::activity::Allocation>()
                .is_ok()
        );
    }
}

#[test]
fn sensitive_activities_have_titles_that_tell_nothing() {
    let fields = fields().unwrap();
    let items = menu().unwrap();
    let telling = [
        "残", "心理", "困难", "戒毒", "吸毒", "康复", "抑郁", "法律", "律师", "纠纷",
    ];
    for activity in activities().unwrap() {
        let field = fields
            .iter()
            .any(|field| field.code == activity.field && field.sensitive);
        let item = items
            .iter()
            .any(|item| item.code == activity.item && item.sensitive);
        if field || item {
            let title = &activity.texts.zh_cn.title;
            assert!(!telling.iter().any(|word| title.contains(word)), "{title}");
        }
    }
}

#[test]
fn every_rule_makes_as_many_days_as_it_says_from_a_first_day_that_fits_it() {
    for activity in activities().unwrap() {
        let code = &activity.code;
        for from in ["2026-11-23", "2027-01-31", "2028-02-29", "2026-12-06"] {
            let first = activity.start.first_day(from.parse().unwrap()).unwrap();
            assert!(first >= from.parse::<NaiveDate>().unwrap());
            let Some(rule) = &activity.rrule else {
                assert_eq!(activity.sessions, 1, "{code}");
                continue;
            };
            assert!(rule.starts_with("FREQ="), "{code}");
            let start = domain::time::Timestamp::parse(&format!("{first}T{}", activity.start.time))
                .unwrap();
            let end = start.plus(i64::from(activity.duration_minutes) * domain::time::MINUTE);
            let span = domain::time::Span::new(start, end).unwrap();
            let days = domain::recurrence::expand(rule, span, &[])
                .unwrap_or_else(|e| panic!("{code}: {e:?}"));
            assert_eq!(days.len(), usize::from(activity.sessions), "{code}");
            // The first sitting is taken as it is, so seen from the day before, the rule itself
            // must fall on it.
            let day = domain::time::DAY;
            let before = domain::time::Span::new(start.plus(-day), end.plus(-day)).unwrap();
            let seen = domain::recurrence::expand(rule, before, &[]).unwrap();
            assert!(
                seen.iter().any(|sitting| sitting.start() == start),
                "{code} from {first}"
            );
        }
    }
}

#[test]
fn the_patterns_that_centers_really_run_are_there() {
    let activities = activities().unwrap();
    let by = |code: &str| {
        activities
            .iter()
            .find(|activity| activity.code == code)
            .unwrap()
    };
    let council = by("children-council");
    assert_eq!(
        (council.min_age, council.max_age, council.sessions),
        (Some(7), Some(16), 4)
    );
    assert_eq!(council.enrolment, Enrolment::Series);
    assert_eq!(by("lego").unit, Unit::Pairs);
    assert_eq!(by("flea-market").unit, Unit::Households);
    let after_school = by("after-school");
    assert_eq!(
        (
            after_school.start.weekday.as_str(),
            after_school.start.time.as_str()
        ),
        ("TH", "16:30")
    );
    assert_eq!(after_school.allocation, Allocation::DropIn);
    assert!(by("elder-tea").capacity >= 40);
    assert_eq!(by("service-day").start.week, Some(-1));
    assert_eq!(
        (by("tutoring").capacity, by("tutoring").start.time.as_str()),
        (25, "18:30")
    );
    assert_eq!((by("sushi").capacity, by("sushi").unit), (20, Unit::Pairs));
    let legal = by("private-advice-legal");
    assert_eq!((legal.kind, legal.duration_minutes), (Kind::Casework, 30));
}

#[test]
fn the_last_sunday_of_a_month_is_found() {
    let start = Start {
        weekday: "SU".into(),
        week: Some(-1),
        time: "09:30".into(),
    };
    let first = |from: &str| start.first_day(from.parse().unwrap()).unwrap().to_string();
    assert_eq!(first("2026-11-23"), "2026-11-29");
    assert_eq!(first("2026-11-30"), "2026-12-27");
    assert_eq!(first("2027-02-01"), "2027-02-28");
}

#[test]
fn the_cast_is_invented_and_lives_at_centers_that_exist() {
    let people = people().unwrap();
    assert_eq!(people.residents.len(), 20);
    let exists = |id: &str| centers().iter().any(|row| row.id == id);
    for (n, resident) in people.residents.iter().enumerate() {
        assert_eq!(resident.phone, format!("138000000{:02}", n + 1));
        assert!(domain::person::Phone::parse(&resident.phone).is_ok());
        assert!(exists(&resident.center), "{}", resident.phone);
        assert!(resident.volunteer || resident.skills.is_empty());
        for member in &resident.family {
            assert!(
                member.birth_year < 2012 || member.guardian_consent,
                "{}",
                member.name
            );
            assert!(
                member
                    .relation
                    .as_str()
                    .parse::<domain::person::Relation>()
                    .is_ok()
            );
        }
    }
    assert!(
        people
            .residents
            .iter()
            .filter(|resident| resident.volunteer)
            .count()
            >= 5
    );
    let mut names = BTreeSet::new();
    for staff in &people.staff {
        assert!(names.insert(&staff.username));
        assert!(
            staff.role.parse::<domain::access::Role>().is_ok(),
            "{}",
            staff.username
        );
        match domain::access::Scope::parse(&staff.scope).unwrap() {
            domain::access::Scope::City => {}
            scope => assert!(
                centers().iter().any(|row| match &scope {
                    domain::access::Scope::District(code) => row.district_code == *code,
                    domain::access::Scope::Subdistrict(code) => row.subdistrict_code == *code,
                    domain::access::Scope::Center(id) => row.id == id.as_str(),
                    domain::access::Scope::City => false,
                }),
                "{}",
                staff.scope
            ),
        }
    }
    assert!(!PEOPLE_JSON.contains("password"));
}

fn is_chinese(text: &str) -> bool {
    text.trim() == text && text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn is_english(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && !text.chars().any(|c| ('\u{2e80}'..='\u{ffef}').contains(&c))
}
