//! Whom the caller can book for.

use super::{
    api::Own,
    fault::Answer,
    page::{Asked, Page},
    sent::Query,
};
use axum::Json;
use domain::{id::PersonId, person::Relation};
use serde::Serialize;
use store::people;
use utoipa::ToSchema;

/// Somebody who can hold a booking.
#[derive(Serialize, ToSchema)]
pub(super) struct Person {
    /// Their id.
    id: PersonId,
    /// What they are to the holder.
    relation: Relation,
    /// Their name.
    name: String,
    /// Their birth year.
    birth_year: i64,
}

/// The caller and their family.
#[utoipa::path(get, path = "/me/people", operation_id = "my_people", tag = "residents", params(Asked),
    responses((status = 200, description = "The holder first", body = Page<Person>)))]
pub(super) async fn list(
    Own { api, account }: Own,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Person>>> {
    let found = people::list(api.db(), &account).await?;
    let page = asked.part().of_all(found, |person| person.id.as_str())?;
    Ok(Json(Page::of(page, |person| Person {
        id: person.id,
        relation: person.relation,
        name: person.name.as_str().to_owned(),
        birth_year: person.birth_year.year(),
    })))
}
