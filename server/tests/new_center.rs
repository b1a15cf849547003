//! Opening a center: who may, the code that it gets, and what its settings then ask for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{OWN, Stage, browser::Browser, html};
use domain::{
    Reason, Refusal,
    access::{Caller, Grant, Identity, Role, Scope},
    id::{CenterId, StaffId},
};
use store::{
    Act, Error,
    centers::{self, NewCenter},
    testing::TestDb,
};

const NEW: &str = "/staff/centers/new";
const AUDITED: &str = "SELECT COUNT(*) FROM audit WHERE action = 'center.create'";

fn beside(name: &str) -> NewCenter {
    NewCenter {
        beside: OWN.parse().unwrap(),
        name: name.into(),
        community: "新社区".into(),
        address: String::new(),
        phone: String::new(),
    }
}

fn admin(stage: &Stage, scope: &str) -> Act {
    let system = stage.system();
    let id: StaffId = "0190f000-0000-7000-8000-00000000000a".parse().unwrap();
    let caller = Caller {
        identity: Identity::Staff(id),
        grants: vec![Grant {
            role: Role::Admin,
            scope: Scope::parse(scope).unwrap(),
        }],
    };
    system.by(caller)
}

async fn an_administrator_opens_a_center_and_is_led_to_what_it_lacks(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut admin = Browser::staff(&stage, "admin", Role::Admin, "city").await;
    let accounts = admin.get(&stage, "/staff/accounts").await.is(200);
    assert!(accounts.text.contains("href=\"/staff/centers/new\""));

    let wrong = admin
        .press(
            &stage,
            (NEW, NEW),
            &[
                ("center_name", "新社区党群服务中心"),
                ("community", "新社区"),
            ],
        )
        .await
        .is(422);
    assert!(
        wrong.text.contains("id=\"subdistrict-error\""),
        "{}",
        wrong.text
    );
    assert!(
        wrong.text.contains("新社区党群服务中心"),
        "what was entered stays"
    );

    let filled = [
        ("center_name", "新社区党群服务中心"),
        ("subdistrict", OWN),
        ("community", "新社区"),
        ("telephone", "0755-25001234"),
    ];
    let made = admin.press(&stage, (NEW, NEW), &filled).await.is(303);
    let settings = made.header("location").to_owned();
    let page = admin.get(&stage, &settings).await.is(200);
    for words in [
        "中心建好了，编号 SZ440303001-",
        "开门前还差这些",
        "写上每周的开放时间",
        "加上第一间活动室",
        "给中心负责人或社工开账号",
        "配对大厅的触摸屏",
        "安排第一场活动",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(!page.text.contains("写上电话和地址"), "that is there");

    // Each line leads to the form that settles it; the account's form knows where it is for.
    let home = settings.split('?').next().unwrap().to_owned();
    let id = home.split('/').nth(3).unwrap().to_owned();
    let account = format!("/staff/accounts/new?role=center_manager&scope=center:{id}");
    let text = page.text.replace("&amp;", "&");
    assert!(text.contains(&account), "{text}");
    let form = admin.get(&stage, &account).await.is(200);
    let fields = html::filled(&form.text, "/staff/accounts/new", &[]);
    let scope = ("scope".to_owned(), format!("center:{id}"));
    assert!(fields.contains(&scope), "{fields:?}");
    admin
        .press(
            &stage,
            (&account, "/staff/accounts/new"),
            &[("name", "王敏"), ("username", "wang.min")],
        )
        .await
        .is(200);
    let hours = format!("{home}/hours");
    let week = [("mo", "09:00-18:00"), ("tu", "09:00-18:00")];
    admin.press(&stage, (&hours, &hours), &week).await.is(303);
    let room = format!("{home}/rooms/new");
    admin
        .press(&stage, (&room, &room), &[("room", "活动室")])
        .await
        .is(303);
    let page = admin.get(&stage, &home).await.is(200);
    for done in [
        "写上每周的开放时间",
        "加上第一间活动室",
        "给中心负责人或社工开账号",
    ] {
        assert!(!page.text.contains(done), "{done}");
    }
    assert!(page.text.contains("配对大厅的触摸屏"));

    // Residents find it at once.
    let public = admin.get(&stage, &format!("/centers/{id}")).await.is(200);
    assert!(public.text.contains("新社区党群服务中心"));
}

async fn two_at_once_get_two_codes_and_no_center_is_written_over(test: TestDb) {
    let stage = Stage::new(test).await;
    let before = stage.test.number("SELECT COUNT(*) FROM center").await;
    let told = stage.test.number(AUDITED).await;
    let act = admin(&stage, "city");
    let opened = futures_util::future::join_all((0..8).map(|n| {
        let (db, act) = (stage.test.db.clone(), act.clone());
        async move {
            centers::create(&db, &act, beside(&format!("第{n}中心")))
                .await
                .unwrap()
        }
    }))
    .await;
    let mut codes: Vec<&str> = opened.iter().map(CenterId::as_str).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 8, "{codes:?}");
    let after = stage.test.number("SELECT COUNT(*) FROM center").await;
    assert_eq!(after, before + 8);

    let again = centers::create(&stage.test.db, &act, beside("第3中心")).await;
    let taken = Refusal::invalid("center_name", Reason::Taken);
    assert!(matches!(again, Err(Error::Refused(refusal)) if refusal == taken));
    assert_eq!(stage.test.number(AUDITED).await, told + 8);
}

async fn who_administers_a_district_opens_none_elsewhere(test: TestDb) {
    let stage = Stage::new(test).await;
    let elsewhere = admin(&stage, "440304");
    let tried = centers::create(&stage.test.db, &elsewhere, beside("别处")).await;
    assert!(matches!(tried, Err(Error::Refused(Refusal::Forbidden))));
    let nowhere = NewCenter {
        beside: "SZ999999999-99".parse().unwrap(),
        ..beside("无处")
    };
    let tried = centers::create(&stage.test.db, &admin(&stage, "city"), nowhere).await;
    assert!(matches!(tried, Err(Error::Refused(Refusal::NotFound))));
    let invisible =
        centers::create(&stage.test.db, &admin(&stage, "city"), beside("\u{200b}")).await;
    let missing = Refusal::invalid("center_name", Reason::Missing);
    assert!(matches!(invisible, Err(Error::Refused(refusal)) if refusal == missing));
}

store::on_both_databases! {
    an_administrator_opens_a_center_and_is_led_to_what_it_lacks => super::an_administrator_opens_a_center_and_is_led_to_what_it_lacks,
    two_at_once_get_two_codes_and_no_center_is_written_over => super::two_at_once_get_two_codes_and_no_center_is_written_over,
    who_administers_a_district_opens_none_elsewhere => super::who_administers_a_district_opens_none_elsewhere,
}
