//! The service menu, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

mod common;

use common::*;
use domain::{
    Reason, Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    id::{CenterId, MenuItemId},
    menu::{Fork, ItemHow, ItemTexts, Locked, Overrides, TextField},
    person::AgeRange,
};
use store::{
    Act, Db,
    menu::{self, Item, NewItem, TemplateEdit},
    testing::TestDb,
};

fn here() -> CenterId {
    CENTER.parse().unwrap()
}

fn template() -> MenuItemId {
    id(0xf000_0001)
}

async fn city(test: &TestDb) {
    center(test, &[], "single").await;
    let texts = r#"{"name":"四点半课堂","for_whom":"小学生","bring":"作业"}"#;
    test.arrange(vec![
        "INSERT INTO service_field (code, name_zh, name_en, sort) VALUES ('child', '儿童', 'Children', 0)".into(),
        format!(
            "INSERT INTO menu_item (id, code, field, how, texts_zh, texts_en, status)
             VALUES ('{}', 'after-school', 'child', 'walk_in', '{texts}', '{{\"name\":\"After-school room\"}}', 'on')",
            template()
        ),
        "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
         community, name_source, status) VALUES ('SZ440303001-02', '隔壁', '440303', '罗湖区',
         '440303001', '桂园街道', '隔壁社区', '', 'open')".into(),
    ])
    .await;
}

async fn names(db: &Db, center: &str) -> Vec<String> {
    let menu = menu::of_center(db, &center.parse().unwrap()).await.unwrap();
    menu.into_iter()
        .flat_map(|f| f.items)
        .map(|i| i.texts_zh.name)
        .collect()
}

fn refused<T: std::fmt::Debug>(result: store::Result<T>) -> Refusal {
    result.unwrap_err().refusal().expect("a refusal").clone()
}

fn own(name: &str) -> NewItem {
    NewItem {
        field: "elder".into(),
        how: ItemHow::Book,
        ages: AgeRange {
            min: Some(60),
            max: None,
        },
        texts_zh: ItemTexts {
            name: name.into(),
            ..ItemTexts::default()
        },
        texts_en: None,
    }
}

async fn a_center_says_some_of_it_in_its_own_words(test: TestDb) {
    city(&test).await;
    let (db, act) = (&test.db, social_worker());
    let say = Overrides {
        bring: Some(" 作业和水杯 ".into()),
        for_whom: Some("小学生".into()),
        ..Overrides::default()
    };
    let item = menu::override_texts(
        db,
        &act,
        &here(),
        &template(),
        say.clone(),
        Overrides::default(),
        Some(0),
    )
    .await
    .unwrap();
    assert_eq!(item.texts_zh.bring.as_deref(), Some("作业和水杯"));
    assert_eq!(
        item.overrides_zh.for_whom, None,
        "what says the same is not kept"
    );
    assert_eq!(item.revision, 1);
    // The city's correction still reaches what the center left alone, and only there.
    test.arrange(vec![format!(
        "UPDATE menu_item SET texts_zh = '{{\"name\":\"课后驿站\",\"bring\":\"书包\"}}' WHERE id = '{}'",
        template()
    )])
    .await;
    let item = menu::item(db, &here(), &template()).await.unwrap();
    assert_eq!(item.texts_zh.name, "课后驿站");
    assert_eq!(item.texts_zh.bring.as_deref(), Some("作业和水杯"));
    let next_door = menu::item(db, &"SZ440303001-02".parse().unwrap(), &template())
        .await
        .unwrap();
    assert_eq!(next_door.texts_zh.bring.as_deref(), Some("书包"));
}

async fn what_is_hidden_is_for_the_staff_only(test: TestDb) {
    city(&test).await;
    let (db, act) = (&test.db, social_worker());
    let hidden = menu::set_hidden(db, &act, &here(), &template(), true, None)
        .await
        .unwrap();
    assert!(hidden.hidden);
    assert!(names(db, CENTER).await.is_empty());
    assert_eq!(names(db, "SZ440303001-02").await, ["四点半课堂"]);
    assert_eq!(
        refused(menu::item(db, &here(), &template()).await),
        Refusal::NotFound
    );
    let staff = menu::for_staff(db, &act.caller, &here()).await.unwrap();
    assert!(staff[0].items[0].hidden);
    let stranger = menu::for_staff(db, &Caller::anonymous(), &here()).await;
    assert_eq!(refused(stranger), Refusal::Unauthenticated);
    menu::set_hidden(db, &act, &here(), &template(), false, Some(1))
        .await
        .unwrap();
    assert_eq!(names(db, CENTER).await, ["四点半课堂"]);
    let next_door = "SZ440303001-02".parse().unwrap();
    let elsewhere = menu::set_hidden(db, &act, &next_door, &template(), true, None).await;
    assert_eq!(refused(elsewhere), Refusal::Forbidden);
}

async fn c69_the_second_of_two_edits_is_refused(test: TestDb) {
    city(&test).await;
    let (db, act) = (&test.db, social_worker());
    let say = |text: &str| Overrides {
        when: Some(text.into()),
        ..Overrides::default()
    };
    let (center, item) = (here(), template());
    let edit = |text: &str, revision| {
        menu::override_texts(
            db,
            &act,
            &center,
            &item,
            say(text),
            Overrides::default(),
            Some(revision),
        )
    };
    edit("周一", 0).await.unwrap();
    assert_eq!(refused(edit("周二", 0).await), Refusal::Stale);
    assert_eq!(
        edit("周二", 1).await.unwrap().texts_zh.when.as_deref(),
        Some("周二")
    );
    let mine = menu::add_own(db, &act, &here(), own("长者饭堂"))
        .await
        .unwrap();
    let later = menu::edit_own(db, &act, &here(), &mine.id, own("长者食堂"), Some(1))
        .await
        .unwrap();
    assert_eq!(
        (later.revision, later.texts_zh.name.as_str()),
        (2, "长者食堂")
    );
    assert_eq!(
        refused(menu::edit_own(db, &act, &here(), &mine.id, own("食堂"), Some(1)).await),
        Refusal::Stale
    );
}

async fn a_center_adds_and_removes_items_of_its_own(test: TestDb) {
    city(&test).await;
    let (db, act) = (&test.db, social_worker());
    let mine: Item = menu::add_own(db, &act, &here(), own("长者饭堂"))
        .await
        .unwrap();
    assert!(mine.own && mine.min_age == Some(60));
    assert_eq!(names(db, CENTER).await, ["四点半课堂", "长者饭堂"]);
    assert_eq!(names(db, "SZ440303001-02").await, ["四点半课堂"]);
    let wrong = NewItem {
        field: "nothing".into(),
        ..own("甲")
    };
    assert_eq!(
        refused(menu::add_own(db, &act, &here(), wrong).await),
        Refusal::invalid("field", Reason::UnknownValue)
    );
    assert_eq!(
        refused(menu::add_own(db, &act, &here(), own("  ")).await),
        Refusal::invalid("name", Reason::Missing)
    );
    assert_eq!(
        refused(menu::edit_own(db, &act, &here(), &template(), own("甲"), None).await),
        Refusal::NotFound,
        "the template is not a center's to edit"
    );
    test.arrange(vec![format!(
        "INSERT INTO activity (id, center_id, title, kind, field, menu_item_id, enrolment, status, created_at)
         VALUES ('e1', '{CENTER}', '聚餐', 'group', 'elder', '{}', 'single', 'draft', 0)",
        mine.id
    )])
    .await;
    assert_eq!(
        refused(menu::remove_own(db, &act, &here(), &mine.id, None).await),
        Refusal::invalid("item", Reason::InUse)
    );
    test.arrange(vec!["DELETE FROM activity".into()]).await;
    menu::remove_own(db, &act, &here(), &mine.id, None)
        .await
        .unwrap();
    assert_eq!(names(db, CENTER).await, ["四点半课堂"]);
    assert_eq!(
        test.number("SELECT COUNT(*) FROM audit WHERE subject_kind = 'menu_item'")
            .await,
        2
    );
}

/// Who edits the template of the city.
fn city_admin() -> Act {
    let grants = vec![Grant {
        role: Role::Admin,
        scope: Scope::City,
    }];
    let identity = Identity::Staff(id(3));
    Act::new(Caller { identity, grants }, NOW, ids())
}

/// The template's item with other words for what to bring.
async fn bring(db: &Db, text: &str, locked: &[TextField]) -> store::menu::TemplateItem {
    let before = menu::template_item(db, &city_admin().caller, &template()).await;
    let before = before.unwrap();
    let to = TemplateEdit {
        item: NewItem {
            field: before.field,
            how: before.how,
            ages: AgeRange::default(),
            texts_zh: ItemTexts {
                bring: Some(text.into()),
                ..before.texts_zh
            },
            texts_en: before.texts_en,
        },
        locked: locked.iter().copied().collect(),
        is_on: true,
    };
    menu::edit_template(db, &city_admin(), &template(), to, Some(before.revision))
        .await
        .unwrap()
}

async fn say_bring(db: &Db, text: &str, revision: Option<i64>) -> store::Result<Item> {
    let own = Overrides {
        bring: Some(text.into()),
        ..Overrides::default()
    };
    let none = Overrides::default();
    menu::override_texts(
        db,
        &social_worker(),
        &here(),
        &template(),
        own,
        none,
        revision,
    )
    .await
}

async fn who_has_own_words_is_shown_what_the_city_changed(test: TestDb) {
    city(&test).await;
    let db = &test.db;
    say_bring(db, "作业和水杯", None).await.unwrap();
    let edited = bring(db, "书包", &[]).await;
    assert_eq!(edited.reworded, 1);
    let item = menu::item(db, &here(), &template()).await.unwrap();
    assert_eq!(item.texts_zh.bring.as_deref(), Some("作业和水杯"));
    let fork = Fork {
        field: TextField::Bring,
        was: Some("作业".into()),
        is: Some("书包".into()),
        own: "作业和水杯".into(),
    };
    assert_eq!(item.forks_zh, [fork]);
    let next_door = menu::item(db, &"SZ440303001-02".parse().unwrap(), &template()).await;
    let next_door = next_door.unwrap();
    assert_eq!(next_door.texts_zh.bring.as_deref(), Some("书包"));
    assert!(next_door.forks_zh.is_empty());
    // Saying the same once more keeps it, and has seen it.
    let kept = say_bring(db, "作业和水杯", Some(item.revision))
        .await
        .unwrap();
    assert!(kept.forks_zh.is_empty());
    assert_eq!(kept.texts_zh.bring.as_deref(), Some("作业和水杯"));
    // The next change is another one; taking it leaves nothing of one's own.
    bring(db, "书包、作业", &[]).await;
    let item = menu::item(db, &here(), &template()).await.unwrap();
    assert_eq!(item.forks_zh[0].was.as_deref(), Some("书包"));
    let taken = say_bring(db, "", Some(item.revision)).await.unwrap();
    assert!(taken.forks_zh.is_empty() && taken.overrides_zh.is_empty());
    assert_eq!(taken.texts_zh.bring.as_deref(), Some("书包、作业"));
}

async fn what_the_city_locks_reads_the_same_everywhere(test: TestDb) {
    city(&test).await;
    let db = &test.db;
    say_bring(db, "作业和水杯", None).await.unwrap();
    bring(db, "作业", &[TextField::Bring]).await;
    let item = menu::item(db, &here(), &template()).await.unwrap();
    assert_eq!(item.texts_zh.bring.as_deref(), Some("作业"));
    let refused_now = say_bring(db, "什么都不用带", None).await;
    assert_eq!(
        refused(refused_now),
        Refusal::invalid("bring", Reason::Locked)
    );
    let none = Overrides::default;
    let act = social_worker();
    menu::override_texts(db, &act, &here(), &template(), none(), none(), None)
        .await
        .unwrap();
    bring(db, "作业", &[]).await;
    let item = menu::item(db, &here(), &template()).await.unwrap();
    assert_eq!(
        item.texts_zh.bring.as_deref(),
        Some("作业和水杯"),
        "put aside"
    );
}

async fn the_template_is_the_citys_to_edit(test: TestDb) {
    city(&test).await;
    let db = &test.db;
    let stranger = social_worker();
    let seen = menu::template_of_city(db, &stranger.caller).await;
    assert_eq!(refused(seen), Refusal::Forbidden);
    let to = TemplateEdit {
        item: own("长者饭堂"),
        locked: Locked::new(),
        is_on: true,
    };
    let added = menu::add_template(db, &stranger, to.clone()).await;
    assert_eq!(refused(added), Refusal::Forbidden);
    let added = menu::add_template(db, &city_admin(), to.clone())
        .await
        .unwrap();
    assert_eq!(
        names(db, "SZ440303001-02").await,
        ["四点半课堂", "长者饭堂"]
    );
    let off = TemplateEdit {
        is_on: false,
        ..to.clone()
    };
    let stale = menu::edit_template(db, &city_admin(), &added.id, off.clone(), Some(9)).await;
    assert_eq!(refused(stale), Refusal::Stale);
    menu::edit_template(db, &city_admin(), &added.id, off, Some(1))
        .await
        .unwrap();
    assert_eq!(names(db, "SZ440303001-02").await, ["四点半课堂"]);
    let whole = menu::template_of_city(db, &city_admin().caller)
        .await
        .unwrap();
    let all: usize = whole.iter().map(|group| group.items.len()).sum();
    assert_eq!(all, 2);
    let mine = menu::add_own(db, &stranger, &here(), own("剪发"))
        .await
        .unwrap();
    let own_item = menu::edit_template(db, &city_admin(), &mine.id, to, None).await;
    assert_eq!(
        refused(own_item),
        Refusal::NotFound,
        "a center's own is not the city's"
    );
}

async fn items_are_put_in_order_by_hand(test: TestDb) {
    city(&test).await;
    let db = &test.db;
    let to = |name: &str| TemplateEdit {
        item: NewItem {
            field: "child".into(),
            ..own(name)
        },
        locked: Locked::new(),
        is_on: true,
    };
    let second = menu::add_template(db, &city_admin(), to("绘本"))
        .await
        .unwrap();
    let third = NewItem {
        field: "child".into(),
        ..own("积木")
    };
    let third = menu::add_own(db, &social_worker(), &here(), third)
        .await
        .unwrap();
    assert_eq!(names(db, CENTER).await, ["四点半课堂", "绘本", "积木"]);
    menu::move_item(db, &social_worker(), &here(), &third.id, true)
        .await
        .unwrap();
    assert_eq!(names(db, CENTER).await, ["四点半课堂", "积木", "绘本"]);
    // At the end it stays; the others' menus are as they were, and nothing was said in other words.
    menu::move_item(db, &social_worker(), &here(), &second.id, false)
        .await
        .unwrap();
    assert_eq!(names(db, CENTER).await, ["四点半课堂", "积木", "绘本"]);
    assert_eq!(names(db, "SZ440303001-02").await, ["四点半课堂", "绘本"]);
    menu::move_template(db, &city_admin(), &second.id, true)
        .await
        .unwrap();
    assert_eq!(names(db, "SZ440303001-02").await, ["绘本", "四点半课堂"]);
    assert_eq!(names(db, CENTER).await, ["四点半课堂", "积木", "绘本"]);
    let item = menu::item(db, &here(), &second.id).await.unwrap();
    assert!(item.overrides_zh.is_empty() && !item.hidden);
    bring(db, "书包", &[]).await;
    let item = menu::item(db, &here(), &template()).await.unwrap();
    assert!(item.forks_zh.is_empty(), "no words of its own");
}

store::on_both_databases! {
    a_center_says_some_of_it_in_its_own_words => super::a_center_says_some_of_it_in_its_own_words,
    what_is_hidden_is_for_the_staff_only => super::what_is_hidden_is_for_the_staff_only,
    c69_the_second_of_two_edits_is_refused => super::c69_the_second_of_two_edits_is_refused,
    a_center_adds_and_removes_items_of_its_own => super::a_center_adds_and_removes_items_of_its_own,
    who_has_own_words_is_shown_what_the_city_changed => super::who_has_own_words_is_shown_what_the_city_changed,
    what_the_city_locks_reads_the_same_everywhere => super::what_the_city_locks_reads_the_same_everywhere,
    the_template_is_the_citys_to_edit => super::the_template_is_the_citys_to_edit,
    items_are_put_in_order_by_hand => super::items_are_put_in_order_by_hand,
}
