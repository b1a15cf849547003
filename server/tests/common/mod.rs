//! A stage for tests of the interface: the real router in process, a fixed clock, a small city.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "each test file uses its part"
)]

pub mod browser;
pub mod html;
pub mod people;
pub mod places;
pub mod program;
pub mod requests;
pub mod shifts;
pub mod snapshot;

use app::web::{Parts, Settings, Site, Tickets};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use data_encoding::HEXLOWER;
use domain::{
    access::{Caller, Grant, Role, Scope},
    id::{ActivityId, OccurrenceId},
    person::{PersonName, Phone},
    texts::Texts,
    time::{DAY, HOUR, Timestamp},
};
use http_body_util::BodyExt;
use serde_json::Value;
use server::{
    router::{Around, router},
    secrets,
};
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};
use store::{
    Act, Ids,
    activities::{self, Dates, NewActivity, NewOccurrence},
    centers::Directory,
    kiosks,
    logins::NewLogin,
    occurrences::TermsEdit,
    sign_in::CodeKey,
    staff::{self, NewStaff, TimedGrant},
    testing::TestDb,
    ticket_keys,
    tokens::{self, NewToken},
};
use ticket::SigningKey;
use tower::ServiceExt;

/// Monday, 23 November 2026, 10:00 in Shenzhen.
pub fn now() -> Timestamp {
    Timestamp::parse("2026-11-23T10:00:00+08:00").unwrap()
}

/// The center that the tests' staff belong to.
pub const OWN: &str = "SZ440303001-01";
/// A center of another district.
pub const FOREIGN: &str = "SZ440305002-01";
/// A resident.
pub const RESIDENT: &str = "13800000001";
/// Somebody else.
pub const STRANGER: &str = "13800000002";

/// The router on a stage.
pub struct Stage {
    pub test: TestDb,
    pub site: Site,
    pub app: Router,
    clock: Arc<AtomicI64>,
    ids: Ids,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Reply {
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|v| v.to_str().unwrap())
            .unwrap_or_default()
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// A problem with that code, as RFC 9457 wants it.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let reply = self.is(status);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        assert_eq!(reply.code(), code, "{}", reply.text);
        for member in ["type", "title", "detail"] {
            let text = reply.json[member].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{member} is missing: {}", reply.text);
        }
        assert_eq!(reply.json["status"], status);
        reply
    }
}

fn next_ids() -> Ids {
    static NEXT: AtomicU64 = AtomicU64::new(7);
    Ids::repeatable(NEXT.fetch_add(1_000_003, Ordering::Relaxed))
}

fn center(id: &str, name: &str, district: (&str, &str), subdistrict: (&str, &str)) -> String {
    format!(
        "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
         community, address, phone, hours, lat_e6, lng_e6, name_source, status) VALUES ('{id}',
         '{name}党群服务中心', '{}', '{}', '{}', '{}', '{name}', '红岭中路 1 号', '0755-1', 'Mo-Fr 09:00-21:00',
         22546000, 114106000, 'nbs2023', 'open')",
        district.0, district.1, subdistrict.0, subdistrict.1
    )
}

impl Stage {
    /// A city of three centers, one service field, one item on the city's menu.
    pub async fn new(test: TestDb) -> Self {
        let luohu = ("440303", "罗湖区");
        test.arrange(vec![
            center(OWN, "大塘龙社区", luohu, ("440303001", "桂园街道")),
            center("SZ440303001-02", "老围社区", luohu, ("440303001", "桂园街道")),
            center(FOREIGN, "沿山社区", ("440305", "南山区"), ("440305002", "招商街道")),
            "INSERT INTO service_field (code, name_zh, name_en, sort) VALUES ('elder', '长者', 'Elders', 1)".into(),
            "INSERT INTO menu_item (id, code, field, how, texts_zh, texts_en, status) VALUES
             ('00000000-0000-7000-8000-000000000001', 'tea', 'elder', 'walk_in',
             '{\"name\":\"茶座\"}', '{\"name\":\"Tea\"}', 'on')".into(),
        ])
        .await;
        let ids = next_ids();
        let clock = Arc::new(AtomicI64::new(now().0));
        let act = Act::new(Caller::system(), now(), ids.clone());
        let seed = [7; 32];
        let public = SigningKey::from_seed(0, &seed).verifying_key().to_string();
        ticket_keys::add(&test.db, &act, HEXLOWER.encode(&seed), public, true)
            .await
            .unwrap();
        let reads = clock.clone();
        let site = Site::new(Parts {
            tickets: Tickets::from_keys(&ticket_keys::all(&test.db).await.unwrap()).unwrap(),
            centers: Directory::read(&test.db).await.unwrap(),
            db: test.db.clone(),
            clock: Arc::new(move || Timestamp(reads.load(Ordering::Relaxed))),
            ids: ids.clone(),
            settings: Settings {
                secure_cookies: false,
                development: false,
                demo: false,
                origin: "http://localhost:3000".into(),
                kiosk_px_per_mm: 3.78,
                font: (
                    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc".into(),
                    2,
                ),
            },
            code_key: CodeKey::new(&[9; 32]),
        });
        let app = router(site.clone(), Around::default()).unwrap();
        Self {
            test,
            site,
            app,
            clock,
            ids,
        }
    }

    /// Sets the clock.
    pub fn at(&self, time: Timestamp) {
        self.clock.store(time.0, Ordering::Relaxed);
    }

    pub fn time(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::Relaxed))
    }

    pub fn system(&self) -> Act {
        Act::new(Caller::system(), self.time(), self.ids.clone())
    }

    /// A token for a role.
    pub async fn token(&self, role: Role, scope: &str) -> String {
        self.make_token(role, scope, None).await
    }

    /// A token of a resident, whose account is made where it is missing.
    pub async fn resident(&self, phone: &str) -> String {
        self.make_token(Role::Resident, "city", Some(Phone::parse(phone).unwrap()))
            .await
    }

    /// A paired kiosk of a center: its secret, and its id.
    pub async fn kiosk(&self, center: &str, name: &str) -> (String, domain::id::KioskId) {
        let (db, act, key) = (&self.test.db, self.system(), self.site.code_key());
        let center = center.parse().unwrap();
        let code = kiosks::invite(db, &act, key, &center, name).await.unwrap();
        let secret = secrets::new_token_secret(&self.ids);
        let paired = kiosks::pair(db, &act, key, &code.code, &secret)
            .await
            .unwrap();
        (secret, paired.kiosk)
    }

    /// A token that acts as a new member of staff, who can lead shifts of that center.
    pub async fn lead(&self, username: &str, role: Role, center: &str) -> String {
        let grant = Grant {
            role,
            scope: Scope::parse(center).unwrap(),
        };
        let new = NewStaff {
            username: username.into(),
            name: PersonName::parse("王芳").unwrap(),
            password_hash: "unused".into(),
            grants: vec![TimedGrant::for_good(grant.clone())],
            demo: false,
        };
        staff::add(&self.test.db, &self.system(), new)
            .await
            .unwrap();
        let secret = secrets::new_token_secret(&self.ids);
        let new = NewToken {
            label: "test".into(),
            role,
            scope: grant.scope,
            account: None,
            volunteers: false,
            staff: Some(username.into()),
        };
        tokens::create(&self.test.db, &self.system(), new, &secret)
            .await
            .unwrap();
        secret
    }

    async fn make_token(&self, role: Role, scope: &str, account: Option<Phone>) -> String {
        let secret = secrets::new_token_secret(&self.ids);
        let scope = Scope::parse(scope).unwrap();
        let new = NewToken {
            label: "test".into(),
            role,
            scope,
            account,
            volunteers: false,
            staff: None,
        };
        tokens::create(&self.test.db, &self.system(), new, &secret)
            .await
            .unwrap();
        secret
    }

    /// The cookie of a member of staff who has signed in.
    pub async fn staff(&self, username: &str, role: Role, scope: &str) -> String {
        let (db, act) = (&self.test.db, self.system());
        let grant = Grant {
            role,
            scope: Scope::parse(scope).unwrap(),
        };
        let new = NewStaff {
            username: username.into(),
            name: PersonName::parse("王芳").unwrap(),
            password_hash: "unused".into(),
            grants: vec![TimedGrant::for_good(grant)],
            demo: false,
        };
        let id = staff::add(db, &act, new).await.unwrap();
        let secret = secrets::new_login_secret(&self.ids);
        let login = NewLogin::new(&secret, "test");
        staff::finish_sign_in(db, &act, &id, None, login)
            .await
            .unwrap();
        format!("linli={secret}")
    }

    /// An activity in ten days with one date; its id and the date's.
    pub async fn activity(
        &self,
        center: &str,
        terms: TermsEdit,
        publish: bool,
    ) -> (ActivityId, OccurrenceId) {
        self.activity_at(center, terms, publish, now().plus(10 * DAY))
            .await
    }

    /// The same, at that time, for two hours.
    pub async fn activity_at(
        &self,
        center: &str,
        terms: TermsEdit,
        publish: bool,
        starts_at: Timestamp,
    ) -> (ActivityId, OccurrenceId) {
        // Each has a room of its own.
        let others = self.test.number("SELECT COUNT(*) FROM occurrence").await;
        let room = match others {
            0 => "活动室".to_owned(),
            _ => format!("活动室{others}"),
        };
        let new = NewActivity {
            center: center.parse().unwrap(),
            texts: Texts {
                title: "八段锦".into(),
                summary: String::new(),
                kind: domain::activity::Kind::Group,
                field: "elder".into(),
                menu_item_id: None,
            },
            enrolment: domain::activity::Enrolment::Single,
            dates: Dates::List(vec![NewOccurrence {
                starts_at,
                ends_at: starts_at.plus(2 * HOUR),
                room,
                terms,
            }]),
            publish,
        };
        let made = activities::create(&self.test.db, &self.system(), new)
            .await
            .unwrap();
        (made.id, made.occurrences[0].clone())
    }

    /// One date with so many places and so long a waitlist.
    pub async fn occurrence(&self, capacity: u32, waitlist: u32) -> OccurrenceId {
        let terms = TermsEdit {
            capacity: Some(capacity),
            waitlist_capacity: Some(waitlist),
            ..TermsEdit::default()
        };
        self.activity(OWN, terms, true).await.1
    }

    /// Calls the router.
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Reply {
            status: parts.status,
            headers: parts.headers,
            text,
            json,
        }
    }

    /// Calls with a token, a JSON body and further headers.
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(value) => {
                request = request.header("content-type", "application/json");
                Body::from(value.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).unwrap()).await
    }

    pub async fn get(&self, path: &str, token: Option<&str>) -> Reply {
        self.call("GET", path, token, None, &[]).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Reply {
        self.call("POST", path, Some(token), Some(body), &[]).await
    }

    /// Books for the token's own person.
    pub async fn book(&self, occurrence: &OccurrenceId, token: &str) -> Reply {
        let path = format!("/api/v1/occurrences/{occurrence}/bookings");
        self.call("POST", &path, Some(token), None, &[]).await
    }
}

/// The paths that a router has. axum tells them only in its debugging text; a change there shows
/// as an empty list.
pub fn paths<S>(router: &axum::Router<S>) -> std::collections::BTreeSet<String> {
    let text = format!("{router:?}");
    let quoted = text.split('"').skip(1).step_by(2);
    quoted
        .filter(|path| path.starts_with('/') && !path.contains("__private"))
        .map(str::to_owned)
        .collect()
}
