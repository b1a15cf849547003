//! The interface keeps to its description, whatever is sent: every answer has a status that stands
//! there and a body of that shape, none is the server's fault, what the description allows can be
//! sent, and what it forbids is refused. Walks all operations, on both databases.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod common;

use common::{
    OWN, Reply,
    requests::{City, Good, operations},
};
use domain::access::Role;
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use store::testing::TestDb;

/// What streams without an end; `edges.rs` listens to it.
const STREAMS: [&str; 3] = ["occurrence_live", "center_live", "door_live"];

/// The description, with a validator for each shape that was asked for.
struct Document {
    whole: Value,
    shapes: Mutex<BTreeMap<String, Arc<Validator>>>,
    /// What did not hold, by operation and how: one example each.
    wrong: Mutex<BTreeMap<String, String>>,
}

impl Document {
    fn new() -> Self {
        let text = server::rest::document().to_json().unwrap();
        Self {
            whole: serde_json::from_str(&text).unwrap(),
            shapes: Mutex::default(),
            wrong: Mutex::default(),
        }
    }

    fn operation(&self, method: &str, path: &str) -> &Value {
        &self.whole["paths"][path][method.to_lowercase()]
    }

    /// What is wrong with a value of that schema.
    fn unfit(&self, schema: &Value, value: &Value) -> Option<String> {
        let key = schema.to_string();
        let mut shapes = self.shapes.lock().unwrap();
        let validator = shapes.entry(key).or_insert_with(|| {
            let mut root = json!({ "allOf": [schema] });
            root["components"] = self.whole["components"].clone();
            Arc::new(jsonschema::draft202012::new(&root).expect("a schema that can be read"))
        });
        let validator = Arc::clone(validator);
        drop(shapes);
        let errors = validator.iter_errors(value);
        let told: Vec<_> = errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        (!told.is_empty()).then(|| told.join("; "))
    }

    /// What a schema says after its references.
    fn seen<'d>(&'d self, schema: &'d Value) -> &'d Value {
        let mut schema = schema;
        while let Some(to) = schema["$ref"].as_str() {
            schema = self.whole.pointer(to.trim_start_matches('#')).unwrap();
        }
        schema
    }

    fn note(&self, operation: &str, what: &str, example: String) {
        let mut wrong = self.wrong.lock().unwrap();
        wrong
            .entry(format!("{operation}: {what}"))
            .or_insert_with(|| example.chars().take(600).collect());
    }

    /// Everything must have held.
    fn holds(&self) {
        let wrong = self.wrong.lock().unwrap();
        let told = wrong
            .iter()
            .map(|(what, example)| format!("{what}\n    {example}"));
        let told: Vec<_> = told.collect();
        assert!(
            told.is_empty(),
            "{} do not hold:\n{}",
            told.len(),
            told.join("\n")
        );
    }

    /// The answer must stand in the description.
    fn check(&self, id: &str, operation: &Value, asked: &str, reply: &Reply) {
        let status = reply.status.as_u16();
        let note = |what: &str| self.note(id, what, format!("{asked}\n    {}", reply.text));
        if status >= 500 {
            return note(&format!("{status}"));
        }
        let responses = &operation["responses"];
        let kind = reply.header("content-type");
        let kind = kind.split(';').next().unwrap();
        let described = match &responses[status.to_string()] {
            Value::Null if status >= 400 => &responses["default"],
            own => own,
        };
        if described.is_null() {
            return note(&format!("{status} is not described"));
        }
        let content = &described["content"];
        if content.is_null() {
            if !reply.text.is_empty() {
                note(&format!("{status} has a body"));
            }
            return;
        }
        let schema = &content[kind]["schema"];
        if schema.is_null() {
            return note(&format!("{status} as {kind} is not described"));
        }
        if kind.ends_with("json") {
            if let Some(wrong) = self.unfit(schema, &reply.json) {
                let wrong: String = wrong.chars().take(200).collect();
                note(&format!("{status} is not as described: {wrong}"));
            }
            if status >= 400 && reply.json["status"] != status {
                note(&format!("{status} says that it is another"));
            }
        }
    }
}

/// Who may do what, one of them each.
struct Callers(Vec<String>);

impl Callers {
    async fn of(city: &City) -> Self {
        let stage = &city.stage;
        Self(vec![
            stage.token(Role::Admin, "city").await,
            stage.resident(common::RESIDENT).await,
            stage.token(Role::CenterManager, OWN).await,
            city.worker.clone(),
            city.manager.clone(),
            stage.kiosk(OWN, "东门").await.0,
        ])
    }
}

async fn send(city: &City, token: &str, method: &str, path: &str, body: Option<&[u8]>) -> Reply {
    let mut request = axum::http::Request::builder().method(method).uri(path);
    request = request.header("authorization", format!("Bearer {token}"));
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    let body = axum::body::Body::from(body.unwrap_or_default().to_vec());
    city.stage.send(request.body(body).unwrap()).await
}

/// Whoever of them may, with a request that succeeds, and the answer.
async fn succeeds(
    city: &City,
    callers: &Callers,
    id: &str,
    method: &str,
    path: &str,
) -> (usize, Good, Reply) {
    let mut last = None;
    for (nth, token) in callers.0.iter().enumerate() {
        let good = city.good(id, path, &city.own).await;
        let text = good.body.as_ref().map(Value::to_string);
        let reply = send(
            city,
            token,
            method,
            &good.path,
            text.as_deref().map(str::as_bytes),
        )
        .await;
        if reply.status.is_success() {
            return (nth, good, reply);
        }
        last = Some(reply);
    }
    panic!("{id}: nobody may: {last:?}");
}

/// Values that a text, a number or a list may turn out to be. U+0000 comes as JSON writes it.
fn strange() -> Vec<Value> {
    let mut all = vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(256),
        json!(65_536),
        json!(4_294_967_296_u64),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!([]),
        json!([null]),
        json!({}),
        json!({ "a": 1 }),
    ];
    let texts = [
        "",
        " ",
        "x",
        "0",
        "-1",
        "1e400",
        "null",
        "\u{0}",
        "a\u{0}b",
        "\u{feff}",
        "\u{202e}abc",
        "\u{2028}",
        "'; DROP TABLE booking; --",
        "%00",
        "../../etc/passwd",
        "😀👩‍👩‍👧",
        "２０２６",
        "2026-02-30",
        "9999-12-31T23:59:59Z",
        "+292277026-12-04T15:30:07Z",
        "00000000-0000-0000-0000-000000000000",
        "9".repeat(400).as_str(),
        "字".repeat(5_000).as_str(),
    ]
    .map(|text| json!(text));
    all.extend(texts);
    all
}

/// The same body with one member changed, left out or added, at every depth.
fn damaged(body: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    match body {
        Value::Object(members) => {
            let with = |name: &str, value: Option<Value>| {
                let mut changed: Map<String, Value> = members.clone();
                match value {
                    Some(value) => changed.insert(name.to_owned(), value),
                    None => changed.remove(name),
                };
                Value::Object(changed)
            };
            for (name, value) in members {
                found.push(with(name, None));
                found.extend(
                    strange()
                        .into_iter()
                        .map(|strange| with(name, Some(strange))),
                );
                let deeper = damaged(value).into_iter();
                found.extend(deeper.map(|inner| with(name, Some(inner))));
            }
            found.push(with("nobody_knows_this", Some(json!(1))));
            found.push(with("a\u{0}", Some(json!(1))));
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                found.extend(damaged(first).into_iter().map(|item| json!([item])));
                found.extend(strange().into_iter().map(|item| json!([item, first])));
                found.push(Value::Array(vec![first.clone(); 501]));
            }
        }
        _ => {}
    }
    found
}

/// Bodies that are no JSON, or not of any object.
fn no_bodies() -> Vec<Vec<u8>> {
    let texts: [&[u8]; 10] = [
        b"",
        b" ",
        b"{",
        b"null",
        b"[]",
        b"7",
        b"\"\\u0000\"",
        b"{\"a\":\"\\ud800\"}",
        b"{\"a\":1e999}",
        b"\xff\xfe{}",
    ];
    let mut all: Vec<Vec<u8>> = texts.iter().map(|text| text.to_vec()).collect();
    all.push(b"[".repeat(100_000));
    all
}

/// What an operation may be given beside what it needs: a member of every kind that is described.
fn whole(document: &Document, schema: &Value, good: &Value) -> Value {
    let mut all = good.clone();
    let properties = document.seen(schema)["properties"].as_object();
    if let (Some(members), Some(properties)) = (all.as_object_mut(), properties) {
        for name in properties.keys() {
            members.entry(name.clone()).or_insert(Value::Null);
        }
    }
    all
}

async fn what_is_described_can_be_sent_and_is_answered_so(test: TestDb) {
    let city = City::new(test).await;
    let document = Document::new();
    let callers = Callers::of(&city).await;
    for (id, method, path) in operations() {
        if STREAMS.contains(&id.as_str()) {
            continue;
        }
        let operation = document.operation(&method, &path);
        let (_, good, reply) = succeeds(&city, &callers, &id, &method, &path).await;
        document.check(&id, operation, &id, &reply);
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        assert!(
            good.body.is_none() || !schema.is_null(),
            "{id} takes a body that is not described"
        );
        let body = good.body.as_ref();
        if let Some(wrong) = body.and_then(|body| document.unfit(schema, body)) {
            document.note(
                &id,
                "what succeeds is forbidden",
                format!("{wrong}: {body:?}"),
            );
        }
        // Somebody else's, nobody's, and a stranger's request is answered as described too.
        for token in callers.0.iter().map(String::as_str).chain(["nonsense"]) {
            let good = city.standing(&id, &path, &city.foreign);
            let text = good.body.as_ref().map(Value::to_string);
            let text = text.as_deref().map(str::as_bytes);
            let reply = send(&city, token, &method, &good.path, text).await;
            document.check(&id, operation, &id, &reply);
        }
    }
    document.holds();
}

async fn damaged_bodies_are_refused_as_described(test: TestDb) {
    let city = City::new(test).await;
    let document = Document::new();
    let callers = Callers::of(&city).await;
    let mut tried = 0;
    for (id, method, path) in operations() {
        let operation = document.operation(&method, &path);
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if schema.is_null() {
            continue;
        }
        let (caller, good, _) = succeeds(&city, &callers, &id, &method, &path).await;
        let token = &callers.0[caller];
        let good = good.body.unwrap_or_else(|| json!({}));
        let standing = city.standing(&id, &path, &city.own).path;
        for body in damaged(&whole(&document, schema, &good)) {
            tried += 1;
            let text = body.to_string();
            let reply = send(&city, token, &method, &standing, Some(text.as_bytes())).await;
            let asked = format!("{id} with {:.300}", text);
            document.check(&id, operation, &asked, &reply);
            // A batch answers each item for itself.
            let each = ["check_in_batch", "sheet"].contains(&id.as_str());
            let unfit = document.unfit(schema, &body);
            if let (false, true, Some(wrong)) = (each, reply.status.is_success(), unfit) {
                let wrong: String = wrong.chars().take(120).collect();
                document.note(
                    &id,
                    &format!("what is forbidden succeeds: {wrong}"),
                    asked.clone(),
                );
            }
        }
        for body in no_bodies() {
            let reply = send(&city, token, &method, &standing, Some(&body)).await;
            document.check(
                &id,
                operation,
                &format!("{id} with {:?}", &body[..body.len().min(20)]),
                &reply,
            );
        }
    }
    assert!(tried > 2_000, "only {tried} bodies were tried");
    document.holds();
}

/// Texts for a place in an address.
const IN_ADDRESSES: [&str; 12] = [
    "%00",
    "a%00b",
    "%20",
    "-1",
    "0",
    "99999999999999999999999999",
    "%F0%9F%98%80",
    "%ff",
    "'%20OR%201=1%20--",
    "2026-02-30",
    "00000000-0000-0000-0000-000000000000",
    "%E2%80%AE",
];

async fn strange_addresses_are_refused_as_described(test: TestDb) {
    let city = City::new(test).await;
    let document = Document::new();
    let callers = Callers::of(&city).await;
    let long = "9".repeat(3_000);
    let mut values = IN_ADDRESSES.to_vec();
    values.push(&long);
    for (id, method, path) in operations() {
        if STREAMS.contains(&id.as_str()) {
            continue;
        }
        let operation = document.operation(&method, &path);
        let standing = city.standing(&id, &path, &city.own);
        let body = standing.body.as_ref().map(Value::to_string);
        let body = body.as_deref().map(str::as_bytes);
        let parameters = operation["parameters"].as_array();
        let parameters = parameters.map_or(&[][..], Vec::as_slice);
        let mut addresses = Vec::new();
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap();
            for value in &values {
                match parameter["in"].as_str().unwrap() {
                    "path" => {
                        let changed = path.replace(&format!("{{{name}}}"), value);
                        let own = city.standing(&id, &changed, &city.own);
                        addresses.push(own.path);
                    }
                    "query" => {
                        let base = standing.path.split('?').next().unwrap();
                        addresses.push(format!("{base}?{name}={value}"));
                        addresses.push(format!("{base}?{name}={value}&{name}={value}"));
                    }
                    _ => {}
                }
            }
        }
        addresses.push(format!("{}?nobody_knows_this=1", standing.path));
        for address in addresses {
            for token in &callers.0 {
                let reply = send(&city, token, &method, &address, body).await;
                document.check(&id, operation, &format!("{method} {address:.200}"), &reply);
            }
        }
        for key in ["", " ", "ä", &"k".repeat(129)] {
            let reply = city
                .stage
                .call(
                    &method,
                    &standing.path,
                    Some(&callers.0[0]),
                    standing.body.clone(),
                    &[("idempotency-key", key)],
                )
                .await;
            document.check(
                &id,
                operation,
                &format!("{id} with the key {key:?}"),
                &reply,
            );
        }
    }
    document.holds();
}

store::on_both_databases! {
    what_is_described_can_be_sent_and_is_answered_so => super::what_is_described_can_be_sent_and_is_answered_so,
    damaged_bodies_are_refused_as_described => super::damaged_bodies_are_refused_as_described,
    strange_addresses_are_refused_as_described => super::strange_addresses_are_refused_as_described,
}
