//! What else there is for somebody who was refused.
//!
//! In a rush most attempts are refused, and all of those who are refused at one occurrence are
//! told the same: it is looked up once every few seconds for all of them.

use app::web::Site;
use domain::{
    id::{CenterId, OccurrenceId},
    time::{MINUTE, Timestamp},
};
use serde::Serialize;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use store::{occurrences::OccurrenceView, whats_on};
use tokio::sync::OnceCell;
use utoipa::ToSchema;

/// Another occurrence that can be booked now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Alternative {
    /// The occurrence.
    pub id: OccurrenceId,
    /// Its title.
    pub title: String,
    /// When it starts.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Code of its center.
    pub center_id: CenterId,
    /// Name of its center.
    pub center: String,
    /// Places that can be booked online now.
    pub free: i64,
}

impl Alternative {
    fn of(view: &OccurrenceView, now: Timestamp) -> Self {
        Self {
            id: view.id.clone(),
            title: view.title.clone(),
            starts_at: view.starts_at,
            ends_at: view.ends_at,
            center_id: view.center_id.clone(),
            center: view.center_name.clone(),
            free: view.free(domain::activity::Channel::Online, now),
        }
    }
}

/// An answer is told again for so long (milliseconds).
const KEEP: i64 = MINUTE / 12;
/// At most so many occurrences are remembered.
const MOST: usize = 1000;

type Told = Arc<OnceCell<Arc<Vec<Alternative>>>>;

/// The alternatives that were looked up a moment ago.
#[derive(Clone, Default)]
pub struct Alternatives(Arc<Mutex<HashMap<OccurrenceId, (i64, Told)>>>);

impl Alternatives {
    /// What else there is instead of this occurrence. A failed look-up tells nothing else rather
    /// than failing the answer that it belongs to.
    pub(super) async fn instead_of(
        &self,
        site: &Site,
        occurrence: &OccurrenceId,
        now: Timestamp,
    ) -> Arc<Vec<Alternative>> {
        let told = self.slot(occurrence, now.0.div_euclid(KEEP));
        let look = async || {
            let views = whats_on::alternatives(site.db(), &site.centers(), occurrence, now).await?;
            Ok::<_, store::Error>(Arc::new(
                views.iter().map(|v| Alternative::of(v, now)).collect(),
            ))
        };
        match told.get_or_try_init(look).await {
            Ok(found) => found.clone(),
            Err(error) => {
                if error.refusal().is_none() {
                    tracing::warn!(%error, "alternatives could not be looked up");
                }
                Arc::default()
            }
        }
    }

    fn slot(&self, occurrence: &OccurrenceId, moment: i64) -> Told {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST {
            slots.retain(|_, (at, _)| *at == moment);
        }
        let slot = slots.entry(occurrence.clone()).or_default();
        if slot.0 != moment {
            *slot = (moment, Told::default());
        }
        slot.1.clone()
    }
}
