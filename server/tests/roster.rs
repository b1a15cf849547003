//! The week's roster through the router, without JavaScript: typing a name into a hole, picking up and
//! putting down, undoing, filling the week, and when a volunteer has time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    FOREIGN, OWN, RESIDENT, Reply, STRANGER, Stage, browser::Browser, now, shifts::formal,
};
use domain::{
    access::Role,
    availability::{Availability, Slot},
    id::PersonId,
    shift::Needs,
    time::{DAY, HOUR},
};
use std::collections::BTreeSet;
use store::{
    roster::monday_of,
    shifts::{self, NewShift},
    testing::TestDb,
};

/// The Monday of a week that is to come, in days from now.
fn monday() -> i64 {
    let mut days = 7..14;
    let is_monday = |days: &i64| monday_of(now().plus(days * DAY)) == now().plus(days * DAY).day();
    days.find(is_monday).unwrap()
}

/// A shift of that week, of two hours.
async fn shift(stage: &Stage, title: &str, day: i64, hour: i64) -> String {
    let at = now().plus((monday() + day) * DAY + hour * HOUR);
    let new = NewShift {
        center: OWN.parse().unwrap(),
        title: title.into(),
        starts_at: at,
        ends_at: at.plus(2 * HOUR),
        rule: None,
        excluded: vec![],
        moved: Vec::new(),
        occurrence: None,
        duty: None,
        place: String::new(),
        joining: "sign_up".parse().unwrap(),
        needs: Needs {
            volunteers_max: 1,
            ..Needs::default()
        },
        publish: true,
    };
    let made = shifts::create(&stage.test.db, &stage.system(), new).await;
    made.unwrap()[0].to_string()
}

/// A resident who is a volunteer of the center under this name.
async fn volunteer(stage: &Stage, phone: &str, name: &str) -> PersonId {
    let token = stage.resident(phone).await;
    let people = stage.get("/api/v1/me/people", Some(&token)).await.is(200);
    let person: PersonId = people.json["items"][0]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    formal(stage, &person).await;
    stage
        .test
        .arrange(vec![
            format!("UPDATE person SET name = '{name}' WHERE id = '{person}'"),
            format!("UPDATE volunteer SET center_id = '{OWN}' WHERE person_id = '{person}'"),
        ])
        .await;
    person
}

async fn offers(stage: &Stage, person: &PersonId) {
    let said = Availability {
        slots: Slot::all().collect(),
        most_shifts: 5,
        ..Availability::default()
    };
    let said = serde_json::to_string(&said).unwrap();
    let row = format!("UPDATE volunteer SET availability = '{said}' WHERE person_id = '{person}'");
    stage.test.arrange(vec![row]).await;
}

async fn confirmed(stage: &Stage, shift: &str) -> i64 {
    let count = format!(
        "SELECT COUNT(*) FROM assignment WHERE shift_id = '{shift}' AND state = 'confirmed'"
    );
    stage.test.number(&count).await
}

/// Where a redirect leads, without its fragment.
fn leads(reply: &Reply) -> String {
    reply
        .header("location")
        .split('#')
        .next()
        .unwrap()
        .to_owned()
}

/// What stands in the first hidden field of that name.
fn hidden(page: &str, name: &str) -> String {
    let field = page
        .split("<input")
        .find(|input| input.contains(&format!("name=\"{name}\"")));
    let value = field.unwrap().split("value=\"").nth(1).unwrap();
    value.split('"').next().unwrap().to_owned()
}

async fn a_name_is_typed_moved_taken_out_and_put_back(test: TestDb) {
    let stage = Stage::new(test).await;
    volunteer(&stage, RESIDENT, "李明").await;
    volunteer(&stage, STRANGER, "王芳").await;
    let (one, two) = (
        shift(&stage, "前台", 1, 2).await,
        shift(&stage, "门口", 2, 2).await,
    );
    let mut worker = Browser::staff(&stage, "worker", Role::SocialWorker, OWN).await;
    let week = now().plus(monday() * DAY).day().to_string();
    let roster = format!("/staff/centers/{OWN}/roster");
    let page = worker
        .get(&stage, &format!("{roster}?week={week}"))
        .await
        .is(200);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.text.contains("前台") && page.text.contains("门口"));

    let typed = |who| {
        [
            ("week", week.as_str()),
            ("shift", &one),
            ("role", "volunteer"),
            ("who", who),
        ]
    };
    let nobody = worker
        .post(&stage, &format!("{roster}/type"), &typed("zz"))
        .await
        .is(303);
    let list = worker.get(&stage, &leads(&nobody)).await.is(200);
    assert!(list.text.contains("没有找到人"));
    let put = worker
        .post(&stage, &format!("{roster}/type"), &typed("lm"))
        .await
        .is(303);
    assert_eq!(confirmed(&stage, &one).await, 1);
    let page = worker.get(&stage, &leads(&put)).await.is(200);
    assert!(page.text.contains("李明排进了“前台”"));

    // Picked up, one shift lights up, and takes them.
    let assignment = hidden(&page.text, "assignment");
    let up = format!("{roster}?week={week}&pick={assignment}");
    let page = worker.get(&stage, &up).await.is(200);
    assert!(page.text.contains("拿起了李明") && page.text.contains("放到这里"));
    let form = [
        ("week", week.as_str()),
        ("shift", &two),
        ("pick", &assignment),
    ];
    let moved = worker
        .post(&stage, &format!("{roster}/put"), &form)
        .await
        .is(303);
    assert_eq!(
        (confirmed(&stage, &one).await, confirmed(&stage, &two).await),
        (0, 1)
    );

    // And back again.
    let page = worker.get(&stage, &leads(&moved)).await.is(200);
    let (assignment, from) = (hidden(&page.text, "assignment"), hidden(&page.text, "from"));
    assert_eq!(from, one);
    let form = [
        ("week", week.as_str()),
        ("did", "moved"),
        ("assignment", &assignment),
        ("from", &from),
    ];
    let back = worker
        .post(&stage, &format!("{roster}/undo"), &form)
        .await
        .is(303);
    assert_eq!(
        (confirmed(&stage, &one).await, confirmed(&stage, &two).await),
        (1, 0)
    );

    // Taken out, and the taking undone.
    let page = worker.get(&stage, &leads(&back)).await.is(200);
    let assignment = hidden(&page.text, "assignment");
    let form = [("week", week.as_str()), ("assignment", assignment.as_str())];
    let taken = worker
        .post(&stage, &format!("{roster}/take"), &form)
        .await
        .is(303);
    assert_eq!(confirmed(&stage, &one).await, 0);
    let page = worker.get(&stage, &leads(&taken)).await.is(200);
    assert!(page.text.contains("取下了"));
    let form = [
        ("week", week.as_str()),
        ("did", "taken"),
        ("assignment", assignment.as_str()),
    ];
    worker
        .post(&stage, &format!("{roster}/undo"), &form)
        .await
        .is(303);
    assert_eq!(confirmed(&stage, &one).await, 1);

    // A full shift says why not, and nothing has happened.
    let form = [
        ("week", week.as_str()),
        ("shift", &one),
        ("role", "volunteer"),
        ("who", "wf"),
    ];
    let full = worker
        .post(&stage, &format!("{roster}/type"), &form)
        .await
        .is(303);
    let page = worker.get(&stage, &leads(&full)).await.is(200);
    assert!(page.text.contains("来不了") && page.text.contains("王芳"));
    assert_eq!(confirmed(&stage, &one).await, 1);
}

async fn a_roster_is_for_those_who_arrange_it(test: TestDb) {
    let stage = Stage::new(test).await;
    let person = volunteer(&stage, RESIDENT, "李明").await;
    let made = shift(&stage, "前台", 1, 2).await;
    let week = now().plus(monday() * DAY).day().to_string();
    let roster = format!("/staff/centers/{OWN}/roster");
    let hole = format!("{roster}/hole?week={week}&shift={made}&role=volunteer");
    let pages = [
        format!("{roster}?week={week}"),
        format!("{roster}/fill?week={week}"),
        hole,
    ];
    for (username, role, scope, status) in [
        ("worker", Role::SocialWorker, OWN, 200),
        ("foreign", Role::SocialWorker, FOREIGN, 403),
        ("evaluator", Role::Evaluator, "440303", 403),
    ] {
        let mut cookie = Browser::staff(&stage, username, role, scope).await;
        for page in &pages {
            cookie.get(&stage, page).await.is(status);
        }
        let form = [
            ("week", week.as_str()),
            ("shift", &made),
            ("role", "volunteer"),
            ("person", person.as_str()),
        ];
        let status = if status == 200 { 303 } else { status };
        cookie
            .post(&stage, &format!("{roster}/put"), &form)
            .await
            .is(status);
    }
    assert_eq!(confirmed(&stage, &made).await, 1, "by the one who may");
    for page in &pages {
        let stranger = Browser::default().get(&stage, page).await.is(303);
        assert!(stranger.header("location").starts_with("/staff/sign-in"));
    }
    // A shift of this center is not reached through another one.
    let mut admin = Browser::staff(&stage, "admin", Role::Admin, "city").await;
    let elsewhere = format!("/staff/centers/{FOREIGN}/roster/hole?shift={made}&role=volunteer");
    let reply = admin.get(&stage, &elsewhere).await;
    assert!(
        [403, 404].contains(&reply.status.as_u16()),
        "{}",
        reply.status
    );
}

async fn a_week_is_filled_by_what_is_accepted(test: TestDb) {
    let stage = Stage::new(test).await;
    for (phone, name) in [(RESIDENT, "李明"), (STRANGER, "王芳")] {
        let person = volunteer(&stage, phone, name).await;
        offers(&stage, &person).await;
    }
    let mut made = Vec::new();
    for day in 0..3 {
        made.push(shift(&stage, "前台", day, 2).await);
    }
    let mut manager = Browser::staff(&stage, "manager", Role::CenterManager, OWN).await;
    let week = now().plus(monday() * DAY).day().to_string();
    let fill = format!("/staff/centers/{OWN}/roster/fill");
    let page = manager
        .get(&stage, &format!("{fill}?week={week}"))
        .await
        .is(200);
    for id in &made {
        assert_eq!(confirmed(&stage, id).await, 0, "looking changes nothing");
    }
    let lines: BTreeSet<String> = page
        .text
        .split("<input")
        .filter(|input| input.contains("name=\"line\""))
        .map(|input| hidden(&format!("<input{input}"), "line"))
        .collect();
    assert_eq!(lines.len(), 6, "a lead and a volunteer for each");
    assert!(page.text.contains("再怎么排也不会更多了"));

    // Somebody else takes a place meanwhile: that line is refused, the others are placed.
    let taken = lines
        .iter()
        .find(|line| line.starts_with(&made[0]) && line.contains("_volunteer_"));
    let taken = taken.unwrap();
    let mut form: Vec<(&str, &str)> = vec![("week", &week), ("key", "once")];
    form.extend(lines.iter().map(|line| ("line", line.as_str())));
    stage
        .test
        .arrange(vec![format!(
            "UPDATE shift SET status = 'cancelled' WHERE id = '{}'",
            made[0]
        )])
        .await;
    let partly = manager.post(&stage, &fill, &form).await.is(200);
    assert!(partly.text.contains("排好了 4 个，2 个没排成"), "{taken}");
    let all = |made: Vec<String>| {
        let stage = &stage;
        async move {
            let mut sum = 0;
            for id in &made {
                sum += confirmed(stage, id).await;
            }
            sum
        }
    };
    assert_eq!(all(made.clone()).await, 4);
    // Sent twice it happens once.
    manager.post(&stage, &fill, &form).await.is(200);
    assert_eq!(all(made).await, 4);
}

async fn a_volunteer_says_when_they_have_time(test: TestDb) {
    let stage = Stage::new(test).await;
    let person = volunteer(&stage, RESIDENT, "李明").await;
    let mut cookie = Browser::resident(&stage).await;
    let path = "/volunteer/time";
    let page = cookie
        .get(&stage, &format!("{path}?person={person}"))
        .await
        .is(200);
    assert_eq!(page.text.matches("name=\"slot\"").count(), 21);
    let form = [
        ("person", person.as_str()),
        ("slot", "1-morning"),
        ("slot", "6-afternoon"),
        ("most_shifts", "3"),
        ("like", "door"),
        ("away_from", "2100-01-01"),
        ("away_to", "2100-01-02"),
        ("key", "time"),
    ];
    let saved = cookie.post(&stage, path, &form).await.is(303);
    let page = cookie.get(&stage, saved.header("location")).await.is(200);
    assert!(page.text.contains("记下了") && page.text.contains("2100-01-02"));
    let wrong: Vec<_> = form
        .iter()
        .copied()
        .filter(|(name, _)| *name != "away_to")
        .collect();
    let wrong: Vec<_> = wrong
        .into_iter()
        .chain([("away_to", "2099-01-01")])
        .collect();
    cookie.post(&stage, path, &wrong).await.is(422);
    let other = [
        ("person", "0190b6f0-0000-7000-8000-000000000001"),
        ("most_shifts", "3"),
    ];
    cookie.post(&stage, path, &other).await.is(404);
}

store::on_both_databases! {
    a_name_is_typed_moved_taken_out_and_put_back => super::a_name_is_typed_moved_taken_out_and_put_back,
    a_roster_is_for_those_who_arrange_it => super::a_roster_is_for_those_who_arrange_it,
    a_week_is_filled_by_what_is_accepted => super::a_week_is_filled_by_what_is_accepted,
    a_volunteer_says_when_they_have_time => super::a_volunteer_says_when_they_have_time,
}
