//! The day of a center through the router, without JavaScript: who is missing, who leads, the end of the
//! day, the roll call.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    FOREIGN, OWN, RESIDENT, Stage,
    browser::{Browser, between},
    html::{elements, forms},
    now,
    shifts::{Past, formal, running, unclosed},
};
use domain::{
    access::Role,
    time::{HOUR, MINUTE},
};
use store::testing::TestDb;

fn path(rest: &str) -> String {
    format!("/staff/centers/{OWN}/{rest}")
}

/// The holder of the resident's account.
async fn person(stage: &Stage) -> String {
    stage.resident(RESIDENT).await;
    let mut tx = stage.test.db.read().await.unwrap();
    let (person,): (String,) = tx
        .sql("SELECT p.id FROM person p JOIN account a ON a.id = p.account_id WHERE a.phone = $1")
        .bind(RESIDENT)
        .one()
        .await
        .unwrap();
    person
}

async fn worker(stage: &Stage) -> Browser {
    Browser::staff(stage, "worker", Role::SocialWorker, OWN).await
}

async fn count(stage: &Stage, what: &str) -> i64 {
    let text = format!("SELECT COUNT(*) FROM {what}");
    stage.test.number(&text).await
}

async fn audited(stage: &Stage, action: &str) -> i64 {
    count(stage, &format!("audit WHERE action = '{action}'")).await
}

async fn who_is_missing_is_called_on_record_and_checked_in_by_a_tap(test: TestDb) {
    let stage = Stage::new(test).await;
    let person = person(&stage).await;
    formal(&stage, &person.parse().unwrap()).await;
    let Past { shift, assignment } = running(&stage, OWN, &person).await;
    let mut worker = worker(&stage).await;
    let page = worker.get(&stage, &path("today")).await.is(200);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.text.contains("/today/phone"), "{}", page.text);
    assert!(!page.text.contains(RESIDENT), "masked until somebody asks");
    assert!(page.text.contains("晚了 10 分钟"), "{}", page.text);
    assert!(page.text.contains("没有社工"));
    assert!(page.text.contains("缺 1 名义工"));
    assert!(page.text.contains("第一次来"));
    assert_eq!(audited(&stage, "center.view_day").await, 1);
    assert_eq!(audited(&stage, "assignment.view_phone").await, 0);

    let asked = [("assignment", &*assignment)];
    for times in 1..=2 {
        let shown = worker.post(&stage, &path("today/phone"), &asked).await;
        let shown = shown.is(200);
        let call = format!("href=\"tel:{RESIDENT}\"");
        assert!(shown.text.contains(&call), "{}", shown.text);
        assert_eq!(audited(&stage, "assignment.view_phone").await, times);
    }
    let again = worker.get(&stage, &path("today")).await.is(200);
    assert!(!again.text.contains(RESIDENT), "it does not stay");

    // The tap of the row, as the page has it: it leads back to the day, which says what happened.
    let all = forms(&elements(&again.text));
    let tap = all.iter().find(|form| form.action.ends_with("/check-in"));
    let tap = tap.expect("a tap");
    assert_eq!(tap.action, format!("/staff/shifts/{shift}/check-in"));
    let fields = tap.fields.iter();
    let fields: Vec<(&str, &str)> = fields.map(|f| (&*f.name, &*f.value)).collect();
    let done = worker.post(&stage, &tap.action, &fields).await.is(303);
    let to = done.header("location").to_owned();
    assert!(to.starts_with(&format!("{}?scan=", path("today"))), "{to}");
    let page = worker.get(&stage, &to).await.is(200);
    assert!(
        page.text.contains("data-result=\"admitted\""),
        "{}",
        page.text
    );
    assert!(page.text.contains("该来的都来了"), "{}", page.text);
    assert!(!page.text.contains("/today/phone"));
}

async fn one_tap_names_a_lead_and_leads_back_to_the_day(test: TestDb) {
    let stage = Stage::new(test).await;
    let person = person(&stage).await;
    let Past { shift, .. } = running(&stage, OWN, &person).await;
    let mut worker = worker(&stage).await;
    let page = worker.get(&stage, &path("today")).await.is(200);
    assert!(page.text.contains("请王芳带队"), "{}", page.text);
    let all = forms(&elements(&page.text));
    let lead = all.iter().find(|form| form.action.ends_with("/lead"));
    let lead = lead.expect("a button");
    let fields = lead.fields.iter();
    let fields: Vec<(&str, &str)> = fields.map(|f| (&*f.name, &*f.value)).collect();
    let done = worker.post(&stage, &lead.action, &fields).await.is(303);
    assert_eq!(done.header("location"), format!("{}?done=1", path("today")));
    let page = worker.get(&stage, &path("today")).await.is(200);
    assert!(page.text.contains("社工没到"), "{}", page.text);
    assert!(
        !page.text.contains("请王芳带队"),
        "nobody else is there to ask"
    );
    let led = format!("assignment WHERE shift_id = '{shift}' AND role = 'lead'");
    assert_eq!(count(&stage, &led).await, 1);
    // What is in the way is told on the shift's page.
    let own = fields.iter().copied().filter(|(name, _)| *name == "staff");
    let own: Vec<(&str, &str)> = own.collect();
    let again = worker.post(&stage, &lead.action, &own).await.is(409);
    assert!(again.text.contains("现在不能这样安排"), "{}", again.text);
}

async fn a_calm_day_says_so_in_one_line(test: TestDb) {
    let stage = Stage::new(test).await;
    let mut worker = worker(&stage).await;
    let page = worker.get(&stage, &path("today")).await.is(200);
    assert!(
        page.text.contains("今天没有班次，前面的也都收好了"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("id=\"missing\""));
    let close = worker.get(&stage, &path("today/close")).await.is(200);
    assert!(close.text.contains("辛苦了"), "{}", close.text);
    assert!(!close.text.contains("form=\"closing\"") && !close.text.contains("id=\"closing\""));
    let roll = worker.get(&stage, &path("roll-call")).await.is(200);
    assert!(roll.text.contains("现在没有人签到在场"), "{}", roll.text);
    for (page, leads) in [
        ("", "today"),
        ("shifts", "today"),
        ("today", "roll-call"),
        ("today", "today/close"),
    ] {
        let page = match page {
            "" => format!("/staff/centers/{OWN}"),
            page => path(page),
        };
        let shown = worker.get(&stage, &page).await.is(200);
        let link = format!("href=\"{}\"", path(leads));
        assert!(shown.text.contains(&link), "{page} leads to {leads}");
    }
    worker.cookies.push(("lang".into(), "en".into()));
    let page = worker.get(&stage, &path("today")).await.is(200);
    assert!(page.text.contains("No shifts today"), "{}", page.text);
}

async fn only_the_desk_of_the_center_sees_its_day(test: TestDb) {
    let stage = Stage::new(test).await;
    let person = person(&stage).await;
    let Past { assignment, .. } = running(&stage, OWN, &person).await;
    for (name, role, scope) in [
        ("foreign", Role::SocialWorker, FOREIGN),
        ("district", Role::DistrictSupervisor, "440303"),
        ("evaluator", Role::Evaluator, OWN),
        ("admin", Role::Admin, "city"),
    ] {
        let mut other = Browser::staff(&stage, name, role, scope).await;
        for page in ["today", "today/close", "roll-call"] {
            other.get(&stage, &path(page)).await.is(403);
        }
        let asked = [("assignment", &*assignment)];
        other
            .post(&stage, &path("today/phone"), &asked)
            .await
            .is(403);
        other.post(&stage, &path("today/close"), &[]).await.is(403);
    }
    let mut stranger = Browser::default();
    let sent = stranger.get(&stage, &path("today")).await.is(303);
    assert!(sent.header("location").starts_with("/staff/sign-in?back="));
    for action in [
        "center.view_day",
        "center.roll_call",
        "assignment.view_phone",
        "hours.view",
    ] {
        assert_eq!(audited(&stage, action).await, 0, "{action}");
    }
}

/// The fields of the one press, with the minutes that stand in the tables.
fn closing(page: &str, changed: &[(&str, &str)]) -> Vec<(String, String)> {
    let all = elements(page);
    let form = forms(&all);
    let form = form
        .iter()
        .find(|form| form.action.ends_with("/today/close"));
    let fields = form.expect("the form").fields.iter();
    let mut fields: Vec<(String, String)> =
        fields.map(|f| (f.name.clone(), f.value.clone())).collect();
    for input in all
        .iter()
        .filter(|e| e.attribute("form") == Some("closing"))
    {
        let name = input.attribute("name").unwrap();
        let stands = input.attribute("value").unwrap();
        let value = changed.iter().find(|(of, _)| *of == name);
        let value = value.map_or(stands, |(_, value)| *value);
        fields.push((name.to_owned(), value.to_owned()));
    }
    fields
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(n, v)| (&**n, &**v)).collect()
}

async fn c91_one_press_closes_the_day(test: TestDb) {
    let stage = Stage::new(test).await;
    let person = person(&stage).await;
    let mut worker = worker(&stage).await;
    let first = unclosed(&stage, OWN, &person, 1).await;
    unclosed(&stage, OWN, &person, 2).await;
    // Yesterday nobody saw them go: the end is proposed.
    let forgot = format!(
        "DELETE FROM check_in WHERE subject_id = '{}' AND direction = 'out'",
        first.assignment
    );
    stage.test.arrange(vec![forgot]).await;
    let day = worker.get(&stage, &path("today")).await.is(200);
    assert!(day.text.contains("1 人没有签退"), "{}", day.text);
    let page = worker.get(&stage, &path("today/close")).await.is(200);
    let proposal = format!("minutes-{}", first.assignment);
    let input = elements(&page.text);
    let input = input
        .iter()
        .find(|e| e.attribute("name") == Some(&*proposal));
    let input = input.expect("the proposal");
    assert_eq!(
        input.attribute("value"),
        Some("60"),
        "neither a day nor nothing"
    );
    assert_eq!(input.attribute("max"), Some("60"));
    assert!(
        page.text.contains("没有签退，先按班次结束算"),
        "{}",
        page.text
    );
    assert!(page.text.contains("结束 2 个班次"), "{}", page.text);
    assert!(audited(&stage, "hours.view").await >= 1);

    let fields = closing(&page.text, &[(&proposal, "45")]);
    let done = worker
        .post(&stage, &path("today/close"), &pairs(&fields))
        .await;
    let done = done.is(303);
    let back = format!("{}?done=1", path("today/close"));
    assert_eq!(done.header("location"), back);
    assert_eq!(count(&stage, "shift WHERE closed_at IS NOT NULL").await, 2);
    let minutes = "SELECT CAST(SUM(minutes) AS BIGINT) FROM hour_entry WHERE kind = 'verified'";
    assert_eq!(stage.test.number(minutes).await, 105);
    let page = worker.get(&stage, &back).await.is(200);
    assert!(page.text.contains("收好了"), "{}", page.text);
    assert!(page.text.contains("1 人，共 45 分钟") && page.text.contains("1 人，共 1 小时"));
    // Sent once more, it does nothing more.
    let again = worker
        .post(&stage, &path("today/close"), &pairs(&fields))
        .await;
    again.is(303);
    assert_eq!(count(&stage, "hour_entry").await, 2);
    // Each shift has an answer of its own to the form's key.
    let keys = "idempotency WHERE answer LIKE '%verified%'";
    assert_eq!(count(&stage, keys).await, 2);
}

async fn what_is_refused_stays_open_and_keeps_none_of_the_others(test: TestDb) {
    let stage = Stage::new(test).await;
    let person = person(&stage).await;
    let mut worker = worker(&stage).await;
    let first = unclosed(&stage, OWN, &person, 1).await;
    let second = unclosed(&stage, OWN, &person, 2).await;
    let page = worker.get(&stage, &path("today/close")).await.is(200);
    let too_many = format!("minutes-{}", first.assignment);
    for (said, shown) in [("61", "61"), ("两刻钟", "两刻钟")] {
        let page = worker.get(&stage, &path("today/close")).await.is(200);
        let fields = closing(&page.text, &[(&too_many, said)]);
        let told = worker
            .post(&stage, &path("today/close"), &pairs(&fields))
            .await;
        let told = told.is(422);
        assert!(told.text.contains("前台接待：没有结束"), "{}", told.text);
        let input = elements(&told.text);
        let input = input
            .iter()
            .find(|e| e.attribute("name") == Some(&*too_many));
        assert_eq!(
            input.unwrap().attribute("value"),
            Some(shown),
            "to be mended"
        );
    }
    let is_closed = |shift: &str| format!("shift WHERE id = '{shift}' AND closed_at IS NOT NULL");
    assert_eq!(count(&stage, &is_closed(&first.shift)).await, 0);
    assert_eq!(count(&stage, &is_closed(&second.shift)).await, 1);
    // The old form, of a page that shows both, closes what is left.
    let fields = closing(&page.text, &[(&too_many, "60")]);
    let done = worker
        .post(&stage, &path("today/close"), &pairs(&fields))
        .await;
    done.is(303);
    assert_eq!(count(&stage, &is_closed(&first.shift)).await, 1);
    assert_eq!(count(&stage, "hour_entry").await, 2);
}

async fn who_was_not_there_is_told_who_may(test: TestDb) {
    let stage = Stage::new(test).await;
    let person = person(&stage).await;
    // Nobody led this one, and the worker the next.
    let unled = unclosed(&stage, OWN, &person, 3).await;
    let _worker = worker(&stage).await;
    let led = unclosed(&stage, OWN, &person, 1).await;
    let mut colleague = Browser::staff(&stage, "colleague", Role::CenterManager, OWN).await;
    let page = colleague.get(&stage, &path("today/close")).await.is(200);
    assert!(page.text.contains("您不能确认的"), "{}", page.text);
    assert!(page.text.contains("可以确认的：王芳"), "{}", page.text);
    assert!(
        page.text.contains("没有社工签到，谁都不能确认"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("name=\"minutes-"));
    // Whoever sends it all the same is refused by the rule, and nothing is closed.
    let shifts = [("shift", &*led.shift), ("shift", &*unled.shift)];
    let told = colleague.post(&stage, &path("today/close"), &shifts).await;
    assert!(told.is(403).text.contains("前台接待：没有结束"));
    assert_eq!(count(&stage, "shift WHERE closed_at IS NOT NULL").await, 0);
}

async fn the_roll_call_is_one_page_to_print(test: TestDb) {
    let stage = Stage::new(test).await;
    let person = person(&stage).await;
    let Past { shift, assignment } = running(&stage, OWN, &person).await;
    let mut worker = worker(&stage).await;
    let scan = stage.site.ids().make::<uuid::Uuid>(now()).to_string();
    let tap = [
        ("assignment", &*assignment),
        ("scan", &*scan),
        ("direction", "in"),
    ];
    let to = format!("/staff/shifts/{shift}/check-in");
    let tapped = worker.post(&stage, &to, &tap).await.is(303);
    let own = format!("/staff/shifts/{shift}?scan=");
    assert!(
        tapped.header("location").starts_with(&own),
        "the shift's own page"
    );
    let page = worker.get(&stage, &path("roll-call")).await.is(200);
    let row = between(&page.text, "<tbody>", "</tbody>");
    assert_eq!(row.matches("<tr>").count(), 1);
    assert!(
        row.contains("138****0001") && row.contains("一楼大厅") && row.contains("前台接待"),
        "{row}"
    );
    assert!(row.contains("☐"));
    assert!(page.text.contains("在场 1 人"), "{}", page.text);
    assert!(page.text.contains("2026-11-23 10:00"));
    assert_eq!(audited(&stage, "center.roll_call").await, 1);
    // Two hours later it is over, and they are perhaps gone.
    stage.at(now().plus(2 * HOUR));
    let mut later = Browser::staff(&stage, "later", Role::SocialWorker, OWN).await;
    let page = later.get(&stage, &path("roll-call")).await.is(200);
    assert!(page.text.contains("可能已经走了"), "{}", page.text);
    stage.at(now().plus(3 * HOUR + 10 * MINUTE));
    let mut last = Browser::staff(&stage, "last", Role::SocialWorker, OWN).await;
    let page = last.get(&stage, &path("roll-call")).await.is(200);
    assert!(page.text.contains("现在没有人签到在场"));
}

store::on_both_databases! {
    who_is_missing_is_called_on_record_and_checked_in_by_a_tap => super::who_is_missing_is_called_on_record_and_checked_in_by_a_tap,
    one_tap_names_a_lead_and_leads_back_to_the_day => super::one_tap_names_a_lead_and_leads_back_to_the_day,
    a_calm_day_says_so_in_one_line => super::a_calm_day_says_so_in_one_line,
    only_the_desk_of_the_center_sees_its_day => super::only_the_desk_of_the_center_sees_its_day,
    c91_one_press_closes_the_day => super::c91_one_press_closes_the_day,
    what_is_refused_stays_open_and_keeps_none_of_the_others => super::what_is_refused_stays_open_and_keeps_none_of_the_others,
    who_was_not_there_is_told_who_may => super::who_was_not_there_is_told_who_may,
    the_roll_call_is_one_page_to_print => super::the_roll_call_is_one_page_to_print,
}
