//! Checking somebody in to a shift, or out, by a tap; and the page that such a form leads back to.

use crate::{
    ui::FormKey,
    web::{Form, Visit},
};
use domain::{
    check_in::Direction,
    id::{AssignmentId, CenterId, CheckInId, ShiftId},
};
use leptos::prelude::*;

/// What a form says that stands on the day's page.
const TODAY: &str = "today";

/// A page on which forms of a shift stand besides its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::staff) enum Back {
    /// The shift's page.
    #[default]
    Shift,
    /// The day of its center.
    Today,
}

impl Back {
    /// Where a form leads back to, as its page has said.
    pub(in crate::staff) fn of(form: &Form) -> Self {
        match form.get("back") {
            Some(TODAY) => Self::Today,
            _ => Self::Shift,
        }
    }

    /// The address.
    pub(in crate::staff) fn path(self, center: &CenterId, shift: &ShiftId) -> String {
        match self {
            Self::Shift => format!("/staff/shifts/{shift}"),
            Self::Today => format!("/staff/centers/{center}/today"),
        }
    }

    /// What the form says of it.
    pub(in crate::staff) fn field(self) -> Option<impl IntoView + use<>> {
        (self == Self::Today).then(|| view! { <input type="hidden" name="back" value=TODAY /> })
    }
}

/// Who is checked in or out, and how the button says so.
pub(in crate::staff) struct Tap<'a> {
    /// To which shift.
    pub(in crate::staff) shift: &'a ShiftId,
    /// Whose place.
    pub(in crate::staff) assignment: &'a AssignmentId,
    /// Their name, for those who hear the button.
    pub(in crate::staff) name: &'a str,
    /// Which way.
    pub(in crate::staff) direction: Direction,
    /// What it says.
    pub(in crate::staff) words: &'static str,
    /// What it looks like besides being a button.
    pub(in crate::staff) class: &'static str,
    /// The page that it stands on.
    pub(in crate::staff) back: Back,
}

/// A button that checks somebody in or out.
pub(in crate::staff) fn tap(visit: &Visit, of: &Tap<'_>) -> impl IntoView + use<> {
    let scan: CheckInId = visit.site.ids().make(visit.now);
    let name = of.name.to_owned();
    view! {
        <form method="post" action=format!("/staff/shifts/{}/check-in", of.shift)><FormKey />
            {of.back.field()}
            <input type="hidden" name="scan" value=scan.to_string() />
            <input type="hidden" name="assignment" value=of.assignment.to_string() />
            <input type="hidden" name="direction" value=of.direction.as_str() />
            <button class=format!("button {}", of.class) type="submit">{of.words}<span class="visually-hidden">" "{name}</span></button>
        </form>
    }
}
