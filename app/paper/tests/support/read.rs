//! Reading a file again: the text of its lines, by the font's own table, and what is filled.

use std::collections::BTreeMap;

use hayro_syntax::Pdf;
use hayro_syntax::object::dict::keys::{FONT, TO_UNICODE};
use hayro_syntax::object::{Dict, Name, Number, Object, Stream};

/// What is on a page.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Sheet {
    /// Texts, in the order in which they are drawn.
    pub(crate) lines: Vec<String>,
    /// Paths: for each the corners (left, top, right, bottom) of its parts, in points from the upper
    /// left.
    pub(crate) paths: Vec<Vec<[f32; 4]>>,
}

impl Sheet {
    pub(crate) fn has(&self, text: &str) -> bool {
        self.lines.concat().contains(text)
    }
}

pub(crate) fn sheets(file: &[u8]) -> Vec<Sheet> {
    let pdf = Pdf::new(file.to_vec()).unwrap();
    pdf.pages().iter().map(sheet).collect()
}

fn sheet(page: &hayro_syntax::page::Page<'_>) -> Sheet {
    let (_, height) = page.base_dimensions();
    let fonts = page.raw().get::<Dict<'_>>("Resources").unwrap();
    let fonts = fonts.get::<Dict<'_>>(FONT).unwrap();
    let mut unicode = BTreeMap::new();
    for name in fonts.keys() {
        let font = fonts.get::<Dict<'_>>(&name).unwrap();
        let table = font.get::<Stream<'_>>(TO_UNICODE).unwrap();
        unicode.insert(
            name.as_str().to_owned(),
            to_unicode(&table.decoded().unwrap()),
        );
    }

    let mut sheet = Sheet::default();
    let mut font = String::new();
    let mut path: Vec<[f32; 4]> = Vec::new();
    let mut operations = page.operations();
    while let Some(operation) = operations.next() {
        let operands: Vec<Object<'_>> = operation.operands().cloned().collect();
        let numbers: Vec<f32> = operands.iter().filter_map(number).collect();
        let mut show = |string: &hayro_syntax::object::String<'_>| {
            for pair in string.as_bytes().chunks_exact(2) {
                let code = u16::from_be_bytes([pair[0], pair[1]]);
                let text = unicode[&font].get(&code).unwrap();
                sheet.lines.last_mut().unwrap().push_str(text);
            }
        };
        match (operation.operator.to_string().as_str(), operands.as_slice()) {
            ("BT", _) => sheet.lines.push(String::new()),
            ("Tf", [Object::Name(name), _]) => font = Name::as_str(name).to_owned(),
            ("Tj", [Object::String(string)]) => show(string),
            ("TJ", [Object::Array(parts)]) => {
                for part in parts.iter::<Object<'_>>() {
                    if let Object::String(string) = part {
                        show(&string);
                    }
                }
            }
            ("m", _) => path.push([numbers[0], numbers[1], numbers[0], numbers[1]]),
            ("re", _) => path.push([
                numbers[0],
                numbers[1],
                numbers[0] + numbers[2],
                numbers[1] + numbers[3],
            ]),
            ("l", _) => {
                let part = path.last_mut().unwrap();
                part[0] = part[0].min(numbers[0]);
                part[1] = part[1].min(numbers[1]);
                part[2] = part[2].max(numbers[0]);
                part[3] = part[3].max(numbers[1]);
            }
            ("f", _) => sheet.paths.push(std::mem::take(&mut path)),
            ("c", _) => panic!("there is a curve"),
            _ => {}
        }
    }
    // krilla turns the page upside down once, at its beginning.
    for part in sheet.paths.iter().flatten() {
        assert!(part[3] <= height && part[0] >= 0.0);
    }
    sheet
}

fn number(object: &Object<'_>) -> Option<f32> {
    match object {
        Object::Number(number) => Some(Number::as_f32(number)),
        _ => None,
    }
}

/// The codes of a font and their texts, from `<0001> <5fd7>` lines between `beginbfchar` and
/// `endbfchar`.
fn to_unicode(table: &[u8]) -> BTreeMap<u16, String> {
    let table = String::from_utf8_lossy(table);
    assert!(
        !table.contains("beginbfrange"),
        "the reader knows single characters only"
    );
    let mut texts = BTreeMap::new();
    for section in table.split("beginbfchar").skip(1) {
        let section = section.split("endbfchar").next().unwrap();
        let mut words = section
            .split(['<', '>'])
            .map(str::trim)
            .filter(|w| !w.is_empty());
        while let (Some(code), Some(text)) = (words.next(), words.next()) {
            let units: Vec<u16> = text
                .as_bytes()
                .chunks_exact(4)
                .map(|hex| u16::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap())
                .collect();
            let code = u16::from_str_radix(code, 16).unwrap();
            texts.insert(code, String::from_utf16(&units).unwrap());
        }
    }
    texts
}
