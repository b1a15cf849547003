//! For each operation a request that succeeds for whoever may call it, at one of two centers.

use super::{
    FOREIGN, OWN, RESIDENT, STRANGER, Stage, now,
    shifts::{applicant, asked, certificate, entry, formal, past, ready, shift, starred},
};
use domain::{
    access::Role,
    activity::Channel,
    booking::Fit,
    id::{CheckInId, OccurrenceId, PersonId},
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};
use store::{
    bookings::{self, BookRequest},
    check_ins::{self, NewCheckIn, Presented},
    occurrences::TermsEdit,
    testing::TestDb,
};

/// Operation, method and path of everything that the description lists: what reads first.
pub fn operations() -> Vec<(String, String, String)> {
    let document: Value =
        serde_json::from_str(&server::rest::document().to_json().unwrap()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            found.push((id, method.to_uppercase(), path.clone()));
        }
    }
    found.sort_by_key(|(_, method, _)| method != "GET");
    found
}

/// What the requests are about, at one center.
pub struct Place {
    pub center: &'static str,
    /// Whose the bookings are.
    pub phone: &'static str,
    pub person: String,
    pub activity: String,
    pub occurrence: String,
    pub booking: String,
    pub item: String,
    pub card: String,
    /// Begins in half an hour, so that its door is open.
    pub soon: OccurrenceId,
    /// A scan that admitted nobody.
    pub scan: String,
    /// A shift that volunteers ask to be in.
    pub shift: String,
    /// The request of the booking's person for a place in it.
    pub assignment: String,
    /// Somebody who asks to be a volunteer.
    pub applicant: String,
    /// Hours of the booking's person.
    pub entry: String,
    /// A certificate of them.
    pub certificate: String,
}

/// A request.
pub struct Good {
    pub path: String,
    pub body: Option<Value>,
}

/// A small city in which every operation has something to work on.
pub struct City {
    pub stage: Stage,
    pub own: Place,
    pub foreign: Place,
    /// Tokens of a social worker and of a manager who lead the own center's shifts.
    pub worker: String,
    pub manager: String,
    admin: String,
    nth: AtomicU32,
}

impl City {
    pub async fn new(test: TestDb) -> Self {
        let stage = Stage::new(test).await;
        let admin = stage.token(Role::Admin, "city").await;
        let worker = stage.lead("lead-worker", Role::SocialWorker, OWN).await;
        let manager = stage.lead("lead-manager", Role::CenterManager, OWN).await;
        let own = place(&stage, &admin, OWN, RESIDENT).await;
        let foreign = place(&stage, &admin, FOREIGN, STRANGER).await;
        Self {
            stage,
            own,
            foreign,
            worker,
            manager,
            admin,
            nth: AtomicU32::new(1),
        }
    }

    fn next(&self) -> u32 {
        self.nth.fetch_add(1, Ordering::Relaxed)
    }

    /// A time at which nobody has anything else, that many days ahead or more.
    fn free_time(&self, days: i64) -> Timestamp {
        now().plus(days * DAY + i64::from(self.next()) * 4 * HOUR)
    }

    /// A day of the past on which nothing else was, as so many days ago.
    fn day(&self) -> i64 {
        30 + i64::from(self.next())
    }

    /// A UUID as a device makes it.
    fn device_id(&self) -> String {
        uuid::Uuid::from_u128(self.next().into()).to_string()
    }

    /// A request that nothing stands in the way of but the caller's rights. It is about things of
    /// the place that stay as they are.
    pub fn standing(&self, operation: &str, path: &str, place: &Place) -> Good {
        let id = match path {
            path if path.contains("/activities/") => &place.activity,
            path if path.ends_with("/sheet") || path.ends_with("/walk-ins") => place.soon.as_str(),
            path if path.contains("/occurrences/") => &place.occurrence,
            path if path.contains("/check-ins/") => &place.scan,
            path if path.contains("/cards/") => &place.card,
            path if path.contains("/shifts/") => &place.shift,
            path if path.contains("/hours/") => &place.entry,
            path if path.contains("/volunteers/") => &place.applicant,
            path if path.contains("/assignments/") => &place.assignment,
            _ => &place.booking,
        };
        let path = path
            .replace("{center}", place.center)
            .replace(
                "{item}",
                match operation {
                    "volunteer_accept" | "volunteer_formal" => &place.applicant,
                    _ => &place.item,
                },
            )
            .replace("{number}", &place.certificate)
            .replace("{id}", id);
        let path = match operation {
            // One entry: what was written at the same instant has no order of its own.
            "audit" => format!(
                "{path}?center={}&subject=activity:{}",
                place.center, place.activity
            ),
            "report" | "report_csv" | "report_xlsx" | "report_rows" => format!(
                "{path}?scope=center:{}&from=2026-11-01&to=2026-11-30",
                place.center
            ),
            _ => path,
        };
        Good {
            body: self.body(operation, place),
            path,
        }
    }

    fn body(&self, operation: &str, place: &Place) -> Option<Value> {
        let time = self.free_time(30).rfc3339();
        let scan = || json!({ "id": self.device_id(), "token": self.ticket(&place.booking), "center_id": place.center });
        Some(match operation {
            "activity_create" => json!({ "title": "书法", "kind": "group", "field": "elder",
                "summary": "带上毛笔", "starts_at": time, "capacity": 12 }),
            "activity_add_dates" => json!({ "starts_at": time, "capacity": 8 }),
            "activity_edit" => json!({ "title": "八段锦", "summary": "穿便鞋" }),
            "occurrence_edit" => json!({ "capacity": 31, "min_age": 6 }),
            "menu_add" => json!({ "field": "elder", "name": "量血压", "how": "walk_in" }),
            "menu_edit" => json!({ "field": "elder", "name": "量血压", "place": "一楼" }),
            "check_in" => scan(),
            "check_in_batch" => json!({ "items": [scan()] }),
            "walk_in" => json!({ "id": self.device_id(), "name": "陈建国", "birth_year": 1950,
                "account_phone": format!("139{:08}", self.next()) }),
            "sheet" => {
                json!({ "items": [{ "id": self.device_id(), "booking_id": place.booking }] })
            }
            "card_issue" | "assign" => json!({ "person_id": place.person }),
            "shift_create" => json!({ "title": "前台接待", "starts_at": time, "volunteers_max": 2,
                "ends_at": self.free_time(30).rfc3339() }),
            "shift_edit" => json!({ "status": "cancelled", "reason": "台风" }),
            "assignment_accept" | "shift_close" | "assignment_validate" => json!({}),
            "star_grant" => json!({ "star": 1 }),
            "hours_enter" => json!({ "minutes": 30, "reason": "签到机坏了" }),
            "hours_correct" => json!({ "minutes": -10, "reason": "中途离开" }),
            "hours_say" => json!({ "word": "objected", "reason": "我没有早走" }),
            "certificate_issue" => json!({ "person_id": place.person, "from": "2025-01-01",
                "to": "2026-11-23" }),
            "certificate_withdraw" => json!({ "reason": "开错了" }),
            "volunteer_apply" => json!({ "skills": ["粤语"] }),
            "book" => json!({ "account_phone": place.phone }),
            "kiosk_health" => json!({ "version": "1", "clock_off_ms": 120, "camera": "ok",
                "checks": [{ "check": "camera", "light": "green" }] }),
            "kiosk_test_ticket" => json!({ "token": self.ticket(&place.booking) }),
            _ => return None,
        })
    }

    /// A request that succeeds for whoever may: about something new where it uses up or removes
    /// what it is about.
    pub async fn good(&self, operation: &str, path: &str, place: &Place) -> Good {
        let mut good = self.standing(operation, path, place);
        let about = |id: &str| path.replace("{center}", place.center).replace("{id}", id);
        match operation {
            "book" => {
                let (_, date) = self.activity(place).await;
                good.path = about(date.as_str());
            }
            "cancel_booking" => {
                let (_, date) = self.activity(place).await;
                good.path = about(&self.booked(&date, place.phone).await);
            }
            "shift_edit" | "assign" => {
                good.path = about(&shift(&self.stage, place.center, self.next(), "sign_up").await);
            }
            "withdraw" | "assignment_accept" => {
                let shift = shift(&self.stage, place.center, self.next(), "ask").await;
                good.path = about(&asked(&self.stage, &shift, &place.person).await);
            }
            "shift_close" => {
                let past = past(&self.stage, place.center, &place.person, self.day(), true).await;
                good.path = about(&past.shift);
            }
            "assignment_validate" | "hours_enter" => {
                let came = operation == "assignment_validate";
                let past = past(&self.stage, place.center, &place.person, self.day(), came).await;
                good.path = about(&past.assignment);
            }
            "hours_correct" | "hours_say" => {
                let (center, person) = (place.center, place.person.as_str());
                good.path = about(&entry(&self.stage, center, person, self.day(), 60).await);
            }
            "volunteer_formal" => {
                let who = ready(&self.stage, place.center, place.phone, self.day()).await;
                good.path = about("").replace("{item}", &who);
            }
            "star_grant" => {
                let (center, phone) = (place.center, place.phone);
                good.path = about(&starred(&self.stage, center, phone, self.day()).await);
            }
            "certificate_withdraw" => {
                let number = certificate(&self.stage, place.center, &place.person).await;
                good.path = path.replace("{number}", &number);
            }
            "activity_remove" => good.path = about(&self.activity(place).await.0),
            "occurrence_remove" => good.path = about(self.activity(place).await.1.as_str()),
            "menu_remove" => {
                let item = menu_item(&self.stage, &self.admin, place.center).await;
                good.path = about("").replace("{item}", &item);
            }
            "card_revoke" => {
                good.path = about(&card(&self.stage, place.center, &place.person).await)
            }
            "check_in" => good.body = Some(self.scan(place).await),
            "check_in_batch" => good.body = Some(json!({ "items": [self.scan(place).await] })),
            "check_in_undo" => {
                let booking = self.newcomer(place).await;
                good.path = about(&admitted(&self.stage, &booking).await);
            }
            "sheet" => {
                let booking = self.newcomer(place).await;
                let line = json!({ "id": self.device_id(), "booking_id": booking });
                good.body = Some(json!({ "items": [line] }));
            }
            _ => {}
        }
        good
    }

    /// A ticket that admits somebody who has not come yet.
    async fn scan(&self, place: &Place) -> Value {
        let booking = self.newcomer(place).await;
        json!({ "id": self.device_id(), "token": self.ticket(&booking), "center_id": place.center })
    }

    pub fn ticket(&self, booking: &str) -> String {
        let booking = booking.parse().unwrap();
        self.stage.site.tickets().ticket(&booking).into_string()
    }

    /// Somebody new, booked for what begins soon: the booking.
    pub async fn newcomer(&self, place: &Place) -> String {
        let phone = format!("137{:08}", self.next());
        self.stage.resident(&phone).await;
        self.booked(&place.soon, &phone).await
    }

    async fn activity(&self, place: &Place) -> (String, OccurrenceId) {
        let at = self.free_time(400);
        let terms = TermsEdit::default();
        let (id, date) = self.stage.activity_at(place.center, terms, true, at).await;
        (id.to_string(), date)
    }

    async fn booked(&self, occurrence: &OccurrenceId, phone: &str) -> String {
        booked(&self.stage, occurrence, phone).await
    }
}

async fn booked(stage: &Stage, occurrence: &OccurrenceId, phone: &str) -> String {
    let token = stage.resident(phone).await;
    let mut tx = stage.test.db.read().await.unwrap();
    let (account,) = tx
        .sql("SELECT id FROM account WHERE phone = $1")
        .bind(phone)
        .one()
        .await
        .unwrap();
    drop((tx, token));
    let request = BookRequest {
        occurrence: occurrence.clone(),
        account,
        people: vec![],
        channel: Channel::Desk,
        fit: Fit::Together,
        may_wait: false,
    };
    let booked = bookings::book(&stage.test.db, &stage.system(), request)
        .await
        .unwrap();
    booked.bookings().next().unwrap().id.to_string()
}

async fn menu_item(stage: &Stage, admin: &str, center: &str) -> String {
    let own = json!({ "field": "elder", "name": "量血压" });
    let path = format!("/api/v1/centers/{center}/menu");
    let item = stage.post(&path, admin, own).await.is(201).json;
    item["id"].as_str().unwrap().to_owned()
}

async fn card(stage: &Stage, center: &str, person: &str) -> String {
    let (center, person) = (center.parse().unwrap(), person.parse().unwrap());
    let card = store::cards::issue(&stage.test.db, &stage.system(), &center, &person).await;
    card.unwrap().id.to_string()
}

/// Checks somebody in: the scan.
async fn admitted(stage: &Stage, booking: &str) -> String {
    let system = stage.system();
    let id = stage.site.ids().make::<CheckInId>(system.now);
    let new = NewCheckIn::now(
        id.clone(),
        Presented::Roster(domain::commitment::Subject::Booking(
            booking.parse().unwrap(),
        )),
    );
    let keyring = stage.site.tickets().keyring;
    check_ins::admit(&stage.test.db, &keyring, &system, new)
        .await
        .unwrap();
    id.to_string()
}

async fn place(stage: &Stage, admin: &str, center: &'static str, phone: &'static str) -> Place {
    let terms = TermsEdit::default;
    let (activity, occurrence) = stage.activity(center, terms(), true).await;
    let at = now().plus(30 * MINUTE);
    let (_, soon) = stage.activity_at(center, terms(), true, at).await;
    let token = stage.resident(phone).await;
    let people = stage.get("/api/v1/me/people", Some(&token)).await;
    let person: PersonId = people.is(200).json["items"][0]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    formal(stage, &person).await;
    let shift = shift(stage, center, 1, "ask").await;
    let assignment = asked(stage, &shift, person.as_str()).await;
    let booking = booked(stage, &occurrence, phone).await;
    let entry = entry(stage, center, person.as_str(), 20, 45).await;
    let certificate = certificate(stage, center, person.as_str()).await;
    // Much too early: who may take it back is told that there is nothing to take back.
    let scan = admitted(stage, &booking).await;
    Place {
        center,
        phone,
        activity: activity.to_string(),
        occurrence: occurrence.to_string(),
        item: menu_item(stage, admin, center).await,
        card: card(stage, center, person.as_str()).await,
        person: person.to_string(),
        applicant: applicant(stage, center, phone).await,
        booking,
        soon,
        scan,
        shift,
        assignment,
        entry,
        certificate,
    }
}
