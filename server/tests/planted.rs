//! What a walk through all pages and forms finds. Markup that somebody plants in a text comes back as
//! text, in every element (C-191): a browser's parser is the judge, and what it finds must not hold
//! the planted element. Every form that is sent by POST has a key of its own (C-181).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use common::{
    OWN, RESIDENT, Reply, Stage,
    html::{elements, forms},
    now, paths,
    places::{Place, place},
    shifts::{running, unclosed},
};
use domain::access::Role;
use std::collections::BTreeSet;
use store::testing::TestDb;

/// Ends whatever it may stand in, and begins an element of its own.
const PLANTED: &str =
    "\"'></textarea></title></style></script></noscript></svg>--><x-planted x-planted=1>";

/// Texts that people write, by table.
const TEXTS: &[(&str, &[&str])] = &[
    (
        "center",
        &[
            "name",
            "district",
            "subdistrict",
            "community",
            "address",
            "phone",
            "hours",
        ],
    ),
    ("room", &["name"]),
    ("service_field", &["name_zh", "name_en"]),
    ("activity", &["title", "summary"]),
    ("occurrence", &["bring", "cancel_reason"]),
    ("person", &["name"]),
    ("staff", &["name"]),
    ("kiosk", &["name"]),
    ("login", &["device"]),
    ("token", &["label"]),
    ("booking", &["cancel_reason"]),
    ("check_in", &["door"]),
    ("shift", &["title", "place", "risks", "cancel_reason"]),
    ("assignment", &["end_reason", "override_reason"]),
];

async fn plant(stage: &Stage) {
    let text = PLANTED.replace('\'', "''");
    let mut sql = Vec::new();
    for (table, columns) in TEXTS {
        for column in *columns {
            sql.push(match (*table, *column) {
                // A center's rooms have different names.
                ("room", _) => format!("UPDATE room SET name = '{text}' || id"),
                _ => format!("UPDATE {table} SET {column} = '{text}'"),
            });
        }
    }
    sql.push(format!(
        "INSERT INTO center_exception (center_id, on_day, hours, reason, said_by, at)
         SELECT id, '{}', '', '{text}', 'system', 0 FROM center",
        now().day()
    ));
    // The name of a training is what others refer to.
    sql.push(format!("INSERT INTO training (name) VALUES ('{text}')"));
    sql.push(format!("UPDATE occurrence SET grants_training = '{text}'"));
    let texts = serde_json::json!({ "name": PLANTED, "summary": PLANTED, "how_to": PLANTED });
    let texts = texts.to_string().replace('\'', "''");
    sql.push(format!("UPDATE menu_item SET texts_zh = '{texts}'"));
    stage.test.arrange(sql).await;
}

/// Somebody who looks at pages: who, and the header that says so.
struct Reader {
    name: &'static str,
    credential: (&'static str, String),
}

impl Reader {
    async fn send(&self, stage: &Stage, method: &str, path: &str, body: String) -> Reply {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(self.credential.0, &self.credential.1);
        stage.send(request.body(Body::from(body)).unwrap()).await
    }
}

fn reader(name: &'static str, header: &'static str, value: String) -> Reader {
    let credential = (header, value);
    Reader { name, credential }
}

async fn readers(stage: &Stage) -> Vec<Reader> {
    let resident = format!("Bearer {}", stage.resident(RESIDENT).await);
    let (kiosk, _) = stage.kiosk(OWN, "大厅").await;
    let kiosk = format!("linli-kiosk={kiosk}");
    let mut readers = vec![
        reader("stranger", "accept", "text/html".to_owned()),
        reader("resident", "authorization", resident),
        reader("kiosk", "cookie", kiosk),
    ];
    for (name, role, scope) in [
        ("worker", Role::SocialWorker, OWN),
        ("manager", Role::CenterManager, OWN),
        ("city", Role::CitySupervisor, "city"),
        ("admin", Role::Admin, "city"),
    ] {
        let cookie = stage.staff(name, role, scope).await;
        readers.push(reader(name, "cookie", cookie));
    }
    readers
}

/// Where a browser's parser finds the planted element in an answer, and forms without a key.
fn faults(reader: &Reader, method: &str, path: &str, reply: &Reply) -> Vec<String> {
    if !reply.header("content-type").starts_with("text/html") {
        return Vec::new();
    }
    let page = elements(&reply.text);
    let mut keys = BTreeSet::new();
    let keyless = forms(&page).into_iter().filter_map(|form| {
        let key = form.fields.iter().find(|field| field.name == "key");
        let key = key.map(|field| field.value.clone()).unwrap_or_default();
        let is_own = key.len() == 36 && keys.insert(key);
        (!is_own).then(|| format!("a form to {} without a key of its own", form.action))
    });
    let keyless: Vec<String> = keyless.collect();
    let grown = page.iter().filter(|e| {
        e.name == "x-planted" || e.attributes.iter().any(|(name, _)| name == "x-planted")
    });
    let grown = grown.map(|e| format!("<{}> {:?}", e.name, e.attributes));
    let found = grown.chain(keyless);
    found
        .map(|what| format!("{} {method} {path}: {what}", reader.name))
        .collect()
}

/// Ends what the others still need.
fn ends_something(path: &str) -> bool {
    ["/cancel", "/remove", "sign-out", "/logins", "/exit"]
        .iter()
        .any(|end| path.contains(end))
}

fn escaped(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

/// Opens every page, and sends every form of it with the planted text in each field that somebody
/// types in. Names the forms that were sent.
async fn walk(
    stage: &Stage,
    place: &Place,
    reader: &Reader,
    wrong: &mut Vec<String>,
) -> BTreeSet<String> {
    let routes = app::resident::routes()
        .merge(app::staff::routes())
        .merge(app::kiosk::routes());
    let mut sent = BTreeSet::new();
    let mut shown = 0;
    for template in paths(&routes) {
        let path = place.path(&template);
        if ends_something(&path) || path.contains('{') {
            continue;
        }
        let page = reader.send(stage, "GET", &path, String::new()).await;
        wrong.extend(faults(reader, "GET", &path, &page));
        if page.status != StatusCode::OK || !page.header("content-type").starts_with("text/html") {
            continue;
        }
        shown += 1;
        for form in forms(&elements(&page.text)) {
            if ends_something(&form.action) || !sent.insert(form.action.clone()) {
                continue;
            }
            let fields = form.fields.iter().map(|field| {
                let value = if field.is_typed {
                    PLANTED
                } else {
                    &field.value
                };
                format!("{}={}", escaped(&field.name), escaped(value))
            });
            let body: Vec<String> = fields.collect();
            let answer = reader
                .send(stage, "POST", &form.action, body.join("&"))
                .await;
            assert!(
                !answer.status.is_server_error(),
                "{} POST {}: {}",
                reader.name,
                form.action,
                answer.text
            );
            wrong.extend(faults(reader, "POST", &form.action, &answer));
        }
    }
    assert!(shown >= 8, "{} saw {shown} pages", reader.name);
    sent
}

async fn c191_planted_markup_comes_back_as_text_and_c181_every_form_has_a_key(test: TestDb) {
    let stage = Stage::new(test).await;
    let relative = "0190f000-0000-7000-8000-00000000000a";
    let place = place(&stage, OWN, RESIDENT, relative).await;
    // A day with something in each of its sections.
    running(&stage, OWN, relative).await;
    unclosed(&stage, OWN, relative, 1).await;
    let readers = readers(&stage).await;
    plant(&stage).await;
    let mut wrong = Vec::new();
    let mut sent = BTreeSet::new();
    for reader in &readers {
        sent.extend(walk(&stage, &place, reader, &mut wrong).await);
    }
    assert!(sent.len() >= 20, "only these forms were sent: {sent:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

store::on_both_databases! {
    c191_planted_markup_comes_back_as_text_and_c181_every_form_has_a_key => super::c191_planted_markup_comes_back_as_text_and_c181_every_form_has_a_key,
}
