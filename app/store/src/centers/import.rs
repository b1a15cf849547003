//! Importing a list of centers, row by row, with a dry run. Importing the same file again changes
//! nothing (C-159).

use crate::{
    Act, Change, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
};
use domain::{access::Action, audit::Verb, id::CenterId, place::CenterPlace};
use gazetteer::data::{CenterRow, RowError};
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;

/// Where a list comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The city's own. What a row says replaces what was there; where it says nothing (no
    /// address, no hours), what the city said before stays, and demonstration goes. Telephone,
    /// address and hours that the center has set itself stay in any case.
    City,
    /// The built-in list. It is marked as demonstration and never replaces the city's own.
    BuiltIn,
}

/// What happened to a row, or would happen in a dry run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum RowOutcome {
    /// A new center.
    Created {
        /// Its code.
        id: CenterId,
    },
    /// A center was changed.
    Updated {
        /// Its code.
        id: CenterId,
        /// The columns in which it differs.
        columns: Vec<&'static str>,
    },
    /// Nothing to do.
    Skipped {
        /// Its code.
        id: CenterId,
    },
    /// The row cannot be used; the others can.
    Failed {
        /// Line, column and reason.
        error: String,
    },
}

/// What an import did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// An outcome a row, in order.
    pub rows: Vec<RowOutcome>,
    /// Whether nothing was written.
    pub dry_run: bool,
}

impl ImportReport {
    fn count(&self, fits: impl Fn(&RowOutcome) -> bool) -> usize {
        self.rows.iter().filter(|row| fits(row)).count()
    }

    /// How many are new.
    pub fn created(&self) -> usize {
        self.count(|r| matches!(r, RowOutcome::Created { .. }))
    }

    /// How many changed.
    pub fn updated(&self) -> usize {
        self.count(|r| matches!(r, RowOutcome::Updated { .. }))
    }

    /// How many were there already.
    pub fn skipped(&self) -> usize {
        self.count(|r| matches!(r, RowOutcome::Skipped { .. }))
    }

    /// How many cannot be used.
    pub fn failed(&self) -> usize {
        self.count(|r| matches!(r, RowOutcome::Failed { .. }))
    }
}

/// Brings in rows; good ones are kept also where others are bad. Centers that the list does not
/// name stay as they are.
///
/// # Errors
/// [`domain::Refusal::Forbidden`] for who may not manage the centers of a row.
pub async fn import(
    db: &Db,
    act: &Act,
    rows: Vec<std::result::Result<CenterRow, RowError>>,
    origin: Origin,
    dry_run: bool,
) -> Result<ImportReport> {
    let op = Import {
        rows,
        origin,
        dry_run,
    };
    db.write(act, Locks::none(), op).await
}

struct Import {
    rows: Vec<std::result::Result<CenterRow, RowError>>,
    origin: Origin,
    dry_run: bool,
}

#[async_trait::async_trait]
impl Op for Import {
    type Out = ImportReport;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<ImportReport> {
        import_in(tx, act, &self.rows, self.origin, self.dry_run).await
    }
}

/// A center's row as it is stored.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
struct Stored {
    own_contact: bool,
    own_hours: bool,
    id: CenterId,
    name: String,
    district_code: String,
    district: String,
    subdistrict_code: String,
    subdistrict: String,
    community: String,
    address: String,
    phone: String,
    hours: String,
    lat_e6: Option<i64>,
    lng_e6: Option<i64>,
    coordinates_demo: bool,
    name_source: String,
    second_site_demo: bool,
    demo: bool,
}

impl Stored {
    /// The row as it should be after the import.
    fn wanted(row: &CenterRow, origin: Origin, before: Option<&Self>) -> Result<Self> {
        // What was made up is no news to keep.
        let kept = before.filter(|b| !b.demo || origin == Origin::BuiltIn);
        // What the center has said itself stands.
        let own_contact = before.filter(|b| b.own_contact);
        let own_hours = before.filter(|b| b.own_hours);
        let text = |new: Option<String>, old: fn(&Self) -> &String| {
            new.or_else(|| kept.map(|k| old(k).clone()))
                .unwrap_or_default()
        };
        let position = row.position;
        let (lat_e6, lng_e6, coordinates_demo) = match (position, kept) {
            (Some(p), _) => (
                Some(i64::from(p.lat())),
                Some(i64::from(p.lng())),
                row.coordinates_demo,
            ),
            (None, Some(kept)) => (kept.lat_e6, kept.lng_e6, kept.coordinates_demo),
            (None, None) => (None, None, false),
        };
        let source = (!row.name_source.is_empty()).then(|| row.name_source.clone());
        let contact = |new: &Option<String>, old: fn(&Self) -> &String| match own_contact {
            Some(own) => old(own).clone(),
            None => text(new.clone(), old),
        };
        let hours = || text(row.hours.as_ref().map(ToString::to_string), |s| &s.hours);
        Ok(Self {
            own_contact: own_contact.is_some(),
            own_hours: own_hours.is_some(),
            id: row.id.parse()?,
            name: row.name.clone(),
            district_code: row.district_code.clone(),
            district: row.district.clone(),
            subdistrict_code: row.subdistrict_code.clone(),
            subdistrict: row.subdistrict.clone(),
            community: row.community.clone(),
            address: contact(&row.address, |s| &s.address),
            phone: contact(&row.phone, |s| &s.phone),
            hours: own_hours.map_or_else(hours, |own| own.hours.clone()),
            lat_e6,
            lng_e6,
            coordinates_demo,
            name_source: text(source, |s| &s.name_source),
            second_site_demo: row.second_site_demo,
            demo: origin == Origin::BuiltIn,
        })
    }

    fn differences(&self, other: &Self) -> Vec<&'static str> {
        let pairs = [
            ("name", self.name == other.name),
            ("district_code", self.district_code == other.district_code),
            ("district", self.district == other.district),
            (
                "subdistrict_code",
                self.subdistrict_code == other.subdistrict_code,
            ),
            ("subdistrict", self.subdistrict == other.subdistrict),
            ("community", self.community == other.community),
            ("address", self.address == other.address),
            ("phone", self.phone == other.phone),
            ("hours", self.hours == other.hours),
            ("lat", self.lat_e6 == other.lat_e6),
            ("lng", self.lng_e6 == other.lng_e6),
            (
                "coordinates_demo",
                self.coordinates_demo == other.coordinates_demo,
            ),
            ("name_source", self.name_source == other.name_source),
            (
                "second_site_demo",
                self.second_site_demo == other.second_site_demo,
            ),
            ("demo", self.demo == other.demo),
        ];
        pairs
            .into_iter()
            .filter_map(|(column, same)| (!same).then_some(column))
            .collect()
    }

    fn place(&self) -> CenterPlace {
        let (district, subdistrict) = (&self.district_code, &self.subdistrict_code);
        CenterPlace::new(
            self.id.clone(),
            district.clone(),
            subdistrict.clone(),
            &self.community,
        )
    }

    async fn save(&self, tx: &mut Tx) -> Result<()> {
        tx.sql(
            "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
                 community, address, phone, hours, lat_e6, lng_e6, coordinates_demo, name_source,
                 second_site_demo, demo, status)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'open')
             ON CONFLICT (id) DO UPDATE SET name = $2, district_code = $3, district = $4,
                 subdistrict_code = $5, subdistrict = $6, community = $7, address = $8, phone = $9,
                 hours = $10, lat_e6 = $11, lng_e6 = $12, coordinates_demo = $13,
                 name_source = $14, second_site_demo = $15, demo = $16,
                 revision = center.revision + 1",
        )
        .bind(&self.id)
        .bind(&self.name)
        .bind(&self.district_code)
        .bind(&self.district)
        .bind(&self.subdistrict_code)
        .bind(&self.subdistrict)
        .bind(&self.community)
        .bind(&self.address)
        .bind(&self.phone)
        .bind(&self.hours)
        .bind(self.lat_e6)
        .bind(self.lng_e6)
        .bind(self.coordinates_demo)
        .bind(&self.name_source)
        .bind(self.second_site_demo)
        .bind(self.demo)
        .run()
        .await?;
        Ok(())
    }
}

pub(crate) async fn import_in(
    tx: &mut Tx,
    act: &Act,
    rows: &[std::result::Result<CenterRow, RowError>],
    origin: Origin,
    dry_run: bool,
) -> Result<ImportReport> {
    let stored: Vec<Stored> = tx
        .sql(
            "SELECT own_contact, own_hours, id, name, district_code, district, subdistrict_code, subdistrict, community,
             address, phone, hours, lat_e6, lng_e6, coordinates_demo, name_source,
             second_site_demo, demo FROM center",
        )
        .all()
        .await?;
    let mut known: HashMap<CenterId, Stored> =
        stored.into_iter().map(|s| (s.id.clone(), s)).collect();
    let mut outcomes = Vec::with_capacity(rows.len());
    for row in rows {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                outcomes.push(RowOutcome::Failed {
                    error: error.to_string(),
                });
                continue;
            }
        };
        let before = row.id.parse().ok().and_then(|id| known.get(&id));
        let wanted = Stored::wanted(row, origin, before)?;
        act.caller.may(Action::ManageCenters, &wanted.place())?;
        let outcome = compared(before, &wanted, origin);
        if !dry_run && !matches!(outcome, RowOutcome::Skipped { .. }) {
            wanted.save(tx).await?;
            record(tx, act, &outcome, &wanted.id).await?;
            tx.changed(Change::Center(wanted.id.clone()));
        }
        if !matches!(outcome, RowOutcome::Skipped { .. }) {
            known.insert(wanted.id.clone(), wanted);
        }
        outcomes.push(outcome);
    }
    Ok(ImportReport {
        rows: outcomes,
        dry_run,
    })
}

fn compared(before: Option<&Stored>, wanted: &Stored, origin: Origin) -> RowOutcome {
    let id = wanted.id.clone();
    let Some(before) = before else {
        return RowOutcome::Created { id };
    };
    let columns = before.differences(wanted);
    if columns.is_empty() || (origin == Origin::BuiltIn && !before.demo) {
        RowOutcome::Skipped { id }
    } else {
        RowOutcome::Updated { id, columns }
    }
}

async fn record(tx: &mut Tx, act: &Act, outcome: &RowOutcome, center: &CenterId) -> Result<()> {
    let (action, detail) = match outcome {
        RowOutcome::Updated { columns, .. } => (Verb::CenterUpdate, json!({ "columns": columns })),
        _ => (Verb::CenterCreate, json!({})),
    };
    let entry = Entry {
        action,
        subject: ("center", center.as_str()),
        center: Some(center),
        detail,
    };
    audit::record(tx, act, entry).await
}
