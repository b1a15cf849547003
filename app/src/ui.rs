//! Components that several faces share, rendered by the server. What must move in the browser is
//! in [`crate::islands`].

mod availability;
mod badge;
mod chart;
mod choice;
pub(crate) mod chrome;
mod community;
mod fault;
mod form;
mod free_time;
mod lists;
mod notice;
mod occurrence;
mod shift;
mod slots;
mod table;
mod tear_off;
#[cfg(test)]
mod tests;
mod verdict;
mod written;

pub use self::{
    availability::{Availability, PlaceCount, Places},
    badge::{Badge, DemoLabel, OpenState, StateBadge, StatusBadge, Tone},
    chart::{Bar, BarChart},
    choice::{Chip, Choice},
    community::{Communities, CommunityField},
    fault::fault_on,
    form::{ErrorSummary, Field, FormKey, Problems, SelectField, TextArea, form_key},
    free_time::{DaysAway, WeekParts, part_name, read_away, read_slots, weekday_name},
    lists::{Filters, Pager, Row, StripDay, WeekStrip},
    notice::{EmptyState, NoticeBox, RefusalBlock},
    occurrence::{Alternatives, Card, DayHead, OccurrenceCard, OccurrenceList, age_range},
    shift::{shift_lead, shift_need},
    slots::free_slots,
    table::{Columns, Table},
    tear_off::TearOff,
    verdict::VerdictBox,
    written::{Markup, WrittenTable},
};
