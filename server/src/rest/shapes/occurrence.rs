//! Activities and their dates, as the interface shows them.

use crate::rest::terms::OccurrenceTerms;
use domain::{
    activity::{Channel, Enrolment, Kind, Status},
    id::{ActivityId, CenterId, MenuItemId, OccurrenceId, RoomId},
    time::Timestamp,
};
use serde::Serialize;
use store::{
    activities::{ActivityDetail, ActivityRow},
    occurrences::OccurrenceView,
};
use utoipa::ToSchema;

/// An occurrence: one dated sitting of an activity.
#[derive(Serialize, ToSchema)]
pub(crate) struct Occurrence {
    /// Its id.
    pub id: OccurrenceId,
    /// Its activity.
    pub activity_id: ActivityId,
    /// Code of its center.
    pub center_id: CenterId,
    /// Name of its center.
    pub center: String,
    /// Title of the activity.
    pub title: String,
    /// What happens.
    pub summary: String,
    /// What it counts as.
    pub kind: Kind,
    /// Code of its service field.
    pub field: String,
    /// The entry of the menu that it belongs to.
    pub menu_item_id: Option<MenuItemId>,
    /// `single`: each date is booked on its own; `series`: all that are still to come at once.
    pub enrolment: Enrolment,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// The room, if it has one.
    pub room_id: Option<RoomId>,
    /// The room's name; empty where there is none.
    pub room: String,
    /// Who may book and when, and what they should know.
    #[serde(flatten)]
    pub terms: OccurrenceTerms,
    /// Places taken.
    pub confirmed: i64,
    /// How many wait.
    pub waitlisted: i64,
    /// Places that can be booked online now, were booking open.
    pub free: i64,
    /// Whether a place can be booked online now, age and residence aside.
    pub bookable: bool,
    /// Where it stands.
    pub status: Status,
    /// Why it was called off; may be empty.
    pub cancel_reason: String,
    /// Whether it is demonstration.
    pub demo: bool,
    /// Rises with every change; send it with an edit to be refused where it is outdated.
    pub revision: i64,
}

impl Occurrence {
    /// The shape of an occurrence as it stands at `now`.
    pub(crate) fn of(view: OccurrenceView, now: Timestamp) -> Self {
        Self {
            free: view.free(Channel::Online, now),
            bookable: view.is_bookable(now),
            id: view.id,
            activity_id: view.activity_id,
            center_id: view.center_id,
            center: view.center_name,
            title: view.title,
            summary: view.summary,
            kind: view.kind,
            field: view.field,
            menu_item_id: view.menu_item_id,
            enrolment: view.enrolment,
            starts_at: view.starts_at,
            ends_at: view.ends_at,
            room_id: view.room_id,
            room: view.room,
            terms: view.terms.into(),
            confirmed: view.confirmed,
            waitlisted: view.waitlisted,
            status: view.status,
            cancel_reason: view.cancel_reason,
            demo: view.demo,
            revision: view.revision,
        }
    }
}

/// An activity: what a center runs.
#[derive(Serialize, ToSchema)]
pub(crate) struct Activity {
    /// Its id.
    pub id: ActivityId,
    /// Code of its center.
    pub center_id: CenterId,
    /// Its title.
    pub title: String,
    /// What happens.
    pub summary: String,
    /// What it counts as.
    pub kind: Kind,
    /// Code of its service field.
    pub field: String,
    /// The entry of the menu that it belongs to.
    pub menu_item_id: Option<MenuItemId>,
    /// How a series is booked.
    pub enrolment: Enrolment,
    /// The rule that its dates came from.
    pub rrule: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// Whether it is demonstration.
    pub demo: bool,
    /// Rises with every change.
    pub revision: i64,
    /// The start of its next date.
    pub next_at: Option<Timestamp>,
    /// How many dates are still to come.
    pub upcoming: i64,
    /// Places taken on these.
    pub confirmed: i64,
    /// How many wait on these.
    pub waitlisted: i64,
    /// Its dates, where one activity is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurrences: Option<Vec<Occurrence>>,
}

impl Activity {
    /// The shape of an activity, in a list or with its dates.
    pub(crate) fn of(row: ActivityRow, occurrences: Option<Vec<Occurrence>>) -> Self {
        Self {
            id: row.id,
            center_id: row.center_id,
            title: row.texts.title,
            summary: row.texts.summary,
            kind: row.texts.kind,
            field: row.texts.field,
            menu_item_id: row.texts.menu_item_id,
            enrolment: row.enrolment,
            rrule: row.rrule,
            status: row.status,
            demo: row.demo,
            revision: row.revision,
            next_at: row.next_at,
            upcoming: row.upcoming,
            confirmed: row.confirmed,
            waitlisted: row.waitlisted,
            occurrences,
        }
    }

    /// The shape of an activity with its dates.
    pub(crate) fn whole(detail: ActivityDetail, now: Timestamp) -> Self {
        let dates = detail
            .occurrences
            .into_iter()
            .map(|view| Occurrence::of(view, now))
            .collect();
        Self::of(detail.activity, Some(dates))
    }
}
