//! Whom the caller can book for.

use super::{
    api::{Answer, Api},
    shapes::Page,
};
use axum::Json;
use serde::Serialize;
use store::people;
use utoipa::ToSchema;

/// Somebody who can hold a booking.
#[derive(Serialize, ToSchema)]
pub(super) struct Person {
    /// Their id.
    id: String,
    /// What they are to the holder: `self`, `spouse`, `child`, `grandchild`, `parent`, `other`.
    relation: String,
    /// Their name.
    name: String,
    /// Their birth year.
    birth_year: i64,
}

/// The caller and their family.
#[utoipa::path(get, path = "/me/people", operation_id = "my_people", tag = "residents",
    responses((status = 200, description = "The holder first", body = Page<Person>)))]
pub(super) async fn list(api: Api) -> Answer<Json<Page<Person>>> {
    let account = api.rule(api.account())?;
    let found = api.answer(people::list(api.db(), &account).await)?;
    let person = |p: people::Person| Person {
        id: p.id.to_string(),
        relation: p.relation.to_string(),
        name: p.name.as_str().to_owned(),
        birth_year: p.birth_year.year(),
    };
    Ok(Json(Page {
        items: found.into_iter().map(person).collect(),
        next: None,
    }))
}
