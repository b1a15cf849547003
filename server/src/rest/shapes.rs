//! What the interface answers, as JSON. These shapes are promised (`api.md`); the store's own
//! types may change behind them.

mod booking;
mod center;
mod certificate;
mod door;
mod hours;
mod menu;
mod my_shift;
mod occurrence;
mod report;
mod shift;

pub(super) use booking::{Booking, RosterEntry};
pub(super) use center::{Center, CenterDetail};
pub(super) use certificate::Certificate;
pub(super) use door::{Card, CheckIn, DoorEntry, DoorSitting};
pub(super) use hours::{Hours, MyHours, OnProbation, StarProposed};
pub(super) use menu::{Menu, MenuItem};
pub(super) use my_shift::MyShift;
pub(super) use occurrence::{Activity, Occurrence};
pub(super) use report::{Report, ReportRows};
pub(super) use shift::{Assigned, Assignment, Lead, Shift, Volunteer};

use serde::Deserialize;
use utoipa::IntoParams;

/// Which state is removed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Revision {
    /// The revision that was looked at; refused with `stale` where it is outdated.
    pub revision: Option<i64>,
}
