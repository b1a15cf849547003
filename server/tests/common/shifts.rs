//! What requests and pages about shifts need: a volunteer, a shift, a place in it.

use super::{Stage, now};
use domain::{
    access::Caller,
    activity::Channel,
    id::{AccountId, PersonId, VolunteerId},
    shift::Needs,
    time::{DAY, HOUR, MINUTE},
};
use store::{
    Act,
    assignments::{self, Placing},
    shifts::{self, NewShift},
    volunteers::{self, Application},
};

/// Makes somebody a formal volunteer.
pub async fn formal(stage: &Stage, person: &PersonId) {
    let id: VolunteerId = stage.site.ids().make(now());
    let row = format!(
        "INSERT INTO volunteer (id, person_id, standing, formal_no, applied_at)
         VALUES ('{id}', '{person}', 'formal', '{id}', 0)"
    );
    stage.test.arrange(vec![row]).await;
}

/// A shift on a day of its own: its id.
pub async fn shift(stage: &Stage, center: &str, nth: u32, joining: &str) -> String {
    let at = now().plus(700 * DAY + i64::from(nth) * 4 * HOUR);
    let new = NewShift {
        center: center.parse().unwrap(),
        title: "前台接待".into(),
        starts_at: at,
        ends_at: at.plus(60 * MINUTE),
        rule: None,
        excluded: vec![],
        occurrence: None,
        duty: None,
        place: String::new(),
        joining: joining.parse().unwrap(),
        needs: Needs {
            volunteers_max: 5,
            ..Needs::default()
        },
        publish: true,
    };
    let made = shifts::create(&stage.test.db, &stage.system(), new).await;
    made.unwrap()[0].to_string()
}

/// A volunteer's own request for a place, or their place: the assignment.
pub async fn asked(stage: &Stage, shift: &str, person: &str) -> String {
    let mut tx = stage.test.db.read().await.unwrap();
    let (account,): (AccountId,) = tx
        .sql("SELECT account_id FROM person WHERE id = $1")
        .bind(person)
        .one()
        .await
        .unwrap();
    drop(tx);
    let system = stage.system();
    let act = Act::new(Caller::resident(account.clone()), system.now, system.ids);
    let placing = Placing {
        shift: shift.parse().unwrap(),
        account,
        person: Some(person.parse().unwrap()),
        position: None,
        risks_read: false,
        may_wait: true,
        channel: Channel::Online,
        override_reason: None,
    };
    let placed = assignments::place(&stage.test.db, &act, placing).await;
    placed.unwrap().unwrap().id.to_string()
}

/// Somebody of the account's family who asks to be a volunteer at the center.
pub async fn applicant(stage: &Stage, center: &str, phone: &str) -> String {
    let mut tx = stage.test.db.read().await.unwrap();
    let (account,): (AccountId,) = tx
        .sql("SELECT id FROM account WHERE phone = $1")
        .bind(phone)
        .one()
        .await
        .unwrap();
    drop(tx);
    let system = stage.system();
    let person: PersonId = system.ids.make(system.now);
    let row = format!(
        "INSERT INTO person (id, account_id, relation, name, birth_year, created_at)
         VALUES ('{person}', '{account}', 'other', '陈建国', 1970, 0)"
    );
    stage.test.arrange(vec![row]).await;
    let application = Application {
        account,
        person: Some(person),
        center: Some(center.parse().unwrap()),
        skills: None,
    };
    let asked = volunteers::apply(&stage.test.db, &system, application).await;
    asked.unwrap().id.to_string()
}
