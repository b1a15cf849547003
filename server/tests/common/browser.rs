//! A browser without JavaScript: it keeps cookies and sends forms.

use super::{OWN, RESIDENT, Reply, Stage, html, now};
use axum::{body::Body, http::Request};
use domain::{access::Role, id::OccurrenceId, time::MINUTE};
use serde_json::Value;
use store::occurrences::TermsEdit;

/// A browser with its cookies.
#[derive(Clone, Default)]
pub struct Browser {
    pub cookies: Vec<(String, String)>,
}

impl Browser {
    pub fn kiosk(secret: &str) -> Self {
        Self {
            cookies: vec![("linli-kiosk".into(), secret.into())],
        }
    }

    /// One in which the resident has signed in.
    pub async fn resident(stage: &Stage) -> Self {
        let secret = "a-login-of-the-resident";
        sign_in(stage, store::logins::NewLogin::new(secret, "phone")).await;
        Self {
            cookies: vec![("linli".into(), secret.into())],
        }
    }

    /// One in which that member of staff has signed in.
    pub async fn staff(stage: &Stage, username: &str, role: Role, scope: &str) -> Self {
        let cookie = stage.staff(username, role, scope).await;
        let (name, value) = cookie.split_once('=').unwrap();
        Self {
            cookies: vec![(name.into(), value.into())],
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.cookies.iter().any(|(n, v)| n == name && !v.is_empty())
    }

    pub async fn send(
        &mut self,
        stage: &Stage,
        method: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Reply {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let body: Vec<String> = form
            .iter()
            .map(|(name, value)| {
                let escaped: String = value.bytes().map(|b| format!("%{b:02X}")).collect();
                format!("{name}={escaped}")
            })
            .collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", pairs.join("; "))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded");
        let reply = stage
            .send(request.body(Body::from(body.join("&"))).unwrap())
            .await;
        for set in reply.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(n, _)| n != name);
            self.cookies.push((name.into(), value.into()));
        }
        reply
    }

    pub async fn get(&mut self, stage: &Stage, path: &str) -> Reply {
        self.send(stage, "GET", path, &[]).await
    }

    pub async fn post(&mut self, stage: &Stage, path: &str, form: &[(&str, &str)]) -> Reply {
        self.send(stage, "POST", path, form).await
    }

    /// Sends a form that was filled in ([`html::filled`]).
    pub async fn fill(&mut self, stage: &Stage, path: &str, form: &html::Fields) -> Reply {
        let form: Vec<(&str, &str)> = form
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.post(stage, path, &form).await
    }

    /// Opens a page and sends its form that goes there, with other values for some of its fields.
    pub async fn press(
        &mut self,
        stage: &Stage,
        (page, action): (&str, &str),
        with: &[(&str, &str)],
    ) -> Reply {
        let page = self.get(stage, page).await.is(200);
        self.fill(stage, action, &html::filled(&page.text, action, with))
            .await
    }
}

/// Begins a session of the resident.
pub async fn sign_in(stage: &Stage, login: store::logins::NewLogin) {
    use domain::person::Phone;
    let (db, act, key) = (&stage.test.db, stage.system(), stage.site.code_key());
    let phone = Phone::parse(RESIDENT).unwrap();
    store::sign_in::request_code(db, &act, key, &phone, "zh-CN")
        .await
        .unwrap();
    let mut tx = db.read().await.unwrap();
    let (data,): (String,) = tx
        .sql("SELECT data FROM outbox WHERE kind = 'sign_in_code'")
        .one()
        .await
        .unwrap();
    drop(tx);
    let digits: String = data.chars().filter(char::is_ascii_digit).collect();
    let code = &digits[..6];
    store::sign_in::verify(db, &act, key, &phone, code, "zh-CN", login)
        .await
        .unwrap();
}

/// A page but for the keys of its forms, which differ every time.
pub fn without_keys(page: &str) -> String {
    const BEFORE: &str = "name=\"key\" value=\"";
    let mut parts = page.split(BEFORE);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (_, rest) = part.split_once('"').expect("the end of a key");
        format!("{text}{rest}")
    })
}

/// What stands between two marks of a page.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).expect(before);
    rest.split_once(after)
        .expect(after)
        .0
        .trim_end_matches("<!>")
}

/// Something that is on in half an hour at the own center.
pub async fn soon(stage: &Stage) -> OccurrenceId {
    let terms = TermsEdit {
        capacity: Some(5),
        ..TermsEdit::default()
    };
    let at = now().plus(30 * MINUTE);
    stage.activity_at(OWN, terms, true, at).await.1
}

/// Such a thing with a place of the resident: booking
/// and short code.
pub async fn booked(stage: &Stage) -> (String, String) {
    let occurrence = soon(stage).await;
    let token = stage.resident(RESIDENT).await;
    let reply = stage.book(&occurrence, &token).await.is(201).json;
    let of = |value: &Value| value.as_str().unwrap().to_owned();
    (of(&reply["id"]), of(&reply["ticket"]["short_code"]))
}
