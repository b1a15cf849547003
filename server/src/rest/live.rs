//! News of what changed, as server-sent events: a topic and a revision, no state. Whoever hears
//! of it fetches again, with their own rights.

use super::{
    api::{Id, SignedIn, The},
    fault::Answer,
    streams::{Listening, Place},
};
use axum::response::sse::{Event, KeepAlive, Sse};
use domain::id::{CenterId, OccurrenceId};
use futures_util::{Stream, StreamExt, future, stream};
use std::{convert::Infallible, time::Duration};
use store::{Change, centers::CenterView, check_ins, occurrences::OccurrenceView};
use tokio::sync::{broadcast::Receiver, watch};
use tokio_stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};

/// Becomes true when the server is about to stop, so that open streams end by themselves.
#[derive(Clone)]
pub struct Ending(pub watch::Receiver<bool>);

impl Ending {
    /// Never.
    pub fn never() -> Self {
        let (sender, receiver) = watch::channel(false);
        // Kept for ever, so that waiting for it never ends.
        std::mem::forget(sender);
        Self(receiver)
    }
}

/// A comment so often keeps proxies from closing the stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// One event for each change that concerns the topic, and one at the beginning. Numbers rise
/// within a stream; after a gap there is an event too, so that nothing is missed.
fn news(
    topic: String,
    changes: Receiver<Change>,
    concerns: impl Fn(&Change) -> bool + Send + 'static,
    place: Place,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let heard = BroadcastStream::new(changes).filter(move |change| {
        future::ready(match change {
            Ok(change) => concerns(change),
            Err(BroadcastStreamRecvError::Lagged(_)) => true,
        })
    });
    let first = stream::once(future::ready(())).chain(heard.map(|_| ()));
    let Ending(mut ending) = place.ending.clone();
    let events = first.enumerate().map(move |(revision, ())| {
        let _until_it_ends = &place;
        let data = serde_json::json!({ "topic": topic, "revision": revision });
        Ok(Event::default()
            .event("changed")
            .id(revision.to_string())
            .data(data.to_string()))
    });
    let stop = async move {
        let _ = ending.wait_for(|ends| *ends).await;
    };
    let events = events.take_until(Box::pin(stop));
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// News of an occurrence, for those who may see it.
#[utoipa::path(get, path = "/occurrences/{id}/live", operation_id = "occurrence_live", tag = "public",
    params(("id" = OccurrenceId, Path, description = "The occurrence")),
    responses(
        (status = 200, description = "Events `changed` with `{\"topic\", \"revision\"}`", content_type = "text/event-stream", body = String),
        (status = 429, description = "`too_many_streams`: the network holds as many as it may; ask now and then instead", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn of_occurrence(
    The { api, it }: The<OccurrenceView>,
    listening: Listening,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let place = listening.begin()?;
    let topic = format!("occurrence:{}", it.id);
    let wanted = Change::Occurrence(it.id);
    Ok(news(
        topic,
        api.db().changes(),
        move |change| change.concerns(&wanted),
        place,
    ))
}

/// News of what a center offers, for everybody.
#[utoipa::path(get, path = "/centers/{center}/live", operation_id = "center_live", tag = "public",
    params(("center" = CenterId, Path, description = "Its code")),
    responses(
        (status = 200, description = "Events `changed` with `{\"topic\", \"revision\"}`", content_type = "text/event-stream", body = String),
        (status = 429, description = "`too_many_streams`: the network holds as many as it may; ask now and then instead", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn of_center(
    The { api, it }: The<CenterView>,
    listening: Listening,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let place = listening.begin()?;
    let topic = format!("center:{}", it.summary.id);
    let wanted = Change::Center(it.summary.id);
    Ok(news(
        topic,
        api.db().changes(),
        move |change| change.concerns(&wanted),
        place,
    ))
}

/// News of what happens at a center's doors, for whoever may admit or plan there.
#[utoipa::path(get, path = "/centers/{center}/door/live", operation_id = "door_live", tag = "doors",
    params(("center" = CenterId, Path, description = "Its code")),
    responses(
        (status = 200, description = "Events `changed` with `{\"topic\", \"revision\"}`", content_type = "text/event-stream", body = String),
        (status = 429, description = "`too_many_streams`: the network holds as many as it may; ask now and then instead", body = super::openapi::ProblemShape, content_type = "application/problem+json")))]
pub(super) async fn of_door(
    SignedIn(api): SignedIn,
    listening: Listening,
    Id(center): Id<CenterId>,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let changes = api.db().changes();
    check_ins::today(api.db(), &api.caller, &center, api.now).await?;
    let place = listening.begin()?;
    let topic = format!("door:{center}");
    let wanted = Change::Door(center);
    Ok(news(
        topic,
        changes,
        move |change| change.concerns(&wanted),
        place,
    ))
}
