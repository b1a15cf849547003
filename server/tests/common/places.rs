//! What the pages are about: an activity, its date, who booked it, a card, a kiosk, a
//! shift.

use super::{
    Stage, now,
    shifts::{asked, certificate, entry, formal, shift},
};
use domain::{
    access::Role,
    agency::{Agency, Term},
    time::DAY,
};
use store::{
    agencies::{self, NewContract},
    bookings::{self, BookRequest},
    kiosks,
    occurrences::TermsEdit,
};

/// The item of the city's menu that the stage has.
const TEMPLATE_ITEM: &str = "00000000-0000-7000-8000-000000000001";

/// What the pages are about.
pub struct Place {
    pub center: &'static str,
    pub activity: String,
    pub occurrence: String,
    pub booking: String,
    pub person: String,
    pub item: String,
    pub kiosk: String,
    pub card: String,
    pub shift: String,
    pub assignment: String,
    pub entry: String,
    pub certificate: String,
    pub room: String,
    /// Of a member of staff; empty where a test makes none.
    pub account: String,
    /// An agency and its contract for the center; empty where a test makes none.
    pub agency: (String, String),
}

/// An evaluation of last year that was handed in.
async fn evaluated(stage: &Stage, center: &str) {
    let name = format!("evaluator.{center}").to_lowercase();
    stage.staff(&name, Role::Evaluator, center).await;
    let row = format!(
        "INSERT INTO evaluation (center_id, year, stage, findings, saved_by, saved_at, handed_in_at)
         SELECT '{center}', 2025, 'final', '{{\"of\":{{}},\"overall\":null,\"summary\":\"\"}}', id, 0, 0
         FROM staff WHERE username = '{name}'"
    );
    stage.test.arrange(vec![row]).await;
}

/// The same at any center, with everything that a page there can be about.
pub async fn place(stage: &Stage, center: &'static str, phone: &str, relative: &str) -> Place {
    let terms = TermsEdit {
        capacity: Some(5),
        ..TermsEdit::default()
    };
    let (activity, occurrence) = stage
        .activity_at(center, terms, true, now().plus(20 * DAY))
        .await;
    let token = stage.resident(phone).await;
    let people = stage
        .get("/api/v1/me/people", Some(&token))
        .await
        .is(200)
        .json;
    let holder = people["items"][0]["id"].as_str().unwrap();
    let mut tx = stage.test.db.read().await.unwrap();
    let (account,): (domain::id::AccountId,) = tx
        .sql("SELECT account_id FROM person WHERE id = $1")
        .bind(holder)
        .one()
        .await
        .unwrap();
    drop(tx);
    stage
        .test
        .arrange(vec![format!(
            "INSERT INTO person (id, account_id, relation, name, birth_year, created_at)
         VALUES ('{relative}', '{account}', 'spouse', '配偶', 1960, 0)"
        )])
        .await;
    let request = BookRequest {
        occurrence: occurrence.clone(),
        account,
        people: vec![relative.parse().unwrap()],
        channel: domain::activity::Channel::Desk,
        fit: domain::booking::Fit::Together,
        may_wait: false,
    };
    let booked = bookings::book(&stage.test.db, &stage.system(), request)
        .await
        .unwrap();
    let booking = booked.bookings().next().unwrap().id.to_string();
    evaluated(stage, center).await;
    let admin = stage.token(Role::Admin, "city").await;
    let own = serde_json::json!({ "field": "elder", "name": "血压" });
    let item = stage
        .post(&format!("/api/v1/centers/{center}/menu"), &admin, own)
        .await
        .is(201)
        .json;
    let (_, kiosk) = stage.kiosk(center, "门口").await;
    let (db, system) = (&stage.test.db, stage.system());
    kiosks::set_poster(db, &system, &center.parse().unwrap(), true)
        .await
        .unwrap();
    let (system, here) = (stage.system(), center.parse().unwrap());
    let whose = relative.parse().unwrap();
    let card = store::cards::issue(&stage.test.db, &system, &here, &whose)
        .await
        .unwrap();
    let volunteer = relative.parse().unwrap();
    formal(stage, &volunteer).await;
    let shift = shift(stage, center, 1, "ask").await;
    let assignment = asked(stage, &shift, relative).await;
    let entry = entry(stage, center, relative, 20, 45).await;
    let certificate = certificate(stage, center, relative).await;
    let mut tx = stage.test.db.read().await.unwrap();
    let (room,): (String,) = tx
        .sql("SELECT room_id FROM occurrence WHERE id = $1")
        .bind(&occurrence)
        .one()
        .await
        .unwrap();
    drop(tx);
    Place {
        account: String::new(),
        agency: (String::new(), String::new()),
        shift,
        assignment,
        entry,
        certificate,
        room,
        center,
        activity: activity.to_string(),
        occurrence: occurrence.to_string(),
        booking,
        person: relative.to_owned(),
        item: item["id"].as_str().unwrap().to_owned(),
        kiosk: kiosk.to_string(),
        card: card.id.to_string(),
    }
}

impl Place {
    /// Gives the center an agency with a contract.
    pub async fn contract(&mut self, stage: &Stage) {
        let (db, system) = (&stage.test.db, stage.system());
        let named = Agency::read(&format!("{}社工", self.center), "", "", "").unwrap();
        let agency = agencies::create(db, &system, named).await.unwrap();
        let today = now().day();
        let new = NewContract {
            agency: agency.clone(),
            center: self.center.parse().unwrap(),
            term: Term::new(today, today + chrono::Duration::days(300)).unwrap(),
            number: String::new(),
        };
        let contract = agencies::add(db, &system, new).await.unwrap();
        self.agency = (agency.to_string(), contract.to_string());
    }

    /// The address that a route has for it.
    pub fn path(&self, template: &str) -> String {
        let id = match template.split('/').nth(if template.starts_with("/staff/") {
            2
        } else {
            1
        }) {
            Some("centers") => self.center,
            Some("activities") => &self.activity,
            Some("occurrences") => &self.occurrence,
            Some("cards") => &self.card,
            Some("shifts") => &self.shift,
            Some("accounts") => &self.account,
            Some("agencies") => &self.agency.0,
            Some("assignments") => &self.assignment,
            Some("me") if template.starts_with("/me/family") => &self.person,
            Some("me") if template.starts_with("/me/hours") => &self.entry,
            _ => &self.booking,
        };
        // Only an item of the city's template can be taken off a menu, or is the city's to edit.
        let is_of_city = template.starts_with("/staff/menu/template");
        let item = if is_of_city || template.ends_with("/hidden") {
            TEMPLATE_ITEM
        } else {
            &self.item
        };
        let path = template
            .replace("{year}", "2025")
            .replace("{stage}", "final")
            .replace("{center}", self.center)
            .replace("{item}", item)
            .replace("{person}", &self.person)
            .replace("{kiosk}", &self.kiosk)
            .replace("{room}", &self.room)
            .replace("{number}", &self.certificate)
            .replace("{contract}", &self.agency.1)
            .replace("{id}", id);
        if template == "/staff/audit" {
            format!("{path}?center={}", self.center)
        } else {
            path
        }
    }
}
