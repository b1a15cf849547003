//! The morning's self-test: each part is tried, and told with how to mend it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The words of one check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckWords {
    /// Its stable name, as the server knows it.
    pub name: String,
    /// What it is.
    pub title: String,
    /// How to mend it.
    pub fix: String,
}

/// The words of [`SelfTest`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TestWords {
    /// The checks, in order.
    pub checks: Vec<CheckWords>,
    /// It works.
    pub green: String,
    /// Look at it when there is time.
    pub amber: String,
    /// It does not work.
    pub red: String,
    /// It is being tried.
    pub running: String,
    /// What the scanner is to scan.
    pub scan: String,
    /// The results are with the staff.
    pub sent: String,
    /// They could not be sent.
    pub not_sent: String,
}

/// Tries everything at once, and tells the server.
#[island]
pub fn SelfTest(
    /// Its words, in the page's language.
    words: TestWords,
    /// What the scanner types when it works.
    expected: String,
    /// A genuine ticket that stands for nothing, and a forged one.
    samples: [String; 2],
    /// How far the clock may be off, in milliseconds.
    limit_ms: i64,
    /// The version of the program.
    version: String,
) -> impl IntoView {
    let results = RwSignal::new(vec![None::<&'static str>; words.checks.len()]);
    let (sent, set_sent) = signal(None::<bool>);
    #[cfg(feature = "hydrate")]
    browser::run(
        browser::Given {
            names: words.checks.iter().map(|c| c.name.clone()).collect(),
            expected,
            samples,
            limit_ms,
            version,
        },
        results,
        set_sent,
    );
    #[cfg(not(feature = "hydrate"))]
    let _ = (expected, samples, limit_ms, version, set_sent);
    let [green, amber, red, running] = [words.green, words.amber, words.red, words.running];
    let rows: Vec<_> = words
        .checks
        .into_iter()
        .enumerate()
        .map(|(n, check)| {
            let light = move || results.with(|all| all.get(n).copied().flatten());
            let said = {
                let (green, amber, red, running) =
                    (green.clone(), amber.clone(), red.clone(), running.clone());
                move || match light() {
                    Some("green") => green.clone(),
                    Some("amber") => amber.clone(),
                    Some(_) => red.clone(),
                    None => running.clone(),
                }
            };
            let scanner = check.name == "scanner";
            let scan = (scanner).then(|| view! { <p>{words.scan.clone()}</p> });
            view! {
                <li class="light-row" data-check=check.name.clone() data-light=move || light().unwrap_or("none")>
                    <span class="light" aria-hidden="true"></span>
                    <div>
                        <h2>{check.title}": "<span role="status">{said}</span></h2>
                        {scan}
                        <p hidden=move || matches!(light(), None | Some("green"))>{check.fix}</p>
                    </div>
                </li>
            }
        })
        .collect();
    let [told, not_told] = [words.sent, words.not_sent];
    view! {
        <ul class="kiosk-rows">{rows}</ul>
        <p class="kiosk-note" role="status">{move || match sent.get() {
            Some(true) => told.clone(),
            Some(false) => not_told.clone(),
            None => String::new(),
        }}</p>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::*;
    use crate::server::{self, Check, Health};
    use gloo::{
        events::EventListener,
        storage::{LocalStorage, Storage},
        utils::{document, window},
    };
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::KeyboardEvent;

    /// What is kept for a moment, to see whether it is.
    const TRIED: &str = "linli-test";

    #[derive(Serialize)]
    struct Sample<'a> {
        token: &'a str,
    }

    pub(super) struct Given {
        pub(super) names: Vec<String>,
        pub(super) expected: String,
        pub(super) samples: [String; 2],
        pub(super) limit_ms: i64,
        pub(super) version: String,
    }

    pub(super) fn run(
        given: Given,
        results: RwSignal<Vec<Option<&'static str>>>,
        set_sent: WriteSignal<Option<bool>>,
    ) {
        let given = StoredValue::new_local(given);
        let set = move |name: &str, light: &'static str| {
            let at = given.with_value(|g| g.names.iter().position(|n| n == name));
            if let Some(at) = at {
                results.update(|all| all[at] = Some(light));
            }
        };
        let send = move || {
            spawn_local(async move {
                let (version, names) = given.with_value(|g| (g.version.clone(), g.names.clone()));
                let sent = tell(&version, &names, &results.get_untracked()).await;
                set_sent.set(Some(sent));
            });
        };
        let (expected, samples, limit_ms) =
            given.with_value(|g| (g.expected.clone(), g.samples.clone(), g.limit_ms));
        listen_for(expected, move || {
            set("scanner", "green");
            send();
        });
        // After the page has come alive as the server drew it.
        spawn_local(async move {
            set("scanner", "amber");
            set("ticket", tickets(&samples).await);
            match server::ask(server::ROOT).await {
                Ok(_) => set("network", "green"),
                Err(_) => set("network", "red"),
            }
            set(
                "clock",
                match server::time().map(|time| time.off_now.abs()) {
                    Some(off) if off <= 2_000.0 => "green",
                    #[expect(clippy::cast_precision_loss, reason = "a minute")]
                    Some(off) if off <= limit_ms as f64 => "amber",
                    _ => "red",
                },
            );
            set("storage", keeps().await);
            let camera = scan_page::camera::shows_pictures().await;
            set("camera", if camera { "green" } else { "red" });
            send();
        });
    }

    /// Whether a genuine ticket is taken and a forged one is not; unknown without a network.
    async fn tickets([genuine, forged]: &[String; 2]) -> &'static str {
        match (is_genuine(genuine).await, is_genuine(forged).await) {
            (Some(true), Some(false)) => "green",
            (Some(_), Some(_)) => "red",
            _ => "amber",
        }
    }

    async fn is_genuine(token: &str) -> Option<bool> {
        let path = format!("{}/test-ticket", server::ROOT);
        server::send(&path, &Sample { token }).await.ok()?.genuine
    }

    /// Whether the browser keeps what it is given, and promises not to throw it away.
    async fn keeps() -> &'static str {
        let there = matches!(window().local_storage(), Ok(Some(_)));
        let kept = there && LocalStorage::raw().set_item(TRIED, "1").is_ok() && {
            let found = LocalStorage::raw().get_item(TRIED);
            LocalStorage::delete(TRIED);
            matches!(found, Ok(Some(_)))
        };
        if !kept {
            return "red";
        }
        let promised = match window().navigator().storage().persist() {
            Ok(promise) => JsFuture::from(promise).await.ok(),
            Err(_) => None,
        };
        match promised.is_some_and(|promised| promised.is_truthy()) {
            true => "green",
            false => "amber",
        }
    }

    fn listen_for(expected: String, mut found: impl FnMut() + 'static) {
        let mut typed = String::new();
        EventListener::new(&document(), "keydown", move |event| {
            // By the key's place, so that an input method in between changes nothing.
            let code = event.unchecked_ref::<KeyboardEvent>().code();
            if let Some(digit) = code.strip_prefix("Digit").or(code.strip_prefix("Numpad")) {
                typed.push_str(digit);
            }
            if typed.ends_with(&expected) {
                typed.clear();
                found();
            }
        })
        .forget();
    }

    async fn tell(version: &str, names: &[String], lights: &[Option<&'static str>]) -> bool {
        let of = |name: &str| {
            let at = names.iter().position(|n| n == name)?;
            lights.get(at).copied().flatten()
        };
        let part = |light: Option<&str>| match light {
            Some("green") => "ok",
            Some("red") => "failed",
            _ => "unknown",
        };
        let checks = names.iter().zip(lights).filter_map(|(check, light)| {
            Some(Check {
                check,
                light: (*light)?,
            })
        });
        let health = Health {
            version,
            camera: part(of("camera")),
            scanner: part(of("scanner")),
            checks: checks.collect(),
            ..Health::default()
        };
        server::tell(health).await.is_ok()
    }
}
