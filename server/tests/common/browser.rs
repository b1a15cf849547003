//! A browser without JavaScript: it keeps cookies and sends forms.

use super::{OWN, RESIDENT, Reply, Stage, now};
use axum::{body::Body, http::Request};
use domain::{id::OccurrenceId, time::MINUTE};
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
