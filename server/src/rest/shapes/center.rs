//! Centers, as the interface shows them.

use chrono::NaiveDate;
use domain::{
    id::{CenterId, RoomId},
    opening::{self, Day, Week},
    place::CenterStatus,
};
use serde::Serialize;
use store::centers::{CenterSummary, CenterView};
use utoipa::ToSchema;

/// A center as lists show it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Center {
    /// Its code, e.g. `SZ440303001-01`.
    pub id: CenterId,
    /// Its name; names repeat and are never keys.
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
    /// Latitude in degrees (WGS 84), if known.
    pub lat: Option<f64>,
    /// Longitude in degrees, if known.
    pub lng: Option<f64>,
    /// Whether the coordinates are invented.
    pub coordinates_demo: bool,
    /// Whether it is an invented second site.
    pub second_site_demo: bool,
    /// Whether its particulars are demonstration.
    pub demo: bool,
    /// Whether it can be visited.
    pub status: CenterStatus,
    /// Metres from the place that was asked for with `near`, as the crow flies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_m: Option<u32>,
}

/// Micro-degrees to degrees.
fn degrees(micro: Option<i64>) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "at most 180 million")]
    micro.map(|e6| e6 as f64 / 1e6)
}

impl Center {
    /// The shape of a center.
    pub(crate) fn of(center: &CenterSummary, distance_m: Option<u32>) -> Self {
        Self {
            id: center.id.clone(),
            name: center.name.clone(),
            district_code: center.district_code.clone(),
            district: center.district.clone(),
            subdistrict_code: center.subdistrict_code.clone(),
            subdistrict: center.subdistrict.clone(),
            community: center.community.clone(),
            address: center.address.clone(),
            lat: degrees(center.lat_e6),
            lng: degrees(center.lng_e6),
            coordinates_demo: center.coordinates_demo,
            second_site_demo: center.second_site_demo,
            demo: center.demo,
            status: center.status,
            distance_m,
        }
    }
}

/// One stretch of opening hours.
#[derive(Serialize, ToSchema)]
pub(crate) struct Opening {
    /// The day of the week on which it begins: 1 is Monday, 7 Sunday.
    pub weekday: u8,
    /// Beginning, `HH:MM` in Asia/Shanghai.
    pub opens: String,
    /// End, `HH:MM`; after midnight it goes on counting, `26:00` is two in the morning.
    pub closes: String,
}

/// A day on which a center is not open as on others of its weekday.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpeningException {
    /// The day, in Asia/Shanghai.
    #[schema(format = Date)]
    pub on: String,
    /// Whether it is closed all day.
    pub closed: bool,
    /// Its opening hours, e.g. `09:00-12:00,14:00-18:00`; empty where it is closed.
    pub hours: String,
    /// Why, as residents read it.
    pub reason: String,
}

/// A room.
#[derive(Serialize, ToSchema)]
pub(crate) struct Room {
    /// Its id.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// How many it seats, if known.
    pub seats: Option<i64>,
}

/// A center with opening hours, the days that are otherwise, and rooms.
#[derive(Serialize, ToSchema)]
pub(crate) struct CenterDetail {
    /// What lists show.
    #[serde(flatten)]
    pub center: Center,
    /// Telephone number; empty where unknown.
    pub phone: String,
    /// Opening hours as text, e.g. `Mo-Fr 09:00-21:00`; empty where unknown.
    pub hours: String,
    /// The same, day by day; empty where unknown.
    pub opening_hours: Vec<Opening>,
    /// The days on which it is open otherwise, or closed: all from today on, in order. They come
    /// before `opening_hours`, and a `status` of `closed` comes before both.
    pub exceptions: Vec<OpeningException>,
    /// Its rooms, by name.
    pub rooms: Vec<Room>,
    /// Where the name comes from.
    pub name_source: String,
    /// Rises with every change.
    pub revision: i64,
}

impl CenterDetail {
    /// The shape of a center.
    pub(crate) fn of(center: &CenterView, today: NaiveDate) -> Self {
        let ahead = center.exceptions.iter().filter(|of| of.on >= today);
        let exceptions = ahead.map(|of| OpeningException {
            on: of.on.to_string(),
            closed: of.is_closed(),
            hours: opening::written(&of.openings),
            reason: of.reason.clone(),
        });
        let rooms = center.rooms.iter().map(|room| Room {
            id: room.id.clone(),
            name: room.name.clone(),
            seats: room.seats,
        });
        Self {
            center: Center::of(&center.summary, None),
            phone: center.phone.clone(),
            hours: center.hours.clone(),
            opening_hours: openings(&center.hours),
            exceptions: exceptions.collect(),
            rooms: rooms.collect(),
            name_source: center.name_source.clone(),
            revision: center.revision,
        }
    }
}

fn openings(hours: &str) -> Vec<Opening> {
    let Ok(week) = Week::parse(hours) else {
        return Vec::new();
    };
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let of_day = |(weekday, day): (u8, Day)| {
        let stretches: Vec<_> = week.on(day).to_vec();
        stretches.into_iter().map(move |o| Opening {
            weekday,
            opens: clock(o.from),
            closes: clock(o.until),
        })
    };
    (1..=7).zip(Day::ALL).flat_map(of_day).collect()
}
