//! The training that somebody has who is checked in to what grants one. It is derived
//! ([`crate::trainings`]); here they are told.

use super::facts::Loaded;
use crate::{Act, Result, Tx, notices};
use domain::{
    booking::State,
    check_in::Attendance,
    notice::{Details, Notice},
    training::counts_until,
};

/// A training that an occurrence grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) training: String,
    pub(super) months: Option<u16>,
}

/// Tells somebody that they have a training now, or that their check-in was taken back and the
/// training with it: in the inbox only, because nothing has to be done about it.
pub(super) async fn tell(
    tx: &mut Tx,
    act: &Act,
    loaded: &Loaded,
    after: State,
    told: &Attendance,
) -> Result<()> {
    let (Some(grant), Some(account)) = (&loaded.grants, &loaded.account) else {
        return Ok(());
    };
    let facts = &loaded.facts;
    let came = |state: State| state == State::CheckedIn;
    let (person, training) = (loaded.name.as_str().to_owned(), grant.training.clone());
    let sitting = Details {
        event: facts.event.clone(),
        title: loaded.title.clone(),
        center: facts.center_name.clone(),
        room: loaded.room.clone(),
        starts_at: facts.span.start(),
        ends_at: facts.span.end(),
    };
    let (notice, since) = match (came(facts.state), came(after)) {
        (false, true) => {
            let notice = Notice::Trained {
                until: counts_until(facts.span.end(), grant.months),
                person,
                training,
                sitting,
            };
            (notice, told.first.as_ref().map_or(act.now, |seen| seen.at))
        }
        (true, false) => {
            let notice = Notice::TrainingTakenBack {
                person,
                training,
                sitting,
            };
            (notice, act.now)
        }
        _ => return Ok(()),
    };
    // Checked in anew after it was taken back, they are told anew.
    let about = format!("{}:{}", facts.subject.id(), since.0);
    notices::inbox(tx, act, account, &notice, &about).await?;
    Ok(())
}
