//! The service menu: the city's template, each center's changes to it, and a center's own items.

mod apply;
mod edit;
mod read;
mod template;

pub use edit::{NewItem, add_own, edit_own, move_item, override_texts, remove_own, set_hidden};
pub use read::{Field, Item, MenuField, fields, for_staff, item, of_center, template};
pub use template::{
    TemplateEdit, TemplateField, TemplateItem, add_template, edit_template, move_template,
    template_item, template_of_city,
};

use domain::id::MenuItemId;

/// Puts one of these before the one above it, or after the one below; at the end it stays.
fn moved(ids: &mut [MenuItemId], item: &MenuItemId, up: bool) {
    let Some(at) = ids.iter().position(|id| id == item) else {
        return;
    };
    let to = match up {
        true => at.checked_sub(1),
        false => Some(at + 1).filter(|to| *to < ids.len()),
    };
    if let Some(to) = to {
        ids.swap(at, to);
    }
}
