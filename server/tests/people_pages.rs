//! Finding a resident of the center, their page, and what can be done from there, without JavaScript.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    FOREIGN, OWN, Stage,
    browser::{Browser, soon},
};
use domain::{
    access::Role,
    person::{BirthYear, PersonName, Phone, Relation},
    place::CommunityKey,
};
use store::{
    desk::{self, Contact, Newcomer},
    testing::TestDb,
};

/// Somebody written down at that center; their id.
async fn resident_of(stage: &Stage, center: &str, contact: Contact, name: &str) -> String {
    let who = Newcomer {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::new(1950, common::now()).unwrap(),
        relation: Relation::Myself,
        community: Some(CommunityKey::new("440303001", "大塘龙")),
        consent: None,
    };
    let at: domain::id::CenterId = center.parse().unwrap();
    let made = desk::register(&stage.test.db, &stage.system(), &at, contact, who).await;
    made.unwrap().1.to_string()
}

fn phone(digits: &str) -> Contact {
    Contact::Phone(Phone::parse(digits).unwrap())
}

async fn a_resident_is_found_and_booked_for(test: TestDb) {
    let stage = Stage::new(test).await;
    let li = resident_of(&stage, OWN, phone("13911112222"), "李明").await;
    let other = resident_of(&stage, FOREIGN, phone("13911113333"), "李明辉").await;
    let at = soon(&stage).await;
    let mut desk = Browser::staff(&stage, "desk", Role::SocialWorker, OWN).await;
    // The header and the first page lead there.
    let to = desk.get(&stage, "/staff/people").await.is(303);
    assert_eq!(
        to.header("location"),
        format!("/staff/centers/{OWN}/people")
    );
    let search = format!("/staff/centers/{OWN}/people");
    let first = desk.get(&stage, "/staff").await.is(200);
    assert!(first.text.contains(&format!("href=\"{search}\"")));
    // By initials, and by the end of the number; never anybody of another center.
    for typed in ["lm", "李明", "2222", "139 1111 2222"] {
        let found = desk
            .press(&stage, (&search, &search), &[("q", typed)])
            .await
            .is(200);
        assert!(found.text.contains("找到 1 人"), "{typed}: {}", found.text);
        assert!(found.text.contains("139****2222"), "masked");
        assert!(!found.text.contains("13911112222") || typed.starts_with("139"));
        assert!(found.text.contains(&format!("{search}/{li}")));
        assert!(!found.text.contains(&other));
    }
    let none = [("q", "3333")];
    let none = desk.press(&stage, (&search, &search), &none).await.is(200);
    assert!(none.text.contains("没有找到这个人"), "{}", none.text);
    // Too little is said beside the field.
    for typed in ["", "李"] {
        let told = desk
            .press(&stage, (&search, &search), &[("q", typed)])
            .await
            .is(422);
        assert!(told.text.contains("id=\"q-error\""), "{typed}");
    }
    let nul = [("q", "李\0明")];
    desk.post(&stage, &search, &nul).await.is(422);

    let page = format!("{search}/{li}");
    let shown = desk.get(&stage, &page).await.is(200);
    assert!(shown.text.contains("李明") && shown.text.contains("139****2222"));
    assert!(shown.text.contains("没有还没到的预约和班次"));
    let foreign = format!("{search}/{other}");
    desk.get(&stage, &foreign).await.is(404);
    desk.get(&stage, &format!("{foreign}/book")).await.is(404);

    let book = format!("{page}/book");
    let dates = desk.get(&stage, &book).await.is(200);
    let date = format!("{book}?occurrence={at}");
    assert!(dates.text.contains(&date), "{}", dates.text);
    let done = desk
        .press(&stage, (&date, &book), &[("channel", "telephone")])
        .await
        .is(303);
    let shown = desk.get(&stage, done.header("location")).await.is(200);
    assert!(shown.text.contains("报上了，已确认"), "{}", shown.text);
    assert!(shown.text.contains(&format!("/staff/occurrences/{at}")));
    assert!(shown.text.contains("/cancel\""), "a way to cancel");
    let booked = "SELECT COUNT(*) FROM booking WHERE channel = 'telephone' AND state = 'confirmed'";
    assert_eq!(stage.test.number(booked).await, 1);
    // The same date a second time is refused with the reason.
    let again = desk.get(&stage, &date).await.is(200);
    assert!(again.text.contains("role=\"alert\""), "{}", again.text);

    let mut english = desk.clone();
    english.cookies.push(("lang".into(), "en".into()));
    let shown = english.get(&stage, &page).await.is(200);
    assert!(shown.text.contains("Coming up") && shown.text.contains("Book for them"));
    let none = english.get(&stage, &search).await.is(200);
    assert!(none.text.contains("At least two characters of the name"));
}

async fn a_number_is_given_to_who_had_none(test: TestDb) {
    let stage = Stage::new(test).await;
    let alone = Contact::None { is_another: false };
    let who = resident_of(&stage, OWN, alone, "陈阿婆").await;
    resident_of(&stage, OWN, phone("13911112222"), "李明").await;
    let mut desk = Browser::staff(&stage, "desk", Role::CenterManager, OWN).await;
    let page = format!("/staff/centers/{OWN}/people/{who}");
    let action = format!("{page}/phone");
    let shown = desk.get(&stage, &page).await.is(200);
    assert!(shown.text.contains("没有手机号"), "{}", shown.text);
    for wrong in ["12", "13911112222"] {
        let told = desk
            .press(&stage, (&page, &action), &[("phone", wrong)])
            .await
            .is(422);
        assert!(told.text.contains("id=\"phone-error\""), "{wrong}");
    }
    let given = desk
        .press(&stage, (&page, &action), &[("phone", "139 1111 4444")])
        .await
        .is(303);
    let shown = desk.get(&stage, given.header("location")).await.is(200);
    assert!(shown.text.contains("手机号已补上") && shown.text.contains("139****4444"));
    assert!(!shown.text.contains(&action), "asked for once");
    let search = format!("/staff/centers/{OWN}/people");
    let found = desk
        .press(&stage, (&search, &search), &[("q", "4444")])
        .await
        .is(200);
    assert!(found.text.contains("陈阿婆"));
}

async fn one_person_who_is_there_twice_is_merged_and_taken_apart(test: TestDb) {
    let stage = Stage::new(test).await;
    let alone = Contact::None { is_another: false };
    let old = resident_of(&stage, OWN, alone, "陈阿婆").await;
    let new = resident_of(&stage, OWN, phone("13911112222"), "陈阿婆").await;
    let at = soon(&stage).await;
    let mut desk = Browser::staff(&stage, "desk", Role::SocialWorker, OWN).await;
    let all = format!("/staff/centers/{OWN}/people");
    let book = async |desk: &mut Browser, who: &str| {
        let page = format!("{all}/{who}/book");
        let date = format!("{page}?occurrence={at}");
        desk.press(&stage, (&date, &page), &[]).await.is(303);
    };
    book(&mut desk, &old).await;
    // They are proposed to people; nothing is done by itself.
    let search = desk.get(&stage, &all).await.is(200);
    let alike = format!("{all}/alike");
    assert!(search.text.contains(&alike));
    let pairs = desk.get(&stage, &alike).await.is(200);
    assert!(pairs.text.contains("社区相同"), "{}", pairs.text);
    // The one with a number stays: the other way round says so.
    let wrong = desk
        .get(&stage, &format!("{all}/{new}/merge?into={old}"))
        .await
        .is(409);
    assert!(wrong.text.contains("反过来合并"), "{}", wrong.text);
    // The other one is found by the search that finds everybody.
    let merge = format!("{all}/{old}/merge");
    let found = desk
        .press(&stage, (&merge, &merge), &[("q", "2222")])
        .await
        .is(200);
    let preview = format!("{merge}?into={new}");
    assert!(found.text.contains(&preview), "{}", found.text);
    let shown = desk.get(&stage, &preview).await.is(200);
    assert!(shown.text.contains("会跟过去：1 项"), "{}", shown.text);
    assert!(shown.text.contains("139****2222") && !shown.text.contains("13911112222"));
    // Both booked on one date: settled first.
    book(&mut desk, &new).await;
    let told = desk.get(&stage, &preview).await.is(409);
    assert!(told.text.contains("两份都报了"), "{}", told.text);
    assert!(told.text.contains("/cancel\""));
    let page = format!("{all}/{new}");
    let shown = desk.get(&stage, &page).await.is(200);
    let cancel = common::browser::between(&shown.text, "href=\"/staff/bookings/", "/cancel");
    let cancel = format!("/staff/bookings/{cancel}/cancel");
    desk.press(&stage, (&cancel, &cancel), &[]).await.is(303);
    let done = desk.press(&stage, (&preview, &merge), &[]).await.is(303);
    let kept = desk.get(&stage, done.header("location")).await.is(200);
    assert!(kept.text.contains("已经合并成一个人"), "{}", kept.text);
    assert!(kept.text.contains(&format!("/staff/occurrences/{at}")));
    // The old address leads to the one who stays.
    let moved = desk.get(&stage, &format!("{all}/{old}")).await.is(303);
    assert_eq!(moved.header("location"), page);
    let undo = format!("{page}/unmerge");
    let undone = desk.press(&stage, (&page, &undo), &[]).await.is(200);
    assert!(undone.text.contains("又是两个人了"), "{}", undone.text);
    let back = desk.get(&stage, &format!("{all}/{old}")).await.is(200);
    assert!(back.text.contains(&format!("/staff/occurrences/{at}")));
    // Two people are not proposed again.
    let apart = desk.press(&stage, (&alike, &alike), &[]).await.is(303);
    let pairs = desk.get(&stage, apart.header("location")).await.is(200);
    assert!(!pairs.text.contains("社区相同"), "{}", pairs.text);
    desk.cookies.push(("lang".into(), "en".into()));
    let english = desk.get(&stage, &preview).await.is(200);
    assert!(english.text.contains("Merge into one person"));
}

store::on_both_databases! {
    one_person_who_is_there_twice_is_merged_and_taken_apart => super::one_person_who_is_there_twice_is_merged_and_taken_apart,
    a_resident_is_found_and_booked_for => super::a_resident_is_found_and_booked_for,
    a_number_is_given_to_who_had_none => super::a_number_is_given_to_who_had_none,
}
