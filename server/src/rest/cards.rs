//! Printed cards.

use super::{
    api::{Api, Id, Seen, SignedIn, The, created, picture},
    fault::{Answer, Fault},
    page::{Asked, Page},
    sent::{Query, Sent},
    shapes::Card,
};
use axum::{Json, http::StatusCode, response::Response};
use domain::id::{CardId, CenterId, PersonId};
use serde::Deserialize;
use store::cards;
use ticket::qr;
use utoipa::ToSchema;

/// The cards that a center issued, the newest first. Each look is in the audit log.
#[utoipa::path(get, path = "/centers/{center}/cards", operation_id = "cards", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code"), Asked),
    responses((status = 200, description = "Cards", body = Page<Card>)))]
pub(super) async fn list(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Card>>> {
    let found = cards::of_center(api.db(), &api.act(), &center, asked.part()).await?;
    Ok(Json(Page::of(found, Card::from)))
}

/// Whose card.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCard {
    /// The person.
    person_id: PersonId,
}

/// Issues a card to a person; one that they had is revoked.
#[utoipa::path(post, path = "/centers/{center}/cards", operation_id = "card_issue", tag = "staff",
    params(("center" = CenterId, Path, description = "Its code")), request_body = NewCard,
    responses((status = 201, description = "The card", body = Card)))]
pub(super) async fn issue(
    SignedIn(api): SignedIn,
    Id(center): Id<CenterId>,
    sent: Sent<NewCard>,
) -> Answer<(StatusCode, Json<Card>)> {
    let card = cards::issue(api.db(), &api.act(), &center, &sent.body.person_id).await?;
    Ok(created(Json(Card::from(card))))
}

/// Revokes a card: it admits nobody any more.
#[utoipa::path(delete, path = "/cards/{id}", operation_id = "card_revoke", tag = "staff",
    params(("id" = CardId, Path, description = "Its id")),
    responses((status = 200, description = "The card; a second time the same", body = Card)))]
pub(super) async fn revoke(SignedIn(api): SignedIn, Id(id): Id<CardId>) -> Answer<Json<Card>> {
    let card = cards::revoke(api.db(), &api.act(), &id).await?;
    Ok(Json(Card::from(card)))
}

/// A card is seen by those who may see bookings at its center; each look is in the audit log.
impl Seen for cards::Card {
    type Id = CardId;

    async fn seen(api: &Api, id: CardId) -> Answer<Self> {
        api.signed_in()?;
        Ok(cards::find(api.db(), &api.act(), &id).await?)
    }
}

/// The QR of a card as SVG.
#[utoipa::path(get, path = "/cards/{id}/card.svg", operation_id = "card_svg", tag = "staff",
    params(("id" = CardId, Path, description = "The card")),
    responses((status = 200, description = "The QR", content_type = "image/svg+xml", body = String)))]
pub(super) async fn svg(The { api, it }: The<cards::Card>) -> Answer<Response> {
    let token = api.site.tickets().card(&it.id);
    let svg = qr::svg(&token, it.person_name.as_str()).map_err(|_| Fault::Broken("card"))?;
    Ok(picture("image/svg+xml", svg))
}
