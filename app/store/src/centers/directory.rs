//! All centers in memory. They are few, they seldom change, and almost every page asks for some of
//! them: lists, the finder and neighbours are answered from here.

use super::read::CenterSummary;
use crate::{Db, Result};
use domain::{id::CenterId, place::CenterStatus};
use gazetteer::{Entry, Index};
use std::{collections::HashMap, sync::OnceLock};

/// How many neighbours a center has at most.
const MOST_NEAR: usize = 16;

/// What tells one state of the centers from another: how many there are, how many of them are open,
/// and the sum of their revisions.
type Stamp = (i64, i64, i64);

/// All centers as they were at one moment. It never changes; after a change it is made anew.
#[derive(Debug, Default)]
pub struct Directory {
    centers: Vec<CenterSummary>,
    by_id: HashMap<String, usize>,
    index: Index,
    /// Found when they are first asked for.
    near: Vec<OnceLock<Vec<Near>>>,
    stamp: Stamp,
}

#[derive(Clone, Copy, Debug)]
struct Near {
    center: usize,
    metres: Option<u32>,
}

/// A center next door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour<'a> {
    /// Which.
    pub center: &'a CenterSummary,
    /// How far it is, where both places are known.
    pub metres: Option<u32>,
}

async fn stamp(db: &Db) -> Result<Stamp> {
    let mut tx = db.read().await?;
    tx.sql(
        "SELECT COUNT(*), COUNT(*) FILTER (WHERE status = 'open'),
            COALESCE(CAST(SUM(revision) AS BIGINT), 0) FROM center",
    )
    .one()
    .await
}

impl Directory {
    /// The centers that there are.
    ///
    /// # Errors
    /// Database errors.
    pub async fn read(db: &Db) -> Result<Self> {
        // Before the rows: what changes in between is seen the next time.
        let stamp = stamp(db).await?;
        let centers = super::all(db).await?;
        Ok(Self {
            stamp,
            ..Self::of(centers)
        })
    }

    /// The same anew where something has changed since.
    ///
    /// # Errors
    /// Database errors.
    pub async fn renewed(&self, db: &Db) -> Result<Option<Self>> {
        match stamp(db).await? == self.stamp {
            true => Ok(None),
            false => Self::read(db).await.map(Some),
        }
    }

    /// Of these centers, in their order.
    pub fn of(centers: Vec<CenterSummary>) -> Self {
        let numbered = centers.iter().enumerate();
        Self {
            by_id: numbered
                .map(|(n, center)| (center.id.as_str().to_owned(), n))
                .collect(),
            index: Index::new(centers.iter().map(Entry::from).collect()),
            near: centers.iter().map(|_| OnceLock::new()).collect(),
            stamp: Stamp::default(),
            centers,
        }
    }

    /// All of them, by code.
    pub fn all(&self) -> &[CenterSummary] {
        &self.centers
    }

    /// The one with that code.
    pub fn get(&self, code: &str) -> Option<&CenterSummary> {
        self.centers.get(*self.by_id.get(code)?)
    }

    /// What they are found by.
    pub const fn index(&self) -> &Index {
        &self.index
    }

    /// Open centers next door, without the center itself: at most `limit` and at most 16, those of
    /// its own subdistrict first, and among these and the others the nearest first where
    /// coordinates are known. None where there is no such center.
    pub fn near(
        &self,
        center: &CenterId,
        limit: usize,
    ) -> impl Iterator<Item = Neighbour<'_>> + use<'_> {
        let here = self.by_id.get(center.as_str());
        let near = here.map(|here| self.near[*here].get_or_init(|| self.around(*here)));
        let near = near.map(Vec::as_slice).unwrap_or_default();
        near.iter().take(limit).map(|near| Neighbour {
            center: &self.centers[near.center],
            metres: near.metres,
        })
    }

    fn around(&self, here: usize) -> Vec<Near> {
        let of = &self.centers[here];
        let others = self.centers.iter().enumerate();
        let mut others: Vec<(bool, u32, &CenterId, Near)> = others
            .filter(|(n, other)| *n != here && other.status == CenterStatus::Open)
            .map(|(center, other)| {
                let metres = of.position().zip(other.position());
                let metres = metres.map(|(a, b)| a.metres_to(b));
                let away = other.subdistrict_code != of.subdistrict_code;
                let far = metres.unwrap_or(u32::MAX);
                (away, far, &other.id, Near { center, metres })
            })
            .collect();
        others.sort_by_key(|(away, far, id, _)| (*away, *far, *id));
        let nearest = others.into_iter().take(MOST_NEAR);
        nearest.map(|(_, _, _, near)| near).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn center(id: &str, subdistrict: &str, lat: i64) -> CenterSummary {
        CenterSummary {
            id: id.parse().unwrap(),
            name: format!("{id}社区党群服务中心"),
            district_code: "440303".into(),
            district: "罗湖区".into(),
            subdistrict_code: subdistrict.into(),
            subdistrict: format!("{subdistrict}街道"),
            community: format!("{id}社区"),
            address: String::new(),
            lat_e6: Some(lat),
            lng_e6: Some(114_000_000),
            coordinates_demo: false,
            second_site_demo: false,
            demo: false,
            status: CenterStatus::Open,
        }
    }

    #[test]
    fn a_center_has_its_own_subdistrict_first_and_the_nearest_before_the_far() {
        let closed = CenterSummary {
            status: CenterStatus::Closed,
            ..center("A-4", "桂园", 22_500_100)
        };
        let unknown = CenterSummary {
            lat_e6: None,
            ..center("A-5", "桂园", 0)
        };
        let directory = Directory::of(vec![
            center("A-1", "桂园", 22_500_000),
            center("A-2", "桂园", 22_560_000),
            center("A-3", "桂园", 22_530_000),
            closed,
            unknown,
            center("B-1", "南湖", 22_501_000),
        ]);
        let near = |id: &str, limit| {
            let found = directory.near(&id.parse().unwrap(), limit);
            found
                .map(|n| (n.center.id.to_string(), n.metres.is_some()))
                .collect::<Vec<_>>()
        };
        let known = |id: &str| (id.to_owned(), true);
        let expected = [
            known("A-3"),
            known("A-2"),
            ("A-5".to_owned(), false),
            known("B-1"),
        ];
        assert_eq!(near("A-1", 9), expected);
        assert_eq!(near("A-1", 2), expected[..2]);
        assert_eq!(near("X-1", 9), []);
        assert_eq!(directory.get("A-3"), Some(&directory.all()[2]));
        assert_eq!(directory.get("X-1"), None);
    }
}
