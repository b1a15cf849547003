//! Keys on the screen for the user name and password of staff. What is typed stands in the fields,
//! nowhere else, and goes before the page does; a browser that keeps pages keeps none of it.

use leptos::{html::Div, prelude::*};
use serde::{Deserialize, Serialize};

/// The words of [`KioskKeyboard`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct KeyboardWords {
    /// What it is.
    pub label: String,
    /// The key for capital letters.
    pub upper: String,
    /// The space bar.
    pub space: String,
    /// Takes back the last character.
    pub back: String,
}

/// The keyboard for the fields of the form around it. Without scripts it stays hidden.
///
/// The keys are drawn by hand: as views they would need closures and signals for each.
#[island]
pub fn KioskKeyboard(
    /// Its words, in the page's language.
    words: KeyboardWords,
) -> impl IntoView {
    let board = NodeRef::<Div>::new();
    let label = words.label.clone();
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        if let Some(board) = board.get() {
            browser::Board::begin(board.into(), words.clone());
        }
    });
    view! { <div node_ref=board class="keyboard" role="group" hidden=true aria-label=label></div> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::KeyboardWords;
    use gloo::{
        events::{EventListener, EventListenerOptions},
        utils::{document, window},
    };
    use std::{
        cell::{Cell, RefCell},
        rc::Rc,
    };
    use wasm_bindgen::{JsCast, JsValue};
    use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

    const LETTERS: [&str; 4] = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm-_."];
    const SIGNS: [&str; 5] = [
        "1234567890",
        "!@#$%^&*()",
        "-_=+[]{}\\|",
        ";:'\",.<>/?",
        "`~",
    ];

    pub(super) struct Board {
        board: HtmlElement,
        words: KeyboardWords,
        signs: Cell<bool>,
        upper: Cell<bool>,
        /// The field that keys type into.
        field: RefCell<Option<HtmlInputElement>>,
    }

    impl Board {
        /// Shows the keys; from here on they type.
        pub(super) fn begin(board: HtmlElement, words: KeyboardWords) {
            let fields = fields(&board);
            let board = Rc::new(Self {
                board,
                words,
                signs: Cell::new(false),
                upper: Cell::new(false),
                field: RefCell::new(fields.first().cloned()),
            });
            for field in &fields {
                let (board, own) = (Rc::clone(&board), field.clone());
                let chosen = move |_: &Event| *board.field.borrow_mut() = Some(own.clone());
                EventListener::new(field, "focus", chosen).forget();
            }
            // A key takes the focus from no field.
            let options = EventListenerOptions::enable_prevent_default();
            let held = |event: &Event| event.prevent_default();
            EventListener::new_with_options(&board.board, "pointerdown", options, held).forget();
            let pressed = Rc::clone(&board);
            EventListener::new(&board.board, "click", move |event| {
                pressed.press(event);
            })
            .forget();
            let first = fields.first().cloned();
            EventListener::new(&window(), "pagehide", move |_| {
                fields.iter().for_each(|field| field.set_value(""));
            })
            .forget();
            let _ = board.draw();
            board.board.set_hidden(false);
            if let Some(first) = first {
                let _ = first.focus();
            }
        }

        fn press(&self, event: &Event) -> Option<()> {
            let key: Element = event.target()?.dyn_into().ok()?;
            let key = key.closest("button").ok()??;
            let field = self.field.borrow().clone()?;
            let mut value = field.value();
            match key.get_attribute("data-key").as_deref() {
                Some("back") => drop(value.pop()),
                Some("space") => type_in(&field, &mut value, " "),
                Some("upper") => return self.turn(self.signs.get(), !self.upper.get()),
                Some(layer) => return self.turn(layer == "signs", false),
                None => type_in(&field, &mut value, &key.text_content()?),
            }
            field.set_value(&value);
            Some(())
        }

        fn turn(&self, signs: bool, upper: bool) -> Option<()> {
            self.signs.set(signs);
            self.upper.set(upper);
            self.draw().ok()
        }

        fn draw(&self) -> Result<(), JsValue> {
            let (signs, upper) = (self.signs.get(), self.upper.get());
            self.board.set_text_content(None);
            let rows: &[&str] = if signs { &SIGNS } else { &LETTERS };
            for row in rows {
                let line = document().create_element("div")?;
                for character in row.chars() {
                    let character = match upper {
                        true => character.to_ascii_uppercase(),
                        false => character,
                    };
                    let key = key(&character.to_string(), None)?;
                    line.append_child(&key)?;
                }
                self.board.append_child(&line)?;
            }
            let line = document().create_element("div")?;
            let shift = key(&self.words.upper, Some("upper"))?;
            shift.set_attribute("aria-pressed", if upper { "true" } else { "false" })?;
            shift.toggle_attribute_with_force("hidden", signs)?;
            let other = match signs {
                true => key("abc", Some("letters")),
                false => key("#+=", Some("signs")),
            };
            let space = key(&self.words.space, Some("space"));
            let back = key(&self.words.back, Some("back"));
            for key in [shift, other?, space?, back?] {
                line.append_child(&key)?;
            }
            self.board.append_child(&line)?;
            Ok(())
        }
    }

    /// A key that types its text, or a wide one that does what its name says.
    fn key(text: &str, name: Option<&str>) -> Result<Element, JsValue> {
        let key = document().create_element("button")?;
        key.set_attribute("type", "button")?;
        key.set_class_name(if name.is_some() {
            "key key-wide"
        } else {
            "key"
        });
        if let Some(name) = name {
            key.set_attribute("data-key", name)?;
        }
        key.set_text_content(Some(text));
        Ok(key)
    }

    /// The fields of the form around the keyboard.
    fn fields(board: &Element) -> Vec<HtmlInputElement> {
        let form = board.closest("form").ok().flatten();
        let found = form.and_then(|form| form.query_selector_all(".input").ok());
        let nodes = found
            .iter()
            .flat_map(|found| (0..found.length()).filter_map(|n| found.get(n)));
        nodes.filter_map(|field| field.dyn_into().ok()).collect()
    }

    fn type_in(field: &HtmlInputElement, value: &mut String, text: &str) {
        let most = usize::try_from(field.max_length()).unwrap_or(usize::MAX);
        if value.encode_utf16().count() < most {
            value.push_str(text);
        }
    }
}
