//! A page as a browser parses it.

use html5ever::{
    driver::ParseOpts, parse_document, tendril::TendrilSink, tree_builder::TreeBuilderOpts,
};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// One element: its name, its attributes, and the text in it.
#[derive(Debug)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    /// How deep it stands.
    pub depth: usize,
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// All elements of a page, in order. Scripts do not run, so that `noscript` counts.
pub fn elements(page: &str) -> Vec<Element> {
    let opts = ParseOpts {
        tree_builder: TreeBuilderOpts {
            scripting_enabled: false,
            ..TreeBuilderOpts::default()
        },
        ..ParseOpts::default()
    };
    let dom: RcDom = parse_document(RcDom::default(), opts).one(page);
    let mut found = Vec::new();
    collect(&dom.document, 0, &mut found);
    found
}

fn collect(node: &Handle, depth: usize, found: &mut Vec<Element>) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let attributes = attrs.borrow();
        let attributes = attributes
            .iter()
            .map(|a| (a.name.local.to_string(), a.value.to_string()));
        let mut text = String::new();
        text_of(node, &mut text);
        found.push(Element {
            name: name.local.to_string(),
            attributes: attributes.collect(),
            text,
            depth,
        });
    }
    for child in node.children.borrow().iter() {
        collect(child, depth + 1, found);
    }
}

fn text_of(node: &Handle, text: &mut String) {
    if let NodeData::Text { contents } = &node.data {
        text.push_str(&contents.borrow());
    }
    for child in node.children.borrow().iter() {
        text_of(child, text);
    }
}

/// A form that is sent: where to, and its fields as they stand.
#[derive(Debug)]
pub struct Form {
    pub action: String,
    pub fields: Vec<Field>,
}

/// A field of a form.
#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub value: String,
    /// Whether somebody types in it.
    pub is_typed: bool,
}

/// The forms of a page that are sent by POST.
pub fn forms(page: &[Element]) -> Vec<Form> {
    let mut forms = Vec::new();
    let starts = page.iter().enumerate().filter(|(_, e)| e.name == "form");
    for (at, form) in starts {
        let method = form.attribute("method").unwrap_or("get");
        let Some(action) = form.attribute("action") else {
            continue;
        };
        if !method.eq_ignore_ascii_case("post") {
            continue;
        }
        let inside = page[at + 1..].iter().take_while(|e| e.depth > form.depth);
        let inside: Vec<&Element> = inside.collect();
        forms.push(Form {
            action: action.to_owned(),
            fields: fields(&inside),
        });
    }
    forms
}

/// What a form is sent with, name by name.
pub type Fields = Vec<(String, String)>;

/// The form that a page sends there, as it stands, with other values for some of its fields.
pub fn filled(page: &str, action: &str, with: &[(&str, &str)]) -> Fields {
    let form = forms(&elements(page))
        .into_iter()
        .find(|form| form.action == action);
    let form = form.unwrap_or_else(|| panic!("no form to {action}: {page}"));
    let kept = form
        .fields
        .into_iter()
        .map(|field| (field.name, field.value))
        .filter(|(name, _)| with.iter().all(|(other, _)| other != name));
    let with = with
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    kept.chain(with).collect()
}

fn fields(inside: &[&Element]) -> Vec<Field> {
    let mut fields = Vec::new();
    for (at, element) in inside.iter().enumerate() {
        let Some(name) = element.attribute("name") else {
            continue;
        };
        let kind = element.attribute("type").unwrap_or("text");
        let (value, is_typed) = match element.name.as_str() {
            "textarea" => (element.text.clone(), true),
            "select" => {
                let options = inside[at + 1..]
                    .iter()
                    .take_while(|e| e.depth > element.depth);
                let options: Vec<_> = options.filter(|e| e.name == "option").collect();
                let chosen = options.iter().find(|o| o.attribute("selected").is_some());
                let Some(option) = chosen.or(options.first()) else {
                    continue;
                };
                (
                    option.attribute("value").unwrap_or(&option.text).to_owned(),
                    false,
                )
            }
            "input" if matches!(kind, "checkbox" | "radio") => {
                if element.attribute("checked").is_none() {
                    continue;
                }
                (element.attribute("value").unwrap_or("on").to_owned(), false)
            }
            "input" => {
                let value = element.attribute("value").unwrap_or_default().to_owned();
                (
                    value,
                    matches!(kind, "text" | "search" | "tel" | "password"),
                )
            }
            _ => continue,
        };
        fields.push(Field {
            name: name.to_owned(),
            value,
            is_typed,
        });
    }
    fields
}
