//! The description of the interface: it lists what is routed and nothing else, and it changes only
//! on purpose. After such a change: `LINLI_UPDATE=1 cargo test -p server --test openapi`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

use serde_json::Value;
use std::collections::BTreeSet;

fn document() -> Value {
    serde_json::from_str(&server::rest::document().to_json().unwrap()).unwrap()
}

#[test]
fn the_description_is_the_one_that_was_agreed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let now = format!("{}\n", serde_json::to_string_pretty(&document()).unwrap());
    if std::env::var_os("LINLI_UPDATE").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let agreed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        now == agreed,
        "server/openapi.json differs; look at the change, then run with LINLI_UPDATE=1"
    );
}

#[test]
fn what_is_routed_is_described() {
    // axum tells its paths only in its debugging text.
    let text = format!("{:?}", server::rest::routes());
    let root = server::rest::ROOT;
    let routed: BTreeSet<&str> = text
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|path| path.starts_with(root) && !path.contains("__private") && *path != root)
        .collect();
    assert!(
        routed.len() > 10,
        "axum's debugging text has changed: {text}"
    );
    let document = document();
    let mut described: BTreeSet<&str> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let itself = format!("{root}/openapi.json");
    described.insert(&itself);
    let routed: BTreeSet<&str> = routed
        .into_iter()
        .filter(|path| !path.ends_with('/'))
        .collect();
    assert_eq!(routed, described);
}

#[test]
fn every_operation_tells_its_problems_and_who_may_call_it() {
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let problem = &operation["responses"]["default"]["content"]["application/problem+json"];
            assert!(problem.is_object(), "{method} {path}");
            let security = operation["security"].as_array().unwrap();
            let public = operation["tags"][0] == "public";
            assert_eq!(
                security.iter().any(|s| s.as_object().unwrap().is_empty()),
                public,
                "{method} {path}"
            );
            assert!(operation["summary"].is_string(), "{method} {path}");
        }
    }
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["token"]["scheme"], "bearer");
    let problem = &document["components"]["schemas"]["Problem"]["properties"];
    for member in [
        "type",
        "title",
        "status",
        "detail",
        "code",
        "until",
        "alternatives",
    ] {
        assert!(problem[member].is_object(), "{member}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(value: &Value, whole: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(to)) = members.get("$ref") {
                    let pointer = to.trim_start_matches('#');
                    assert!(whole.pointer(pointer).is_some(), "{to} leads nowhere");
                }
                members.values().for_each(|member| walk(member, whole));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, whole)),
            _ => {}
        }
    }
    let document = document();
    walk(&document, &document);
}
