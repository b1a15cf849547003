//! A center's service menu, as the interface shows it.

use app::{i18n::Locale, words};
use domain::{
    id::{CenterId, MenuItemId},
    menu::{ItemHow, ItemTexts},
};
use serde::Serialize;
use store::menu::{Item, MenuField};
use utoipa::ToSchema;

/// An item of a center's service menu, in the caller's language.
#[derive(Serialize, ToSchema)]
pub(crate) struct MenuItem {
    /// Its id.
    pub id: MenuItemId,
    /// What it is called.
    pub name: String,
    /// Who it is for.
    pub for_whom: Option<String>,
    /// What to bring.
    pub bring: Option<String>,
    /// When it is there, in words.
    pub when: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// How to get it.
    pub how_to_get: Option<String>,
    /// How it is had.
    pub how: ItemHow,
    /// Code of its field.
    pub field: String,
    /// Least age in years.
    pub min_age: Option<i64>,
    /// Greatest age in years.
    pub max_age: Option<i64>,
    /// Whether asking for it says something sensitive about a person.
    pub sensitive: bool,
    /// Whether it is the center's own.
    pub own: bool,
    /// Whether the center has taken it off its menu; residents never see such an item.
    pub hidden: bool,
    /// Rises with every change that the center makes to it.
    pub revision: i64,
}

impl MenuItem {
    /// The shape of an item, in this language where it has texts in it.
    pub(crate) fn of(item: Item, locale: Locale) -> Self {
        let texts = words::item_texts(locale, &item).clone();
        let ItemTexts {
            name,
            for_whom,
            bring,
            when,
            place,
            how_to_get,
        } = texts;
        Self {
            id: item.id,
            name,
            for_whom,
            bring,
            when,
            place,
            how_to_get,
            how: item.how,
            field: item.field,
            min_age: item.min_age,
            max_age: item.max_age,
            sensitive: item.sensitive,
            own: item.own,
            hidden: item.hidden,
            revision: item.revision,
        }
    }
}

/// A service field with its items.
#[derive(Serialize, ToSchema)]
pub(crate) struct MenuGroup {
    /// Code of the field.
    pub code: String,
    /// Its name in the caller's language.
    pub name: String,
    /// One character that stands for it.
    pub icon: String,
    /// Its items, in order.
    pub items: Vec<MenuItem>,
}

/// A center's service menu.
#[derive(Serialize, ToSchema)]
pub(crate) struct Menu {
    /// Whose.
    pub center_id: CenterId,
    /// By field, in order; fields without items are left out.
    pub fields: Vec<MenuGroup>,
}

impl Menu {
    /// The shape of a menu.
    pub(crate) fn of(center_id: CenterId, fields: Vec<MenuField>, locale: Locale) -> Self {
        let group = |group: MenuField| MenuGroup {
            name: words::field_name(locale, &group.field),
            code: group.field.code,
            icon: group.field.icon,
            items: group
                .items
                .into_iter()
                .map(|item| MenuItem::of(item, locale))
                .collect(),
        };
        Self {
            center_id,
            fields: fields.into_iter().map(group).collect(),
        }
    }
}
