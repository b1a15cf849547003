//! What the interface answers, as JSON. These shapes are promised (`api.md`); the store's own
//! types may change behind them.

mod door;

pub(super) use door::{Card, CheckIn, DoorEntry, DoorSitting};

use app::{i18n::Locale, web::Tickets};
use domain::{menu::ItemTexts, time::Timestamp};
use gazetteer::hours::{Day, Week};
use serde::Serialize;
use store::{
    bookings::BookingView,
    centers::{CenterSummary, CenterView},
    menu::{Item, MenuField},
    occurrences::{OccurrenceView, RosterRow},
};
use utoipa::ToSchema;

/// A part of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// What is on this part.
    pub items: Vec<T>,
    /// The cursor of the next part, `null` on the last.
    pub next: Option<String>,
}

/// A center as lists show it.
#[derive(Serialize, ToSchema)]
pub(super) struct Center {
    /// Its code, e.g. `SZ440303001-01`.
    pub id: String,
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
    /// `open` or `closed`.
    pub status: String,
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
    pub(super) fn of(center: &CenterSummary, distance_m: Option<u32>) -> Self {
        Self {
            id: center.id.to_string(),
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
            status: center.status.clone(),
            distance_m,
        }
    }
}

/// One stretch of opening hours.
#[derive(Serialize, ToSchema)]
pub(super) struct Opening {
    /// The day of the week on which it begins: 1 is Monday, 7 Sunday.
    pub weekday: u8,
    /// Beginning, `HH:MM` in Asia/Shanghai.
    pub opens: String,
    /// End, `HH:MM`; after midnight it goes on counting, `26:00` is two in the morning.
    pub closes: String,
}

/// A room.
#[derive(Serialize, ToSchema)]
pub(super) struct Room {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many it seats, if known.
    pub seats: Option<i64>,
}

/// A center with opening hours and rooms.
#[derive(Serialize, ToSchema)]
pub(super) struct CenterDetail {
    /// What lists show.
    #[serde(flatten)]
    pub center: Center,
    /// Telephone number; empty where unknown.
    pub phone: String,
    /// Opening hours as text, e.g. `Mo-Fr 09:00-21:00`; empty where unknown.
    pub hours: String,
    /// The same, day by day; empty where unknown.
    pub opening_hours: Vec<Opening>,
    /// Its rooms, by name.
    pub rooms: Vec<Room>,
    /// Where the name comes from.
    pub name_source: String,
    /// Rises with every change.
    pub revision: i64,
}

impl CenterDetail {
    /// The shape of a center.
    pub(super) fn of(center: &CenterView) -> Self {
        let rooms = center.rooms.iter().map(|room| Room {
            id: room.id.to_string(),
            name: room.name.clone(),
            seats: room.seats,
        });
        Self {
            center: Center::of(&center.summary, None),
            phone: center.phone.clone(),
            hours: center.hours.clone(),
            opening_hours: openings(&center.hours),
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

/// An item of a center's service menu, in the caller's language.
#[derive(Serialize, ToSchema)]
pub(super) struct MenuItem {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Who it is for.
    pub for_whom: Option<String>,
    /// What to bring.
    pub bring: Option<String>,
    /// When it is there, in words.
    pub when: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// How to get it.
    pub how_to_get: Option<String>,
    /// `walk_in`, `book` or `request`.
    pub how: String,
    /// Code of its field.
    pub field: String,
    /// Least age in years.
    pub min_age: Option<i64>,
    /// Greatest age in years.
    pub max_age: Option<i64>,
    /// Whether asking for it says something sensitive about a person.
    pub sensitive: bool,
    /// Whether it is the center's own.
    pub own: bool,
    /// Whether the center has taken it off its menu; residents never see such an item.
    pub hidden: bool,
    /// Rises with every change that the center makes to it.
    pub revision: i64,
}

impl MenuItem {
    /// The shape of an item, in this language where it has texts in it.
    pub(super) fn of(item: Item, locale: Locale) -> Self {
        let texts = match (locale, item.texts_en) {
            (Locale::en, Some(texts)) if !texts.name.is_empty() => texts,
            _ => item.texts_zh,
        };
        let ItemTexts {
            name,
            for_whom,
            bring,
            when,
            place,
            how_to_get,
        } = texts;
        Self {
            id: item.id.to_string(),
            name,
            for_whom,
            bring,
            when,
            place,
            how_to_get,
            how: item.how.to_string(),
            field: item.field,
            min_age: item.min_age,
            max_age: item.max_age,
            sensitive: item.sensitive,
            own: item.own,
            hidden: item.hidden,
            revision: item.revision,
        }
    }
}

/// A service field with its items.
#[derive(Serialize, ToSchema)]
pub(super) struct MenuGroup {
    /// Code of the field.
    pub code: String,
    /// Its name in the caller's language.
    pub name: String,
    /// One character that stands for it.
    pub icon: String,
    /// Its items, in order.
    pub items: Vec<MenuItem>,
}

/// A center's service menu.
#[derive(Serialize, ToSchema)]
pub(super) struct Menu {
    /// Whose.
    pub center_id: String,
    /// By field, in order; fields without items are left out.
    pub fields: Vec<MenuGroup>,
}

impl Menu {
    /// The shape of a menu.
    pub(super) fn of(center_id: String, fields: Vec<MenuField>, locale: Locale) -> Self {
        let group = |group: MenuField| MenuGroup {
            name: match locale {
                Locale::en => group.field.name_en,
                _ => group.field.name_zh,
            },
            code: group.field.code,
            icon: group.field.icon,
            items: group
                .items
                .into_iter()
                .map(|item| MenuItem::of(item, locale))
                .collect(),
        };
        Self {
            center_id,
            fields: fields.into_iter().map(group).collect(),
        }
    }
}

/// An occurrence: one dated sitting of an activity.
#[derive(Serialize, ToSchema)]
pub(super) struct Occurrence {
    /// Its id.
    pub id: String,
    /// Its activity.
    pub activity_id: String,
    /// Code of its center.
    pub center_id: String,
    /// Name of its center.
    pub center: String,
    /// Title of the activity.
    pub title: String,
    /// What happens.
    pub summary: String,
    /// `casework`, `group` or `community_activity`.
    pub kind: String,
    /// Code of its service field.
    pub field: String,
    /// The entry of the menu that it belongs to.
    pub menu_item_id: Option<String>,
    /// `single`: each date is booked on its own; `series`: all that are still to come at once.
    pub enrolment: String,
    /// When it starts.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// The room; may be empty.
    pub room: String,
    /// Places in all.
    pub capacity: i64,
    /// Places taken.
    pub confirmed: i64,
    /// Places of the waitlist.
    pub waitlist_capacity: i64,
    /// How many wait.
    pub waitlisted: i64,
    /// Places kept for kiosk, desk and telephone.
    pub held_back: i64,
    /// Until when they are kept.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub held_until: Option<Timestamp>,
    /// Places that can be booked online now, were booking open.
    pub free: i64,
    /// Whether a place can be booked online now, age and residence aside.
    pub bookable: bool,
    /// `first_come` or `drop_in`.
    pub allocation: String,
    /// `people`, `pairs` or `households`.
    pub unit: String,
    /// When booking begins.
    #[schema(value_type = String, format = DateTime)]
    pub booking_opens_at: Timestamp,
    /// When booking ends.
    #[schema(value_type = String, format = DateTime)]
    pub booking_closes_at: Timestamp,
    /// Until when a confirmed place can be given back.
    #[schema(value_type = String, format = DateTime)]
    pub cancel_until: Timestamp,
    /// Least age in years on the day.
    pub min_age: Option<i64>,
    /// Greatest age in years on the day.
    pub max_age: Option<i64>,
    /// Until then only the community's residents may book.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub residents_first_until: Option<Timestamp>,
    /// Whether a smaller party may pass a larger one in line.
    pub parties_may_be_passed: bool,
    /// How many minutes before the start people may check in.
    pub door_opens_before_min: i64,
    /// Whether people check out as well.
    pub asks_check_out: bool,
    /// `draft`, `published` or `cancelled`.
    pub status: String,
    /// Why it was called off; may be empty.
    pub cancel_reason: String,
    /// Whether it is demonstration.
    pub demo: bool,
    /// Rises with every change; send it with an edit to be refused where it is outdated.
    pub revision: i64,
}

impl Occurrence {
    /// The shape of an occurrence as it stands at `now`.
    pub(super) fn of(view: OccurrenceView, now: Timestamp) -> Self {
        Self {
            free: view.free(domain::activity::Channel::Online, now),
            bookable: view.is_bookable(now),
            id: view.id.to_string(),
            activity_id: view.activity_id.to_string(),
            center_id: view.center_id.to_string(),
            center: view.center_name,
            title: view.title,
            summary: view.summary,
            kind: view.kind.to_string(),
            field: view.field,
            menu_item_id: view.menu_item_id.map(|id| id.to_string()),
            enrolment: view.enrolment.to_string(),
            starts_at: view.starts_at,
            ends_at: view.ends_at,
            room: view.room,
            capacity: view.capacity,
            confirmed: view.confirmed,
            waitlist_capacity: view.waitlist_capacity,
            waitlisted: view.waitlisted,
            held_back: view.held_back,
            held_until: view.held_until,
            allocation: view.allocation.to_string(),
            unit: view.unit.to_string(),
            booking_opens_at: view.booking_opens_at,
            booking_closes_at: view.booking_closes_at,
            cancel_until: view.cancel_until,
            min_age: view.min_age,
            max_age: view.max_age,
            residents_first_until: view.residents_first_until,
            parties_may_be_passed: view.parties_may_be_passed,
            door_opens_before_min: view.door_opens_before_min,
            asks_check_out: view.asks_check_out,
            status: view.status.to_string(),
            cancel_reason: view.cancel_reason,
            demo: view.demo,
            revision: view.revision,
        }
    }
}

/// What is shown at the door.
#[derive(Serialize, ToSchema)]
pub(super) struct Ticket {
    /// What the QR says: 200 digits.
    pub token: String,
    /// The code beside it, for reading out.
    pub short_code: String,
}

/// A person's place in an occurrence, or in its line.
#[derive(Serialize, ToSchema)]
pub(super) struct Booking {
    /// Its id.
    pub id: String,
    /// Of which occurrence.
    pub occurrence_id: String,
    /// Of which activity.
    pub activity_id: String,
    /// Whose.
    pub person_id: String,
    /// Their name.
    pub person_name: String,
    /// `confirmed`, `waitlisted`, `checked_in`, `cancelled` or `no_show`.
    pub state: String,
    /// The place in line from 1, while waitlisted.
    pub position: Option<i64>,
    /// What is shown at the door.
    pub ticket: Ticket,
    /// Title of the activity.
    pub title: String,
    /// Code of the center.
    pub center_id: String,
    /// Name of the center.
    pub center: String,
    /// The room; may be empty.
    pub room: String,
    /// When it starts.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// Whether the occurrence still stands: `published` or `cancelled`.
    pub occurrence_status: String,
    /// Until when a confirmed place can be given back.
    #[schema(value_type = String, format = DateTime)]
    pub cancel_until: Timestamp,
    /// The way it came in: `online`, `kiosk`, `desk` or `telephone`.
    pub channel: String,
    /// The enrolment in a series, if it is one.
    pub enrolment_id: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub booked_at: Timestamp,
    /// When it was cancelled.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub cancelled_at: Option<Timestamp>,
    /// Who cancelled it: `resident` or `staff`.
    pub cancelled_by: Option<String>,
    /// Why, in the staff's words; may be empty.
    pub cancel_reason: String,
}

impl Booking {
    /// The shape of a booking, with its ticket.
    pub(super) fn of(view: &BookingView, tickets: &Tickets) -> Self {
        Self {
            ticket: Ticket {
                token: tickets.ticket(&view.id).into_string(),
                short_code: view.short_code.clone(),
            },
            id: view.id.to_string(),
            occurrence_id: view.occurrence_id.to_string(),
            activity_id: view.activity_id.to_string(),
            person_id: view.person_id.to_string(),
            person_name: view.person_name.clone(),
            state: view.state.to_string(),
            position: view.position,
            title: view.title.clone(),
            center_id: view.center_id.to_string(),
            center: view.center_name.clone(),
            room: view.room.clone(),
            starts_at: view.starts_at,
            ends_at: view.ends_at,
            occurrence_status: view.occurrence_status.to_string(),
            cancel_until: view.cancel_until,
            channel: view.channel.to_string(),
            enrolment_id: view.enrolment_id.as_ref().map(ToString::to_string),
            booked_at: view.booked_at,
            cancelled_at: view.cancelled_at,
            cancelled_by: view.cancelled_by.clone(),
            cancel_reason: view.cancel_reason.clone(),
        }
    }
}

/// Somebody on the roster of an occurrence.
#[derive(Serialize, ToSchema)]
pub(super) struct RosterEntry {
    /// The booking.
    pub id: String,
    /// Who.
    pub person_id: String,
    /// Their name.
    pub person_name: String,
    /// Their birth year.
    pub birth_year: i64,
    /// How to reach the account's holder.
    pub phone: String,
    /// `confirmed`, `checked_in`, `waitlisted` or `no_show`.
    pub state: String,
    /// The place in line from 1, while waitlisted.
    pub position: Option<i64>,
    /// The way it came in.
    pub channel: String,
    /// The code beside the QR.
    pub short_code: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub booked_at: Timestamp,
}

impl RosterEntry {
    /// The shape of a row.
    pub(super) fn of(row: RosterRow) -> Self {
        Self {
            id: row.id.to_string(),
            person_id: row.person_id.to_string(),
            person_name: row.person_name.as_str().to_owned(),
            birth_year: row.birth_year.year(),
            phone: row.phone.digits().to_owned(),
            state: row.state.to_string(),
            position: row.position,
            channel: row.channel.to_string(),
            short_code: row.short_code,
            booked_at: row.booked_at,
        }
    }
}
