//! A center's service menu.

use super::{
    api::{Api, Id, Ids, SignedIn, created, marked},
    fault::{Answer, done},
    sent::{Query, Sent},
    shapes::{Menu, MenuItem, Revision},
};
use axum::{Json, http::StatusCode, response::Response};
use domain::{
    id::{CenterId, MenuItemId},
    menu::{ItemHow, ItemTexts, Overrides},
    person::AgeRange,
};
use serde::{Deserialize, de::IgnoredAny};
use store::menu::{self, NewItem};
use utoipa::{IntoParams, ToSchema};

/// How the menu is asked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Shown {
    /// With what the center has taken off its menu: for its staff.
    #[serde(default)]
    hidden: bool,
}

/// The center's service menu, grouped by service field, in the caller's language.
#[utoipa::path(get, path = "/centers/{center}/menu", operation_id = "menu", tag = "public",
    params(("center" = CenterId, Path, description = "Its code"), Shown),
    responses((status = 200, description = "The menu", body = Menu)))]
pub(super) async fn list(
    api: Api,
    Id(center): Id<CenterId>,
    Query(shown): Query<Shown>,
) -> Answer<Json<Menu>> {
    let fields = match shown.hidden {
        true => menu::for_staff(api.db(), &api.caller, &center).await?,
        false => menu::of_center(api.db(), &center).await?,
    };
    Ok(Json(Menu::of(center, fields, api.locale)))
}

/// Texts of an item; what is absent or blank has none.
#[derive(Default, Deserialize, ToSchema)]
pub(super) struct Texts {
    /// What it is called, at most 60 characters.
    name: Option<String>,
    /// Who it is for, at most 400 characters, as are the others.
    for_whom: Option<String>,
    /// What to bring.
    bring: Option<String>,
    /// When it is there, in words.
    when: Option<String>,
    /// Where.
    place: Option<String>,
    /// How to get it.
    how_to_get: Option<String>,
}

impl Texts {
    fn item(self) -> ItemTexts {
        ItemTexts {
            name: self.name.unwrap_or_default(),
            for_whom: self.for_whom,
            bring: self.bring,
            when: self.when,
            place: self.place,
            how_to_get: self.how_to_get,
        }
    }

    fn overrides(self) -> Overrides {
        let Self {
            name,
            for_whom,
            bring,
            when,
            place,
            how_to_get,
        } = self;
        Overrides {
            name,
            for_whom,
            bring,
            when,
            place,
            how_to_get,
        }
    }
}

/// An item of the center's own. Chinese texts stand at the top level, English ones in `en`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMenuItem {
    /// Code of its service field.
    #[serde(default)]
    field: String,
    /// How it is had; `walk_in` unless told.
    how: Option<ItemHow>,
    /// Least age in years.
    min_age: Option<u8>,
    /// Greatest age in years.
    max_age: Option<u8>,
    /// The Chinese texts.
    #[serde(flatten)]
    texts: Texts,
    /// The English texts.
    en: Option<Texts>,
}

/// Adds an item of the center's own.
#[utoipa::path(post, path = "/centers/{center}/menu", operation_id = "menu_add", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code")), request_body = NewMenuItem,
    responses((status = 201, description = "The item", body = MenuItem)))]
pub(super) async fn add(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    sent: Sent<NewMenuItem>,
) -> Answer<Response> {
    let new = NewItem {
        how: sent.body.how.unwrap_or(ItemHow::WalkIn),
        field: sent.body.field,
        ages: AgeRange {
            min: sent.body.min_age,
            max: sent.body.max_age,
        },
        texts_zh: sent.body.texts.item(),
        texts_en: sent.body.en.map(Texts::item),
    };
    let act = api.act().with_key(sent.key);
    let item = done(&act, menu::add_own(api.db(), &act, &center, new).await)?;
    let item = Json(MenuItem::of(item, api.locale));
    Ok(marked(created(item), act.was_replayed()))
}

/// What changes of an item: either `hidden` alone, or texts (and, for an item of the center's own,
/// its field, how it is had and whom it is for).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MenuItemEdit {
    /// Take an item of the city's template off the menu, or put it back on.
    hidden: Option<bool>,
    /// The revision that the edit was made on; refused with `stale` where it is outdated.
    revision: Option<i64>,
    /// For an item of the center's own: code of its service field.
    field: Option<String>,
    /// For an item of the center's own: how it is had.
    how: Option<ItemHow>,
    /// For an item of the center's own: least age.
    min_age: Option<u8>,
    /// For an item of the center's own: greatest age.
    max_age: Option<u8>,
    /// All Chinese texts; one that is absent is the template's, or none.
    #[serde(flatten)]
    texts: Texts,
    /// All English texts.
    en: Option<Texts>,
}

/// Changes an item: the center's own as a whole; of the template's what the center says otherwise.
#[utoipa::path(patch, path = "/centers/{center}/menu/{item}", operation_id = "menu_edit", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), ("item" = MenuItemId, Path, description = "Id of the item")),
    request_body = MenuItemEdit, responses((status = 200, description = "The item", body = MenuItem)))]
pub(super) async fn edit(
    SignedIn(api): SignedIn,
    Ids(center, item): Ids<CenterId, MenuItemId>,
    sent: Sent<MenuItemEdit>,
) -> Answer<Response> {
    let (db, act, to) = (api.db(), api.act().with_key(sent.key), sent.body);
    let item = match (to.hidden, to.field) {
        (Some(hidden), _) => {
            menu::set_hidden(db, &act, &center, &item, hidden, to.revision).await?
        }
        (None, Some(field)) => {
            let new = NewItem {
                how: to.how.unwrap_or(ItemHow::WalkIn),
                field,
                ages: AgeRange {
                    min: to.min_age,
                    max: to.max_age,
                },
                texts_zh: to.texts.item(),
                texts_en: to.en.map(Texts::item),
            };
            menu::edit_own(db, &act, &center, &item, new, to.revision).await?
        }
        (None, None) => {
            let (zh, en) = (to.texts.overrides(), to.en.unwrap_or_default().overrides());
            menu::override_texts(db, &act, &center, &item, zh, en, to.revision).await?
        }
    };
    let item = Json(MenuItem::of(item, api.locale));
    Ok(marked(item, act.was_replayed()))
}

/// Removes an item of the center's own.
#[utoipa::path(delete, path = "/centers/{center}/menu/{item}", operation_id = "menu_remove", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), ("item" = MenuItemId, Path, description = "Id of the item"), Revision),
    responses((status = 204, description = "Removed")))]
pub(super) async fn remove(
    SignedIn(api): SignedIn,
    Ids(center, item): Ids<CenterId, MenuItemId>,
    Query(looked_at): Query<Revision>,
    sent: Sent<IgnoredAny>,
) -> Answer<Response> {
    let act = api.act().with_key(sent.key);
    menu::remove_own(api.db(), &act, &center, &item, looked_at.revision).await?;
    Ok(marked(StatusCode::NO_CONTENT, act.was_replayed()))
}
