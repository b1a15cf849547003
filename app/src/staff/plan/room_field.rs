//! The room of a date: one of the center's, or another by its name, which becomes one of them.

use crate::{
    i18n::{Locale, td_string},
    ui::{Field, Problems, SelectField},
    web::Form,
};
use leptos::prelude::*;

/// The name of the room that was chosen or written; empty for none.
pub(super) fn chosen(form: &Form) -> &str {
    form.get("other_room").unwrap_or_else(|| form.text("room"))
}

/// The form with the room that was written as the one that was chosen.
pub(super) fn settled(form: Form) -> Form {
    let room = chosen(&form).to_owned();
    form.with("room", room).with("other_room", String::new())
}

/// The choice, and the field for another name.
pub(super) fn fields(
    locale: Locale,
    form: &Form,
    problems: &Problems,
    rooms: &[String],
) -> impl IntoView + use<> {
    let chosen = form.text("room").to_owned();
    let none = (
        String::new(),
        td_string!(locale, staff.form.no_room).to_owned(),
    );
    let unknown = (!chosen.is_empty() && !rooms.contains(&chosen)).then(|| chosen.clone());
    let named = rooms.iter().cloned().chain(unknown);
    let options: Vec<(String, String)> = std::iter::once(none)
        .chain(named.map(|name| (name.clone(), name)))
        .collect();
    view! {
        <SelectField name="room" label=td_string!(locale, field.room) options=options selected=chosen
            error=problems.of("room") />
        <Field name="other_room" label=td_string!(locale, staff.form.other_room) note=td_string!(locale, ui.optional)
            value=form.text("other_room").to_owned() maxlength=60 />
    }
}
