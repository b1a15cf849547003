//! Finding centers.

use super::{
    api::{Api, The},
    fault::Answer,
    page::{Asked, Page},
    sent::Query,
    shapes::{Center, CenterDetail},
};
use axum::Json;
use domain::{Reason, Refusal, id::CenterId};
use gazetteer::{MAX_QUERY, Position};
use serde::Deserialize;
use store::centers::{CenterSummary, CenterView};
use utoipa::IntoParams;

/// Which centers.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only of this district, by code or name.
    district: Option<String>,
    /// Only of this subdistrict, by code or name.
    subdistrict: Option<String>,
    /// Name, address, pinyin or pinyin initials, at most 80 characters.
    q: Option<String>,
    /// `LAT,LNG` in degrees: nearest first, with `distance_m`; those without coordinates last.
    near: Option<String>,
}

/// Centers by code; with `q` the best match first, with `near` the nearest.
#[utoipa::path(get, path = "/centers", operation_id = "centers", tag = "public", params(Wanted, Asked),
    responses((status = 200, description = "Centers", body = Page<Center>)))]
pub(super) async fn list(
    api: Api,
    Query(wanted): Query<Wanted>,
    Query(asked): Query<Asked>,
) -> Answer<Json<Page<Center>>> {
    let near = position(wanted.near.as_deref())?;
    let centers = api.site.centers();
    let mut found: Vec<&CenterSummary> = match wanted.q.as_deref().filter(|q| !q.trim().is_empty())
    {
        None => centers.all().iter().collect(),
        Some(q) if q.chars().count() > MAX_QUERY => {
            return Err(Refusal::invalid("q", Reason::TooLong).into());
        }
        Some(q) => {
            let hits = centers.index().find(q, usize::MAX).into_iter();
            hits.filter_map(|hit| centers.get(&hit.entry.id)).collect()
        }
    };
    found.retain(|center| wanted.covers(center));
    let mut found: Vec<(Option<u32>, &CenterSummary)> = found
        .into_iter()
        .map(|center| {
            (
                near.zip(center.position()).map(|(a, b)| a.metres_to(b)),
                center,
            )
        })
        .collect();
    if near.is_some() {
        found.sort_by_key(|(metres, _)| metres.unwrap_or(u32::MAX));
    }
    let page = asked
        .part()
        .of_all(found, |(_, center)| center.id.as_str())?;
    Ok(Json(Page::of(page, |(metres, center)| {
        Center::of(center, metres)
    })))
}

fn position(text: Option<&str>) -> Result<Option<Position>, Refusal> {
    let bad = || Refusal::invalid("near", Reason::NotAPlace);
    text.map(|text| Position::parse(text).ok_or_else(bad))
        .transpose()
}

impl Wanted {
    fn covers(&self, center: &CenterSummary) -> bool {
        let is = |wanted: &Option<String>, code: &str, name: &str| match wanted.as_deref() {
            None | Some("") => true,
            Some(text) => text == code || text == name,
        };
        is(&self.district, &center.district_code, &center.district)
            && is(
                &self.subdistrict,
                &center.subdistrict_code,
                &center.subdistrict,
            )
    }
}

/// One center, with opening hours and rooms.
#[utoipa::path(get, path = "/centers/{center}", operation_id = "center", tag = "public",
    params(("center" = CenterId, Path, description = "Its code")),
    responses((status = 200, description = "The center", body = CenterDetail),
        (status = 404, description = "`not_found`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn one(The { it, api }: The<CenterView>) -> Json<CenterDetail> {
    Json(CenterDetail::of(&it, api.now.day()))
}
