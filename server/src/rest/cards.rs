//! Printed cards.

use super::{
    api::{Answer, Api, Id, Query, Sent, created},
    centers::{cursor, limit},
    problem::Problem,
    shapes::{Card, Page},
};
use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::id::{CardId, CenterId, PersonId};
use serde::Deserialize;
use store::cards;
use ticket::qr;
use utoipa::{IntoParams, ToSchema};

/// Which part of the list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// How many, 50 unless told, at most 200.
    limit: Option<u32>,
    /// From the `next` of the part before.
    cursor: Option<String>,
}

/// The cards that a center issued, the newest first. Each look is in the audit log.
#[utoipa::path(get, path = "/centers/{center}/cards", operation_id = "cards", tag = "staff",
    params(("center" = String, Path, description = "Its code"), Part),
    responses((status = 200, description = "Cards", body = Page<Card>)))]
pub(super) async fn list(
    api: Api,
    Id(center): Id<CenterId>,
    Query(part): Query<Part>,
) -> Answer<Json<Page<Card>>> {
    api.signed_in()?;
    let before = api.rule(part.cursor.as_deref().map(cursor).transpose())?;
    let limit = limit(part.limit);
    let found = cards::of_center(api.db(), &api.act(), &center, before, limit + 1).await;
    let mut found = api.answer(found)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found
        .last()
        .filter(|_| more)
        .map(|c| format!("{}.{}", c.issued_at.0, c.id));
    let items = found.into_iter().map(Card::from).collect();
    Ok(Json(Page { items, next }))
}

/// Whose card.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct NewCard {
    /// The person.
    person_id: String,
}

/// Issues a card to a person; one that they had is revoked.
#[utoipa::path(post, path = "/centers/{center}/cards", operation_id = "card_issue", tag = "staff",
    params(("center" = String, Path, description = "Its code")), request_body = NewCard,
    responses((status = 201, description = "The card", body = Card)))]
pub(super) async fn issue(
    api: Api,
    Id(center): Id<CenterId>,
    sent: Sent<NewCard>,
) -> Answer<(StatusCode, Json<Card>)> {
    api.signed_in()?;
    let person: PersonId = api.rule(sent.body.person_id.parse())?;
    let card = cards::issue(api.db(), &api.act(), &center, &person).await;
    Ok(created(Json(Card::from(api.answer(card)?))))
}

/// Revokes a card: it admits nobody any more.
#[utoipa::path(delete, path = "/cards/{id}", operation_id = "card_revoke", tag = "staff",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The card; a second time the same", body = Card)))]
pub(super) async fn revoke(api: Api, Id(id): Id<CardId>) -> Answer<Json<Card>> {
    api.signed_in()?;
    let card = cards::revoke(api.db(), &api.act(), &id).await;
    Ok(Json(Card::from(api.answer(card)?)))
}

/// The QR of a card as SVG.
#[utoipa::path(get, path = "/cards/{id}/card.svg", operation_id = "card_svg", tag = "staff",
    params(("id" = String, Path, description = "The card")),
    responses((status = 200, description = "The QR", content_type = "image/svg+xml", body = String)))]
pub(super) async fn svg(api: Api, Id(id): Id<CardId>) -> Answer<Response> {
    api.signed_in()?;
    let card = api.answer(cards::find(api.db(), &api.act(), &id).await)?;
    let token = api.site.tickets().card(&card.id);
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    match qr::svg(&token, card.person_name.as_str()) {
        Ok(svg) => Ok((headers, svg).into_response()),
        Err(_) => Err(Problem::internal(api.locale, "card")),
    }
}
