//! Fails the build when a language lacks a word, has one too many, or names other placeholders.
//! (`leptos_i18n` itself falls back to the default language in silence.)
//!
//! Then it writes the module of the words. The generator of `leptos_i18n` is called here and not by
//! its macro, because the macro cannot make texts with placeholders outside of a view.
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const DEFAULT: &str = "locales/zh-CN.json";

fn main() {
    println!("cargo::rerun-if-changed=locales");
    let mut languages = BTreeMap::new();
    let entries = std::fs::read_dir("locales").into_iter().flatten();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.extension().is_some_and(|ending| ending == "json") {
            let name = path.to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            match serde_json::from_str(&text) {
                Ok(value) => {
                    let mut words = BTreeMap::new();
                    collect("", &value, &mut words);
                    languages.insert(name, words);
                }
                Err(error) => println!("cargo::error=app/{name}: {error}"),
            }
        }
    }
    let Some(reference) = languages.remove(DEFAULT) else {
        println!("cargo::error=app/{DEFAULT} is missing or cannot be read");
        return;
    };
    for (name, words) in &languages {
        for (key, placeholders) in &reference {
            match words.get(key) {
                None => {
                    println!("cargo::error=app/{name} lacks \"{key}\", which app/{DEFAULT} has")
                }
                Some(found) if found != placeholders => println!(
                    "cargo::error=app/{name}: \"{key}\" uses {found:?}, app/{DEFAULT} uses {placeholders:?}"
                ),
                Some(_) => {}
            }
        }
        for key in words.keys().filter(|key| !reference.contains_key(*key)) {
            println!("cargo::error=app/{name} has \"{key}\", which app/{DEFAULT} lacks");
        }
    }
    #[cfg(feature = "ssr")]
    if let Err(error) = generate(languages.keys()) {
        println!("cargo::error=app/locales: {error}");
    }
}

/// Writes the module of the words. Every file of `locales/` is a language.
#[cfg(feature = "ssr")]
fn generate<'a>(
    others: impl Iterator<Item = &'a String>,
) -> Result<(), Box<dyn std::error::Error>> {
    use leptos_i18n_parser::parse_locales::{
        options::{Config, ParseOptions},
        parse_locales,
    };
    let tag = |path: &str| {
        path.trim_start_matches("locales/")
            .trim_end_matches(".json")
            .to_owned()
    };
    let config = Config::new(&tag(DEFAULT))?
        .add_locales(others.map(|path| tag(path)))?
        .parse_options(ParseOptions::default().interpolate_display(true));
    let module =
        leptos_i18n_codegen::gen_code(&parse_locales(None, config)?, None, false, None, true)?;
    let path = std::path::Path::new(&std::env::var("OUT_DIR")?).join("i18n.rs");
    std::fs::write(path, module.to_string())?;
    Ok(())
}

/// Gathers every key with the placeholders (`{{ name }}`) of its text. The forms of a plural
/// (`key_one`, `key_other`) count as one key: languages differ in how many they need.
fn collect(prefix: &str, value: &Value, words: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let key = ["_zero", "_one", "_two", "_few", "_many", "_other"]
                    .iter()
                    .find_map(|form| key.strip_suffix(form))
                    .unwrap_or(key);
                let path = if prefix.is_empty() {
                    key.to_owned()
                } else {
                    format!("{prefix}.{key}")
                };
                collect(&path, value, words);
            }
        }
        Value::String(text) => {
            let names = text.split("{{").skip(1).filter_map(|rest| {
                Some(
                    rest.split_once("}}")?
                        .0
                        .split(',')
                        .next()?
                        .trim()
                        .to_owned(),
                )
            });
            words.entry(prefix.to_owned()).or_default().extend(names);
        }
        _ => println!(
            "cargo::error=app/locales: \"{prefix}\" is neither a text nor a group of texts"
        ),
    }
}
