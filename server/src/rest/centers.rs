//! Finding centers.

use super::{
    api::{Answer, Api, Id, Query},
    problem::Problem,
    shapes::{Center, CenterDetail, Page},
};
use axum::Json;
use domain::{Refusal, id::CenterId, time::Timestamp};
use gazetteer::Position;
use serde::Deserialize;
use std::collections::HashMap;
use store::centers::{self, CenterSummary};
use utoipa::IntoParams;

/// How many a list holds unless told.
pub(super) const LIMIT: u32 = 50;
/// How many it holds at most.
pub(super) const MOST: u32 = 200;

/// The length of a list: 50 unless told, at most 200.
pub(super) fn limit(asked: Option<u32>) -> u32 {
    asked.unwrap_or(LIMIT).clamp(1, MOST)
}

/// Reads `AT.ID`, the cursor of lists that go by time.
pub(super) fn cursor<T: std::str::FromStr>(text: &str) -> Result<(Timestamp, T), Refusal> {
    let bad = || Refusal::invalid("cursor", "unknown_value");
    let (at, id) = text.split_once('.').ok_or_else(bad)?;
    let at = Timestamp(at.parse().map_err(|_| bad())?);
    Ok((at, id.parse().map_err(|_| bad())?))
}

/// Which centers.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only of this district, by code or name.
    district: Option<String>,
    /// Only of this subdistrict, by code or name.
    subdistrict: Option<String>,
    /// Name, address, pinyin or pinyin initials.
    q: Option<String>,
    /// `LAT,LNG` in degrees: nearest first, with `distance_m`; those without coordinates last.
    near: Option<String>,
    /// How many, 50 unless told, at most 200.
    limit: Option<u32>,
    /// From the `next` of the part before.
    cursor: Option<String>,
}

/// Centers by code; with `q` the best match first, with `near` the nearest.
#[utoipa::path(get, path = "/centers", operation_id = "centers", tag = "public", params(Wanted),
    responses((status = 200, description = "Centers", body = Page<Center>)))]
pub(super) async fn list(api: Api, Query(wanted): Query<Wanted>) -> Answer<Json<Page<Center>>> {
    let near = api.rule(position(wanted.near.as_deref()))?;
    let mut found = api.answer(centers::all(api.db()).await)?;
    found.retain(|center| wanted.covers(center));
    if let Some(q) = wanted.q.as_deref().filter(|q| !q.trim().is_empty()) {
        let finder = api.site.finder();
        let ranks: HashMap<&str, usize> = finder
            .find(q, usize::MAX)
            .iter()
            .enumerate()
            .map(|(rank, hit)| (hit.entry.id.as_str(), rank))
            .collect();
        found.retain(|center| ranks.contains_key(center.id.as_str()));
        found.sort_by_key(|center| ranks.get(center.id.as_str()).copied());
    }
    let mut found: Vec<(Option<u32>, CenterSummary)> = found
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
    api.rule(part(found, &wanted)).map(Json)
}

fn position(text: Option<&str>) -> Result<Option<Position>, Refusal> {
    let bad = || Refusal::invalid("near", "not_a_place");
    text.map(|text| Position::parse(text).ok_or_else(bad))
        .transpose()
}

/// The part after the cursor, which names the last center of the part before.
fn part(
    found: Vec<(Option<u32>, CenterSummary)>,
    wanted: &Wanted,
) -> Result<Page<Center>, Refusal> {
    let skip = match wanted.cursor.as_deref() {
        None => 0,
        Some(cursor) => {
            let at = found
                .iter()
                .position(|(_, center)| center.id.as_str() == cursor);
            at.ok_or_else(|| Refusal::invalid("cursor", "unknown_value"))? + 1
        }
    };
    let limit = limit(wanted.limit) as usize;
    let more = found.len() > skip + limit;
    let items: Vec<Center> = found
        .iter()
        .skip(skip)
        .take(limit)
        .map(|(metres, center)| Center::of(center, *metres))
        .collect();
    let next = items.last().filter(|_| more).map(|last| last.id.clone());
    Ok(Page { items, next })
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
    params(("center" = String, Path, description = "Its code")),
    responses((status = 200, description = "The center", body = CenterDetail),
        (status = 404, description = "`not_found`", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn one(api: Api, Id(center): Id<CenterId>) -> Result<Json<CenterDetail>, Problem> {
    let found = api.answer(centers::find(api.db(), &center).await)?;
    Ok(Json(CenterDetail::of(&found)))
}
