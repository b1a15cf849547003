//! Rows out of sums and sets, and what is taken out of them because it is about too few people.

use super::{
    figures::{At, Cases, SmallDays, Sums},
    people::Sets,
    scope::Within,
};
use crate::centers::CenterSummary;
use domain::{
    id::CenterId,
    report::{
        Asked, By, Cell, Coords, Counts, Figure, Hidden, Level, Month, PlaceBy, SMALL, protect,
    },
    time::Timestamp,
};
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, HashMap};

/// A report with what it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was asked.
    pub asked: Asked,
    /// When its counts were read.
    pub as_of: Timestamp,
    /// When its numbers of different people are of: `as_of` but after an import of very much.
    pub people_as_of: Timestamp,
    /// Whether there is demo data among what it is over.
    pub is_demo: bool,
    /// In the order of place, month and field.
    pub rows: Vec<Line>,
    /// Over everything: of people no sum of the rows.
    pub total: Line,
}

/// A row of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where, if the rows are told apart by place.
    pub place: Option<Place>,
    /// In which month, if they are told apart by month.
    pub month: Option<Month>,
    /// Of which field, if they are told apart by field; empty for shifts of a center's own duty.
    pub field: Option<String>,
    /// Activities of casework that somebody came to.
    pub cases: u64,
    /// Groups that somebody came to.
    pub groups: u64,
    /// Their dates.
    pub sessions: u64,
    /// Dates of community activities.
    pub activities: u64,
    /// Shifts in which a volunteer was there.
    pub shifts: u64,
    /// About those who came; absent where it would be about too few people.
    pub came: Option<Came>,
    /// About volunteers; absent where it would be about too few.
    pub served: Option<Served>,
}

impl Line {
    /// A figure of the row; absent where it is hidden.
    pub fn value(&self, figure: Figure) -> Option<i64> {
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let of_came = |of: fn(&Came) -> u64| self.came.as_ref().map(|came| count(of(came)));
        let of_served = |of: fn(&Served) -> i64| self.served.as_ref().map(of);
        match figure {
            Figure::Cases => Some(count(self.cases)),
            Figure::Groups => Some(count(self.groups)),
            Figure::Sessions => Some(count(self.sessions)),
            Figure::Activities => Some(count(self.activities)),
            Figure::Attendances => of_came(|came| came.attendances),
            Figure::Persons => of_came(|came| came.persons),
            Figure::WalkIns => of_came(|came| came.walk_ins),
            Figure::NoShows => of_came(|came| came.no_shows),
            Figure::Shifts => Some(count(self.shifts)),
            Figure::Volunteers => self.served.as_ref().map(|served| count(served.volunteers)),
            Figure::VolunteerMinutes => of_served(|served| served.minutes),
            Figure::EnteredMinutes => of_served(|served| served.entered),
        }
    }

    /// Whether something about too few people is hidden.
    pub const fn is_hidden(&self) -> bool {
        self.came.is_none() || self.served.is_none()
    }
}

/// About those who came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// 人次.
    pub attendances: u64,
    /// 人数.
    pub persons: u64,
    /// Of the attendances those without a booking.
    pub walk_ins: u64,
    /// Places of those who stayed away.
    pub no_shows: u64,
}

/// About volunteers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// Different volunteers.
    pub volunteers: u64,
    /// Their verified minutes.
    pub minutes: i64,
    /// Their entered minutes.
    pub entered: i64,
}

/// A place in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Code of the district.
    pub district: String,
    /// Code of the subdistrict, unless it is a whole district.
    pub subdistrict: Option<String>,
    /// The center, unless it is a larger place.
    pub center: Option<CenterId>,
    /// Its name.
    pub name: String,
}

/// What a report is put together from.
pub(super) struct Parts {
    pub(super) sums: Sums,
    pub(super) cases: Cases,
    pub(super) sets: Sets,
    pub(super) small_days: SmallDays,
    pub(super) is_demo: bool,
}

/// Which row.
type Key = (String, Option<Month>, Option<String>);

/// What adds up to a row.
#[derive(Default)]
struct Gathered {
    counts: Counts,
    came: RoaringBitmap,
    served: RoaringBitmap,
    cases: RoaringBitmap,
    groups: RoaringBitmap,
    /// One of the places in it, for what is hidden.
    at: Option<At>,
}

pub(super) fn report(asked: &Asked, within: &Within, parts: Parts, now: Timestamp) -> Report {
    let centers: HashMap<&CenterId, &CenterSummary> =
        within.centers.iter().map(|row| (&row.id, row)).collect();
    let rows = gathered(&parts, |at| key(asked.by, &centers, at));
    let whole = gathered(&parts, |_| Key::default());
    let veil = Veil::of(&centers, &parts);
    let small = parts.small_days.rows(|at| key(asked.by, &centers, at));
    let small_whole = parts.small_days.rows(|_| Key::default());
    let line = |by: By, key: Key, row: &Gathered| {
        let small = if by == asked.by { &small } else { &small_whole };
        let (came, served) = veil.over(by, row);
        let hidden = (came || small.contains(&key), served);
        line(place_of(by, &key, &centers), key, row, hidden)
    };
    let nothing = Gathered::default();
    let total = whole.get(&Key::default()).unwrap_or(&nothing);
    Report {
        asked: asked.clone(),
        as_of: now,
        people_as_of: parts.sets.as_of.unwrap_or(now),
        is_demo: parts.is_demo,
        total: line(By::default(), Key::default(), total),
        rows: rows
            .into_iter()
            .filter(|_| asked.by != By::default())
            .map(|(key, row)| line(asked.by, key, &row))
            .collect(),
    }
}

fn place_code(by: PlaceBy, center: &CenterSummary) -> String {
    match by {
        PlaceBy::Whole => String::new(),
        PlaceBy::District => center.district_code.clone(),
        PlaceBy::Subdistrict => center.subdistrict_code.clone(),
        PlaceBy::Center => center.id.to_string(),
    }
}

fn key(by: By, centers: &HashMap<&CenterId, &CenterSummary>, at: &At) -> Key {
    let place = centers.get(&at.center);
    (
        place.map_or_else(String::new, |center| place_code(by.place, center)),
        by.month.then_some(at.month),
        by.field.then(|| at.field.clone()),
    )
}

/// Everything of each row.
fn gathered(parts: &Parts, key: impl Fn(&At) -> Key) -> BTreeMap<Key, Gathered> {
    let mut rows: BTreeMap<Key, Gathered> = BTreeMap::new();
    for (at, sum) in &parts.sums {
        if sum.counts == Counts::default() {
            continue;
        }
        let row = rows.entry(key(at)).or_default();
        row.counts += sum.counts;
        row.at.get_or_insert_with(|| at.clone());
        if let Some(set) = parts.sets.came.get(at) {
            row.came |= set;
        }
        if let Some(set) = parts.sets.served.get(at) {
            row.served |= set;
        }
        if let Some(set) = parts.cases.cases.get(at) {
            row.cases |= set;
        }
        if let Some(set) = parts.cases.groups.get(at) {
            row.groups |= set;
        }
    }
    rows
}

fn place_of(by: By, key: &Key, centers: &HashMap<&CenterId, &CenterSummary>) -> Option<Place> {
    let of = |row: &&CenterSummary| place_code(by.place, row) == key.0;
    let row = centers.values().copied().find(of)?;
    let (subdistrict, center, name) = match by.place {
        PlaceBy::Whole => return None,
        PlaceBy::District => (None, None, &row.district),
        PlaceBy::Subdistrict => (Some(row.subdistrict_code.clone()), None, &row.subdistrict),
        PlaceBy::Center => (
            Some(row.subdistrict_code.clone()),
            Some(row.id.clone()),
            &row.name,
        ),
    };
    Some(Place {
        district: row.district_code.clone(),
        subdistrict,
        center,
        name: name.clone(),
    })
}

/// Whether what is about those who came is hidden, and what is about volunteers.
type IsHidden = (bool, bool);

fn line(place: Option<Place>, key: Key, row: &Gathered, hidden: IsHidden) -> Line {
    let counts = row.counts;
    let came = Came {
        attendances: counts.attendances,
        persons: row.came.len(),
        walk_ins: counts.walk_ins,
        no_shows: counts.no_shows,
    };
    let served = Served {
        volunteers: row.served.len(),
        minutes: counts.volunteer_minutes,
        entered: counts.entered_minutes,
    };
    Line {
        place,
        month: key.1,
        field: key.2,
        cases: row.cases.len(),
        groups: row.groups.len(),
        sessions: counts.sessions,
        activities: counts.activities,
        shifts: counts.shifts,
        came: (!hidden.0).then_some(came),
        served: (!hidden.1).then_some(served),
    }
}

/// What is hidden in all tables over these centers and days.
struct Veil<'p> {
    numbers: Numbers<'p>,
    came: Hidden,
    served: Hidden,
}

/// A number for each place, month and field.
struct Numbers<'p> {
    centers: HashMap<&'p CenterId, [u16; 3]>,
    months: HashMap<Month, u16>,
    fields: HashMap<&'p str, u16>,
}

fn numbered<'k, K: Ord + std::hash::Hash + 'k>(all: impl Iterator<Item = K>) -> HashMap<K, u16> {
    let mut all: Vec<K> = all.collect();
    all.sort();
    all.dedup();
    all.into_iter().zip(0..).collect()
}

impl<'p> Numbers<'p> {
    fn of(centers: &HashMap<&'p CenterId, &'p CenterSummary>, sums: &'p Sums) -> Self {
        let rows = || centers.values().copied();
        let districts = numbered(rows().map(|row| row.district_code.as_str()));
        let subdistricts = numbered(rows().map(|row| row.subdistrict_code.as_str()));
        let ids = numbered(rows().map(|row| &row.id));
        let number = |found: Option<&u16>| found.copied().unwrap_or_default();
        Self {
            centers: rows()
                .map(|row| {
                    let places = [
                        number(districts.get(row.district_code.as_str())),
                        number(subdistricts.get(row.subdistrict_code.as_str())),
                        number(ids.get(&row.id)),
                    ];
                    (&row.id, places)
                })
                .collect(),
            months: numbered(sums.keys().map(|at| at.month)),
            fields: numbered(sums.keys().map(|at| at.field.as_str())),
        }
    }

    fn coords(&self, at: &At) -> Coords {
        Coords {
            places: self.centers.get(&at.center).copied().unwrap_or_default(),
            month: self.months.get(&at.month).copied().unwrap_or_default(),
            field: self
                .fields
                .get(at.field.as_str())
                .copied()
                .unwrap_or_default(),
        }
    }
}

impl<'p> Veil<'p> {
    fn of(centers: &HashMap<&'p CenterId, &'p CenterSummary>, parts: &'p Parts) -> Self {
        let numbers = Numbers::of(centers, &parts.sums);
        let cells = |set: &HashMap<At, RoaringBitmap>, absent: fn(&Counts) -> u64| {
            let cells = parts.sums.iter().map(|(at, sum)| {
                let people = set.get(at);
                let size = people.map_or(0, RoaringBitmap::len);
                let few = people.filter(|_| size < u64::from(SMALL));
                Cell {
                    at: numbers.coords(at),
                    people: u32::try_from(size).unwrap_or(u32::MAX),
                    few: few.map(|few| few.iter().collect()).unwrap_or_default(),
                    absent: absent(&sum.counts),
                }
            });
            cells.collect::<Vec<Cell>>()
        };
        let came = protect(&cells(&parts.sets.came, |counts| counts.no_shows));
        let served = protect(&cells(&parts.sets.served, |_| 0));
        Self {
            numbers,
            came,
            served,
        }
    }

    fn over(&self, by: By, row: &Gathered) -> IsHidden {
        let Some(at) = &row.at else {
            return (false, false);
        };
        let level = Level {
            places: match by.place {
                PlaceBy::Whole => 0,
                PlaceBy::District => 1,
                PlaceBy::Subdistrict => 2,
                PlaceBy::Center => 3,
            },
            month: by.month,
            field: by.field,
        };
        let coords = self.numbers.coords(at);
        (self.came.has(level, coords), self.served.has(level, coords))
    }
}
