//! Reading centers: all of them for the finder, one for its page, the tree of places.

use crate::{Db, Result, Tx};
use domain::{
    Refusal,
    id::{CenterId, RoomId},
    opening::{Exception, Times},
    place::{CenterPlace, CenterStatus, CommunityKey},
};
use gazetteer::Position;
use serde::{Deserialize, Serialize};

/// A center as lists and the finder show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct CenterSummary {
    /// Its code.
    pub id: CenterId,
    /// Its name, never a key.
    pub name: String,
    /// Code of its district.
    pub district_code: String,
    /// Its district.
    pub district: String,
    /// Code of its subdistrict.
    pub subdistrict_code: String,
    /// Its subdistrict.
    pub subdistrict: String,
    /// The community that it serves.
    pub community: String,
    /// Its address; empty where unknown.
    pub address: String,
    /// Latitude in micro-degrees (WGS 84), if known.
    pub lat_e6: Option<i64>,
    /// Longitude in micro-degrees, if known.
    pub lng_e6: Option<i64>,
    /// Whether its coordinates are invented.
    pub coordinates_demo: bool,
    /// Whether it is an invented second site.
    pub second_site_demo: bool,
    /// Whether its particulars are demonstration.
    pub demo: bool,
    /// Whether it can be visited.
    pub status: CenterStatus,
}

impl CenterSummary {
    /// Where it lies, for rights and eligibility.
    pub fn place(&self) -> CenterPlace {
        let (district, subdistrict) = (&self.district_code, &self.subdistrict_code);
        CenterPlace::new(
            self.id.clone(),
            district.clone(),
            subdistrict.clone(),
            &self.community,
        )
    }

    /// Where it stands, if known.
    pub fn position(&self) -> Option<Position> {
        Position::new(
            i32::try_from(self.lat_e6?).ok()?,
            i32::try_from(self.lng_e6?).ok()?,
        )
    }
}

impl From<&CenterSummary> for gazetteer::Entry {
    fn from(center: &CenterSummary) -> Self {
        Self {
            id: center.id.as_str().to_owned(),
            name: center.name.clone(),
            district: center.district.clone(),
            subdistrict: center.subdistrict.clone(),
            community: center.community.clone(),
            address: center.address.clone(),
            position: center.position(),
        }
    }
}

/// A room of a center.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// How many it seats, if known.
    pub seats: Option<i64>,
}

/// A center as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CenterView {
    /// What lists show.
    #[serde(flatten)]
    pub summary: CenterSummary,
    /// Telephone number; empty where unknown.
    pub phone: String,
    /// Opening hours in the grammar of [`domain::opening`]; empty where unknown. Whether it is open
    /// is what [`Self::times`] says.
    pub hours: String,
    /// Days on which it is open otherwise, or closed, by day: all that lie ahead, and some behind.
    pub exceptions: Vec<Exception>,
    /// Of one that is closed until further notice, why and where to go instead; may be empty.
    pub closed_note: String,
    /// Where the name comes from.
    pub name_source: String,
    /// Its rooms that are in use, by name.
    pub rooms: Vec<Room>,
    /// Rises with every change.
    pub revision: i64,
}

impl CenterView {
    /// All that says when it is open.
    pub fn times(&self) -> Times {
        let exceptions = self.exceptions.iter().cloned();
        Times::new(self.summary.status, self.hours.parse().ok(), exceptions)
    }
}

const SUMMARY: &str = "SELECT id, name, district_code, district, subdistrict_code, subdistrict,
    community, address, lat_e6, lng_e6, coordinates_demo, second_site_demo, demo, status";

/// All centers by code. Pages and programs read them from [`super::Directory`].
///
/// # Errors
/// Database errors.
pub async fn all(db: &Db) -> Result<Vec<CenterSummary>> {
    all_in(&mut db.read().await?).await
}

pub(crate) async fn all_in(tx: &mut Tx) -> Result<Vec<CenterSummary>> {
    tx.sql_built(format!("{SUMMARY} FROM center ORDER BY id"))
        .all()
        .await
}

/// What [`CenterView`] has of a center's own row.
#[derive(sqlx::FromRow)]
struct Particulars {
    #[sqlx(flatten)]
    summary: CenterSummary,
    phone: String,
    hours: String,
    closed_note: String,
    name_source: String,
    revision: i64,
}

/// One center.
///
/// # Errors
/// [`Refusal::NotFound`] where there is none.
pub async fn find(db: &Db, center: &CenterId) -> Result<CenterView> {
    let mut tx = db.read().await?;
    let found: Option<Particulars> = tx
        .sql_built(format!(
            "{SUMMARY}, phone, hours, closed_note, name_source, revision FROM center WHERE id = $1"
        ))
        .bind(center)
        .optional()
        .await?;
    let found = found.ok_or(Refusal::NotFound)?;
    let mut rooms: Vec<Room> = tx
        .sql("SELECT id, name, seats FROM room WHERE center_id = $1 AND retired_at IS NULL")
        .bind(center)
        .all()
        .await?;
    rooms.sort_by(|a, b| a.name.cmp(&b.name));
    let exceptions = super::exceptions::read(&mut tx, center).await?;
    Ok(CenterView {
        summary: found.summary,
        phone: found.phone,
        hours: found.hours,
        exceptions,
        closed_note: found.closed_note,
        name_source: found.name_source,
        rooms,
        revision: found.revision,
    })
}

/// A district and what lies in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DistrictNode {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its subdistricts, by code.
    pub subdistricts: Vec<SubdistrictNode>,
}

/// A subdistrict and what lies in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubdistrictNode {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its communities, in the order of their first centers' codes.
    pub communities: Vec<CommunityNode>,
}

/// A community and its centers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommunityNode {
    /// Its key.
    pub key: CommunityKey,
    /// Its name.
    pub name: String,
    /// Codes and names of its centers.
    pub centers: Vec<(CenterId, String)>,
}

/// The tree of places.
///
/// # Errors
/// Database errors.
pub async fn tree(db: &Db) -> Result<Vec<DistrictNode>> {
    Ok(tree_of(&all(db).await?))
}

/// The tree of these centers.
pub fn tree_of(centers: &[CenterSummary]) -> Vec<DistrictNode> {
    let mut sorted: Vec<&CenterSummary> = centers.iter().collect();
    sorted.sort_by_key(|c| (&c.district_code, &c.subdistrict_code, &c.id));
    let mut districts: Vec<DistrictNode> = Vec::new();
    for center in sorted {
        let district = entry(
            &mut districts,
            |d| d.code == center.district_code,
            || DistrictNode {
                code: center.district_code.clone(),
                name: center.district.clone(),
                subdistricts: Vec::new(),
            },
        );
        let subdistrict = entry(
            &mut district.subdistricts,
            |s| s.code == center.subdistrict_code,
            || SubdistrictNode {
                code: center.subdistrict_code.clone(),
                name: center.subdistrict.clone(),
                communities: Vec::new(),
            },
        );
        let community = entry(
            &mut subdistrict.communities,
            |c| c.name == center.community,
            || CommunityNode {
                key: CommunityKey::new(&center.subdistrict_code, &center.community),
                name: center.community.clone(),
                centers: Vec::new(),
            },
        );
        community
            .centers
            .push((center.id.clone(), center.name.clone()));
    }
    districts
}

/// The entry that fits, added where there is none.
fn entry<T>(list: &mut Vec<T>, fits: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> &mut T {
    let at = list.iter().position(fits).unwrap_or(list.len());
    if at == list.len() {
        list.push(make());
    }
    &mut list[at]
}
