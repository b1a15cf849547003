//! Calendar files that anybody may have: of an occurrence, and of the moment when booking opens.

use super::gate;
use crate::{
    resident::ticket::ics,
    web::{Answer, Visit},
    words,
};
use axum::extract::Path;
use domain::{
    Refusal,
    activity::Status,
    calendar::{self, Event, Standing},
    time::{MINUTE, Span},
};
use store::occurrences::OccurrenceView;

/// How long the entry of an opening is.
const OPENING: i64 = 15 * MINUTE;

fn base(visit: &Visit, view: &OccurrenceView, uid: String, span: Span) -> Event {
    let origin = &visit.site.settings().origin;
    let standing = match view.status {
        Status::Cancelled => Standing::Cancelled,
        _ => Standing::Confirmed,
    };
    Event {
        uid,
        sequence: u32::try_from(view.sequence).unwrap_or(0),
        stamp: visit.now,
        span,
        standing,
        is_transparent: view.terms.is_transparent,
        summary: words::event_title(visit.locale, view.kind, &view.title).to_owned(),
        location: None,
        description: None,
        url: (!origin.is_empty()).then(|| format!("{origin}/occurrences/{}", view.id)),
        organizer: Some(view.center_name.clone()),
        reminder: None,
    }
}

/// The occurrence itself.
pub(super) async fn event(visit: Visit, Path(id): Path<String>) -> Answer {
    let view = gate::occurrence(&visit, &id).await?;
    let location = words::event_place(view.kind, &view.center_name, &view.room);
    let title = words::event_title(visit.locale, view.kind, &view.title);
    let event = Event {
        location: Some(location),
        description: words::event_bring(visit.locale, view.kind, &view.terms.bring),
        reminder: Some(words::event_reminder(visit.locale, title)),
        ..base(&visit, &view, format!("{}@linli", view.id), view.span())
    };
    Ok(ics(calendar::write(None, &[event])))
}

/// The moment when booking opens.
pub(super) async fn reminder(visit: Visit, Path(id): Path<String>) -> Answer {
    let view = gate::occurrence(&visit, &id).await?;
    let opens = view.terms.booking_opens_at;
    let Ok(span) = Span::new(opens, opens.plus(OPENING)) else {
        return Err(Refusal::NotFound.into());
    };
    let title = words::event_title(visit.locale, view.kind, &view.title);
    let event = Event {
        summary: words::opening_summary(visit.locale, title),
        ..base(&visit, &view, format!("opens-{}@linli", view.id), span)
    };
    Ok(ics(calendar::write(None, &[event])))
}
