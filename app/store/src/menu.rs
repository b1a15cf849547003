//! The service menu: the city's template, each center's changes to it, and a center's own items.

mod apply;
mod edit;
mod read;

pub use edit::{NewItem, add_own, edit_own, override_texts, remove_own, set_hidden};
pub use read::{Field, Item, MenuField, fields, for_staff, item, of_center, template};
