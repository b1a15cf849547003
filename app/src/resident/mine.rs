//! What the reader and their family have booked, to mark it wherever it is listed.

use crate::{i18n::Locale, ui::Card, web::Visit};
use domain::{booking::State, id::OccurrenceId, time::Timestamp};
use store::{
    Result,
    bookings::{self, BookingView},
    occurrences::OccurrenceView,
    page::{Limit, Part},
};

/// How many bookings are looked at. They come latest first, so that all that lie ahead are there.
const MOST: Limit = Limit::of(100);

/// The live bookings of who is signed in; none for anybody else.
#[derive(Clone, Default)]
pub(super) struct Mine(Vec<BookingView>);

impl Mine {
    /// Of this visit.
    ///
    /// # Errors
    /// Database errors.
    pub(super) async fn of(visit: &Visit) -> Result<Self> {
        let Ok(account) = visit.account() else {
            return Ok(Self::default());
        };
        let found = bookings::of_account(visit.db(), &account, &Part::first(MOST)).await?;
        let mut all = found.items;
        all.retain(|booking| booking.state.is_live());
        all.sort_by_key(|booking| booking.starts_at);
        Ok(Self(all))
    }

    /// The next one that lies ahead.
    pub(super) fn next(&self, now: Timestamp) -> Option<&BookingView> {
        self.0.iter().find(|booking| booking.ends_at > now)
    }

    /// Those of one occurrence.
    pub(super) fn at(&self, occurrence: &OccurrenceId) -> Vec<BookingView> {
        self.0
            .iter()
            .filter(|b| b.occurrence_id == *occurrence)
            .cloned()
            .collect()
    }

    /// A card that says whether the reader is in.
    pub(super) fn card(&self, locale: Locale, view: &OccurrenceView, now: Timestamp) -> Card {
        let card = Card::of(locale, view, now);
        let booked = self.0.iter().filter(|b| b.occurrence_id == view.id);
        // Who has a place says more than who waits.
        match booked.min_by_key(|b| !b.state.holds_place()) {
            Some(b) if b.state.holds_place() => card.booked(locale),
            Some(b) if b.state == State::Waitlisted => card.waiting(
                locale,
                b.position.and_then(|p| u32::try_from(p).ok()).unwrap_or(1),
            ),
            _ => card,
        }
    }
}
