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
        moved: Vec::new(),
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

/// A shift that is over, with its place for a volunteer.
pub struct Past {
    pub shift: String,
    pub assignment: String,
}

/// A shift of an hour that many days ago, led by all members of staff that are known, who were there
/// from its beginning to its end; so was the volunteer, if they came.
pub async fn past(stage: &Stage, center: &str, person: &str, days: i64, came: bool) -> Past {
    let ids = stage.site.ids();
    let id = || ids.make::<uuid::Uuid>(now()).to_string();
    let start = now().plus(-days * DAY);
    let end = start.plus(HOUR);
    let (shift, assignment) = (id(), id());
    let state = if came { "checked_out" } else { "no_show" };
    let mut sql = vec![
        format!(
            "INSERT INTO shift (id, center_id, title, starts_at, ends_at, joining, leads_min,
                 volunteers_min, volunteers_max, guardian_below, status, created_at)
             VALUES ('{shift}', '{center}', '前台接待', {}, {}, 'sign_up', 1, 1, 5, 14, 'published', 0)",
            start.0, end.0
        ),
        format!(
            "INSERT INTO assignment (id, shift_id, role, person_id, account_id, state, channel,
                 short_code, asked_at, confirmed_at)
             SELECT '{assignment}', '{shift}', 'volunteer', id, account_id, '{state}', 'online',
                 '{assignment}', 0, 0 FROM person WHERE id = '{person}'"
        ),
    ];
    let mut there = Vec::from_iter(came.then(|| assignment.clone()));
    let mut tx = stage.test.db.read().await.unwrap();
    let staff: Vec<(String,)> = tx.sql("SELECT id FROM staff").all().await.unwrap();
    drop(tx);
    for (staff,) in staff {
        let lead = id();
        sql.push(format!(
            "INSERT INTO assignment (id, shift_id, role, staff_id, state, channel, short_code,
                 asked_at, confirmed_at)
             VALUES ('{lead}', '{shift}', 'lead', '{staff}', 'checked_out', 'desk', '{lead}', 0, 0)"
        ));
        there.push(lead);
    }
    for of in there {
        for (direction, at) in [("in", start), ("out", end)] {
            sql.push(format!(
                "INSERT INTO check_in (id, kind, at, device_at, received_at, caller, method, direction,
                     result, subject_kind, subject_id, shift_id, is_evidence, verdict)
                 VALUES ('{}', 'scan', {2}, {2}, {2}, 'test', 'ticket', '{direction}', 'admitted',
                     'assignment', '{of}', '{1}', TRUE, '{{}}')",
                id(),
                shift,
                at.0
            ));
        }
    }
    stage.test.arrange(sql).await;
    Past { shift, assignment }
}

/// The same as something that is still to be closed: its halves are counted.
pub async fn unclosed(stage: &Stage, center: &str, person: &str, days: i64) -> Past {
    let past = past(stage, center, person, days, true).await;
    let row = format!(
        "UPDATE shift SET volunteers = 1, leads = (SELECT COUNT(*) FROM assignment
             WHERE shift_id = '{0}' AND role = 'lead') WHERE id = '{0}'",
        past.shift
    );
    stage.test.arrange(vec![row]).await;
    past
}

/// A shift of two hours that began ten minutes ago, in which a volunteer has a place and has not come;
/// nobody leads it.
pub async fn running(stage: &Stage, center: &str, person: &str) -> Past {
    let ids = stage.site.ids();
    let id = || ids.make::<uuid::Uuid>(now()).to_string();
    let start = now().plus(-10 * MINUTE);
    let (shift, assignment) = (id(), id());
    let sql = vec![
        format!(
            "INSERT INTO shift (id, center_id, title, place, starts_at, ends_at, joining, leads_min,
                 volunteers_min, volunteers_max, guardian_below, volunteers, status, created_at)
             VALUES ('{shift}', '{center}', '前台接待', '一楼大厅', {}, {}, 'sign_up', 1, 2, 5, 14, 1,
                 'published', 0)",
            start.0,
            start.plus(2 * HOUR).0
        ),
        format!(
            "INSERT INTO assignment (id, shift_id, role, person_id, account_id, state, channel,
                 short_code, asked_at, confirmed_at)
             SELECT '{assignment}', '{shift}', 'volunteer', id, account_id, 'confirmed', 'online',
                 '{assignment}', 0, 0 FROM person WHERE id = '{person}'"
        ),
    ];
    stage.test.arrange(sql).await;
    Past { shift, assignment }
}

/// Verified hours of such a shift: the entry.
pub async fn entry(stage: &Stage, center: &str, person: &str, days: i64, minutes: i64) -> String {
    let Past { shift, assignment } = past(stage, center, person, days, true).await;
    let id = stage.site.ids().make::<uuid::Uuid>(now()).to_string();
    let row = format!(
        "INSERT INTO hour_entry (id, person_id, center_id, shift_id, assignment_id, kind, counts_as,
             minutes, approval, served_at, at)
         VALUES ('{id}', '{person}', '{center}', '{shift}', '{assignment}', 'verified', 'verified',
             {minutes}, 'none', {}, {})",
        now().plus(-days * DAY).0,
        now().plus(-days * DAY).0
    );
    stage.test.arrange(vec![row]).await;
    id
}

/// Somebody on probation at a center with ten verified hours: the record.
pub async fn ready(stage: &Stage, center: &str, phone: &str, days: i64) -> String {
    let volunteer = applicant(stage, center, phone).await;
    let mut tx = stage.test.db.read().await.unwrap();
    let (person,): (String,) = tx
        .sql("SELECT person_id FROM volunteer WHERE id = $1")
        .bind(&*volunteer)
        .one()
        .await
        .unwrap();
    drop(tx);
    let row = format!("UPDATE volunteer SET standing = 'probationary' WHERE id = '{volunteer}'");
    stage.test.arrange(vec![row]).await;
    entry(stage, center, &person, days, 600).await;
    volunteer
}

/// A certificate of what a center has recorded of somebody: its number.
pub async fn certificate(stage: &Stage, center: &str, person: &str) -> String {
    let tickets = stage.site.tickets();
    let wanted = store::certificates::Wanted {
        center: center.parse().unwrap(),
        person: person.parse().unwrap(),
        from: now().plus(-900 * DAY),
        to: now(),
    };
    let (signer, keyring) = (&tickets.signer, &tickets.keyring);
    let made =
        store::certificates::issue(&stage.test.db, &stage.system(), signer, keyring, wanted).await;
    made.unwrap().content.number
}

/// A formal volunteer of a center whose hours and tenure reach the first star: the record.
pub async fn starred(stage: &Stage, center: &str, phone: &str, days: i64) -> String {
    let volunteer = ready(stage, center, phone, days).await;
    let mut tx = stage.test.db.read().await.unwrap();
    let (person,): (String,) = tx
        .sql("SELECT person_id FROM volunteer WHERE id = $1")
        .bind(&*volunteer)
        .one()
        .await
        .unwrap();
    drop(tx);
    entry(stage, center, &person, days + 400, 6_000).await;
    let row =
        format!("UPDATE volunteer SET standing = 'formal', formal_at = 0 WHERE id = '{volunteer}'");
    stage.test.arrange(vec![row]).await;
    volunteer
}
