//! Answers that are kept in files, so that any change to one is seen and meant. What differs from
//! run to run is replaced: ids are numbered in the order in which they come up.

use super::Reply;
use serde_json::{Map, Value, json};
use std::{collections::HashMap, path::PathBuf};

/// Where they are kept.
pub fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"))
}

/// What is kept of an answer.
pub fn of(reply: &Reply) -> Value {
    let kind = reply.header("content-type");
    let body = match (&reply.json, kind) {
        (Value::Null, "") => Value::Null,
        (Value::Null, kind) if kind.starts_with("image/") => json!("«picture»"),
        (Value::Null, kind) if kind.contains("spreadsheetml") => json!("«workbook»"),
        (Value::Null, _) => json!(Steady::default().text(&reply.text)),
        (json, _) => Steady::default().value("", json),
    };
    json!({ "status": reply.status.as_u16(), "content_type": kind, "body": body })
}

/// Whether the answer is the one that was agreed; says how it differs.
pub fn differs(name: &str, reply: &Reply) -> Option<String> {
    let path = folder().join(format!("{name}.json"));
    let now = format!("{}\n", serde_json::to_string_pretty(&of(reply)).unwrap());
    if std::env::var_os("LINLI_UPDATE").is_some() {
        std::fs::create_dir_all(folder()).unwrap();
        std::fs::write(&path, &now).unwrap();
    }
    let agreed = std::fs::read_to_string(&path).unwrap_or_default();
    if agreed == now {
        return None;
    }
    let (was, is) = (agreed.lines(), now.lines());
    let line = was
        .clone()
        .zip(is.clone())
        .position(|(was, is)| was != is)
        .unwrap_or(was.clone().count().min(is.clone().count()));
    let at = |mut lines: std::str::Lines<'_>| lines.nth(line).unwrap_or("(its end)").to_owned();
    let (was, is) = (at(was), at(is));
    Some(format!(
        "{name}.json, line {}: agreed\n  {was}\nnow\n  {is}",
        line + 1
    ))
}

/// Replaces what differs from run to run.
#[derive(Default)]
struct Steady {
    ids: HashMap<String, usize>,
}

impl Steady {
    fn value(&mut self, name: &str, value: &Value) -> Value {
        match value {
            Value::String(text) => json!(match name {
                "short_code" => "«short code»".to_owned(),
                "wall_secret" => "«secret»".to_owned(),
                "number" => "«number»".to_owned(),
                "signature" => "«signature»".to_owned(),
                "next" => "«cursor»".to_owned(),
                _ => self.text(text),
            }),
            Value::Array(items) => items.iter().map(|item| self.value(name, item)).collect(),
            Value::Object(members) => {
                let steady =
                    |(name, value): (&String, &Value)| (name.clone(), self.value(name, value));
                Value::Object(members.iter().map(steady).collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }

    fn text(&mut self, text: &str) -> String {
        if text.len() == 200 && text.bytes().all(|b| b.is_ascii_digit()) {
            return "«ticket»".to_owned();
        }
        let mut steady = String::new();
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let id = rest
                .get(..36)
                .filter(|id| uuid::Uuid::try_parse(id).is_ok());
            match id {
                Some(id) => {
                    let count = self.ids.len() + 1;
                    let number = *self.ids.entry(id.to_owned()).or_insert(count);
                    steady += &format!("«id {number}»");
                    rest = &rest[36..];
                }
                None => {
                    steady.push(next);
                    rest = &rest[next.len_utf8()..];
                }
            }
        }
        steady
    }
}
