//! What all sources of pages must hold to. The template library escapes what stands in an element,
//! but for the children of four elements (C-191): none of these may have a child that is made from
//! anything. Every form that is sent by POST begins with a key (C-181).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Elements whose text nobody escapes.
const RAW: [&str; 4] = ["textarea", "noscript", "script", "style"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !matches!(name.as_str(), "target" | "node_modules" | "tests") {
            sources(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            found.push(path);
        }
    }
}

/// The end of a tag that begins at the start of this text; what is in braces does not end it.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut depth = 0_i32;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth -= 1,
            '>' if depth == 0 && before != '=' && before != '-' => return Some(at),
            _ => {}
        }
        before = c;
    }
    None
}

/// Whether raw text, or a block, stands directly in an element, not in another one inside it.
fn has_direct_block(children: &str) -> bool {
    let mut depth = 0_i32;
    let mut rest = children;
    while let Some(at) = rest.find(['<', '{']) {
        if rest[at..].starts_with('{') {
            if depth == 0 {
                return true;
            }
            rest = &rest[at + 1..];
            continue;
        }
        let closes = rest[at..].starts_with("</");
        let Some(end) = end_of_tag(&rest[at..]) else {
            return false;
        };
        let is_alone = rest[..at + end].ends_with('/');
        depth += match (closes, is_alone) {
            (true, _) => -1,
            (false, true) => 0,
            (false, false) => 1,
        };
        rest = &rest[at + end + 1..];
    }
    false
}

/// Forms that are sent by POST and do not begin with a key.
fn keyless(source: &str) -> Vec<&str> {
    let forms = source.match_indices("<form").filter_map(|(at, _)| {
        let form = &source[at..];
        let end = end_of_tag(form)?;
        let (tag, inside) = form.split_at(end + 1);
        let is_keyless =
            tag.contains("\"post\"") && !inside.trim_start().starts_with("<FormKey />");
        is_keyless.then_some(tag)
    });
    forms.collect()
}

/// What is wrong in a source.
fn faults(source: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for element in RAW {
        let (opens, closes) = (format!("<{element}"), format!("</{element}>"));
        for (at, _) in source.match_indices(&opens) {
            let tag = &source[at..];
            let after = tag[opens.len()..].chars().next();
            if !after.is_some_and(|c| c.is_whitespace() || c == '>') {
                continue;
            }
            let (Some(from), Some(to)) = (end_of_tag(tag), tag.find(&closes)) else {
                continue;
            };
            let children = tag.get(from + 1..to).unwrap_or_default();
            // Elements escape their own children; in a noscript they are what is shown.
            let is_wrong = match element {
                "noscript" => has_direct_block(children),
                _ => children.contains('{'),
            };
            if is_wrong {
                faults.push(format!("<{element}>{children}"));
            }
        }
    }
    faults
}

#[test]
fn the_check_finds_what_it_is_for() {
    let wrong = [
        "<textarea name=\"x\">{value}</textarea>",
        "<textarea\n on=move || { a > b }\n>{value}</textarea>",
        "<noscript>{text}</noscript>",
        "<noscript><p>x</p>{text}</noscript>",
        "<noscript><br />{text}</noscript>",
        "<script nonce=x>{code}</script>",
        "<style>{rules}</style>",
    ];
    for source in wrong {
        assert_eq!(faults(source).len(), 1, "{source}");
    }
    let right = [
        "<textarea inner_html=escaped(&x)></textarea>",
        "<noscript><p>{text}</p></noscript>",
        "<noscript><meta content=format!(\"{seconds}\") /></noscript>",
        "<script src=js></script>",
    ];
    for source in right {
        assert_eq!(faults(source), Vec::<String>::new(), "{source}");
    }
}

#[test]
fn c191_no_element_whose_text_is_not_escaped_has_a_child_that_is_made_from_anything() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    for part in ["app", "server"] {
        sources(&root.join(part), &mut found);
    }
    assert!(found.len() > 200, "{}", found.len());
    for path in found {
        let wrong = faults(&fs::read_to_string(&path).unwrap());
        assert!(wrong.is_empty(), "{}: {wrong:?}", path.display());
    }
}

#[test]
fn c181_every_form_that_is_sent_begins_with_a_key() {
    assert_eq!(
        keyless("<form method=\"post\" action=x><p /></form>").len(),
        1
    );
    let right = "<form method=\"post\" action=x>\n<FormKey /></form><form method=\"get\">";
    assert_eq!(keyless(right), Vec::<&str>::new());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    sources(&root.join("src"), &mut found);
    let mut forms = 0;
    for path in found {
        let source = fs::read_to_string(&path).unwrap();
        forms += source.matches("<FormKey />").count();
        let wrong = keyless(&source);
        assert!(wrong.is_empty(), "{}: {wrong:?}", path.display());
    }
    assert!(forms > 50, "{forms}");
}
