//! Scanners and people at one keyboard (C-104, C-105, C-106).
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use scan::Wedge;
use scan::wedge::{Key, Response, SILENCE_MS};

/// How an input method shows a key to the page.
#[derive(Clone, Copy, Debug)]
enum Method {
    Plain,
    /// The key's name hidden, its place told.
    Process,
    /// Full-width characters.
    Wide,
}

/// A page with a form field, doing what a [`Response`] says.
#[derive(Default)]
struct Page {
    wedge: Wedge,
    field: String,
    remembered: String,
    submitted: usize,
    scans: Vec<String>,
    wake_at: Option<u64>,
}

impl Page {
    fn obey(&mut self, response: &Response) {
        if response.take_back {
            self.field.clone_from(&self.remembered);
        }
        if let Some(text) = &response.give_back {
            self.field.push_str(text);
        }
        if response.remember {
            self.remembered.clone_from(&self.field);
        }
        self.scans.extend(response.scan.clone());
        self.wake_at = response.wake_at;
    }

    /// Time passes up to `now`.
    fn wait(&mut self, now: u64) {
        while let Some(at) = self.wake_at.filter(|&at| at <= now) {
            let response = self.wedge.tick(at);
            self.obey(&response);
        }
    }

    fn press(&mut self, key: &Key<'_>, lands: &str) {
        self.wait(key.at);
        let response = self.wedge.press(key);
        self.obey(&response);
        if !response.swallow {
            if key.key == "Enter" {
                self.submitted += 1;
            } else {
                self.field.push_str(lands);
            }
        }
    }

    fn character(&mut self, c: char, at: u64, method: Method) {
        let code = if c.is_ascii_digit() {
            format!("Digit{c}")
        } else if c.is_ascii_alphabetic() {
            format!("Key{}", c.to_ascii_uppercase())
        } else {
            "Minus".to_owned()
        };
        let shift = c.is_ascii_uppercase();
        if shift {
            let key = Key {
                key: "Shift",
                code: "ShiftLeft",
                at,
                shift,
                ..Key::default()
            };
            self.press(&key, "");
        }
        let shown = match method {
            Method::Plain => c.to_string(),
            Method::Process => "Process".to_owned(),
            Method::Wide => char::from_u32(u32::from(c) + 0xfee0).unwrap().to_string(),
        };
        let composing = matches!(method, Method::Process);
        let key = Key {
            key: &shown,
            code: &code,
            at,
            composing,
            shift,
            ..Key::default()
        };
        self.press(&key, &c.to_string());
    }

    fn named(&mut self, key: &str, at: u64) {
        self.press(
            &Key {
                key,
                code: key,
                at,
                ..Key::default()
            },
            "",
        );
    }

    /// Types like a scanner and returns the time after it.
    fn scan(&mut self, text: &str, start: u64, gaps: &[u64], suffix: &str, method: Method) -> u64 {
        let mut at = start;
        for (i, c) in text.chars().enumerate() {
            self.character(c, at, method);
            at += gaps[i % gaps.len()];
        }
        if !suffix.is_empty() {
            self.named(suffix, at);
        }
        at + SILENCE_MS + 10
    }
}

fn methods() -> impl Strategy<Value = Method> {
    prop_oneof![
        Just(Method::Plain),
        Just(Method::Process),
        Just(Method::Wide)
    ]
}

proptest! {
    #[test]
    fn c_104_scans_are_read_whole_and_nothing_of_them_stays_in_the_field(
        scans in prop::collection::vec(
            ("[0-9]{200}|[0-9A-Za-z-]{8,60}", prop::sample::select(vec!["", "Enter", "Tab"]), methods()), 1..4),
        gaps in prop::collection::vec(5_u64..=30, 1..40),
        before in "[a-z]{0,5}",
        pause in 1_u64..5_000,
    ) {
        let mut page = Page { field: before.clone(), ..Page::default() };
        let mut at = 1_000;
        for (text, suffix, method) in &scans {
            at = page.scan(text, at, &gaps, suffix, *method);
            page.wait(at);
            at += pause;
        }
        let expected: Vec<String> = scans.iter().map(|(text, ..)| ticket::normalise(text)).collect();
        prop_assert_eq!(&page.scans, &expected);
        prop_assert_eq!(&page.field, &before);
        prop_assert_eq!(page.submitted, 0);
    }

    /// Gaps as of people, rolls of a few quick keys among them.
    #[test]
    fn c_104_what_a_person_types_is_never_a_scan_and_lands_whole(
        groups in prop::collection::vec(("[a-z0-9]{1,7}", 8_u64..=40, 82_u64..600, any::<bool>()), 1..30),
    ) {
        let mut page = Page::default();
        let mut at = 1_000;
        let (mut typed, mut entered) = (String::new(), 0);
        for (text, quick, pause, enter) in &groups {
            for c in text.chars() {
                page.character(c, at, Method::Plain);
                at += quick;
            }
            typed.push_str(text);
            if *enter {
                page.named("Enter", at);
                entered += 1;
            }
            at += pause;
        }
        page.wait(at + 1_000);
        prop_assert_eq!(&page.scans, &Vec::<String>::new());
        prop_assert_eq!(page.field, typed);
        prop_assert_eq!(page.submitted, entered);
    }

    #[test]
    fn c_106_whatever_came_before_the_next_scan_is_read(
        rubbish in prop::collection::vec((0_usize..12, 0_u64..200, any::<bool>(), any::<bool>()), 0..1_500),
    ) {
        let keys = ["3", "Enter", "Tab", "Process", "Shift", "ArrowUp", "票", "\u{feff}", "a", "Backspace", "", "７"];
        let mut page = Page::default();
        let mut at = 1_000;
        for (key, gap, repeat, command) in rubbish {
            page.press(&Key { key: keys[key], at, repeat, command, ..Key::default() }, "");
            at += gap;
        }
        at += SILENCE_MS + 1;
        page.wait(at);
        page.scans.clear();
        page.field.clear();
        page.scan("0123456789", at, &[10], "Enter", Method::Plain);
        prop_assert_eq!(&page.scans, &["0123456789".to_owned()]);
        prop_assert_eq!(page.field, "");
    }

    #[test]
    fn c_97_any_keys_at_any_time_do_no_harm(
        keys in prop::collection::vec((any::<String>(), any::<String>(), any::<u64>(), any::<[bool; 4]>()), 0..60),
    ) {
        let mut wedge = Wedge::default();
        for (key, code, at, [composing, repeat, shift, command]) in &keys {
            let at = *at / 2;
            wedge.press(&Key { key, code, at, composing: *composing, repeat: *repeat, shift: *shift, command: *command });
            wedge.tick(at);
        }
    }
}

#[test]
fn c_104_slow_and_fast_scanners_with_and_without_an_ending() {
    for gap in [0, 1, 5, 15, 30, 40] {
        for suffix in ["", "Enter", "Tab"] {
            let mut page = Page::default();
            let end = page.scan(&"31".repeat(100), 50, &[gap], suffix, Method::Plain);
            page.wait(end);
            assert_eq!(
                page.scans,
                ["31".repeat(100)],
                "gap {gap}, suffix {suffix:?}"
            );
            assert_eq!(page.field, "");
        }
    }
}

#[test]
fn c_104_a_scan_that_stalls_for_a_moment_stays_one() {
    let mut page = Page::default();
    let end = page.scan(
        &"7".repeat(50),
        50,
        &[10, 10, 10, 10, 10, 10, 10, 10, 10, 75],
        "Enter",
        Method::Plain,
    );
    page.wait(end);
    assert_eq!(page.scans, ["7".repeat(50)]);
}

#[test]
fn c_104_a_line_feed_after_the_carriage_return_submits_nothing() {
    let mut page = Page::default();
    page.scan("0123456789", 0, &[10], "Enter", Method::Plain);
    page.named("Enter", 105);
    assert_eq!(page.submitted, 0);
    page.named("Enter", 900);
    assert_eq!(page.submitted, 1, "a person's Enter later on works");
}

#[test]
fn c_104_upper_and_lower_case_are_the_same() {
    for text in ["ABCD-EFGH", "abcd-efgh"] {
        let mut page = Page::default();
        page.scan(text, 0, &[10], "Enter", Method::Plain);
        assert_eq!(page.scans, ["ABCD-EFGH"]);
    }
}

#[test]
fn c_105_marks_around_the_code_are_taken_off() {
    let mut page = Page::default();
    page.scan("]Q1", 0, &[10], "", Method::Plain);
    let mut at = 30;
    for key in [
        "\\", "0", "0", "0", "0", "2", "6", "１", "２", "３", "４", "５", "６",
    ] {
        page.press(
            &Key {
                key,
                at,
                ..Key::default()
            },
            key,
        );
        at += 10;
    }
    page.named("Enter", at);
    assert_eq!(page.scans, ["123456"]);
}

#[test]
fn c_106_a_scan_too_long_is_dropped_whole() {
    let mut page = Page::default();
    let end = page.scan(&"1".repeat(3_000), 0, &[5], "Enter", Method::Plain);
    page.wait(end);
    assert_eq!(page.scans, Vec::<String>::new());
    assert_eq!((page.field.as_str(), page.submitted), ("", 0));
    page.scan("0123456789", end, &[5], "Enter", Method::Plain);
    assert_eq!(page.scans, ["0123456789"]);
}
