//! Offering one's place, and taking the offer back.

use super::super::{
    facts,
    read::{AssignmentView, own_in, whose},
};
use crate::{
    Act, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    outcome, shifts,
};
use domain::{
    Reason, Refusal,
    activity::Status,
    audit::Verb,
    id::{AccountId, AssignmentId, ShiftId},
    shift::{AssignmentState, Joining, MOST_WISHES, Role},
    time::Timestamp,
};
use serde_json::json;

/// A shift in which somebody would take a place for theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Which.
    pub shift: ShiftId,
    /// Whether its text of risks was confirmed with the wish: nobody does that for somebody else.
    pub risks_read: bool,
}

/// What a place is offered for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewOffer {
    /// Whether whoever suits may simply take it over.
    pub hand_over: bool,
    /// For a place in any of these.
    pub wishes: Vec<Wish>,
}

/// Offers a place of one's own, or says anew what for. It stays one's own until it changes hands.
///
/// # Errors
/// [`Refusal::NotFound`] for a place of somebody else, [`Refusal::AlreadyStarted`],
/// [`Refusal::AlreadyCheckedIn`], [`Refusal::LeadAnswers`] where places do not change hands,
/// [`Refusal::Invalid`].
pub async fn offer(db: &Db, act: &Act, assignment: AssignmentId, new: NewOffer) -> Result<()> {
    write(db, act, assignment, Some(new)).await
}

/// Takes the offer back; where there is none nothing happens.
///
/// # Errors
/// [`Refusal::NotFound`] for a place of somebody else.
pub async fn take_back(db: &Db, act: &Act, assignment: AssignmentId) -> Result<()> {
    write(db, act, assignment, None).await
}

async fn write(db: &Db, act: &Act, assignment: AssignmentId, new: Option<NewOffer>) -> Result<()> {
    let (account, shift) = whose(db, &assignment).await?;
    let locks = Locks::of(account.iter()).and([&shift]);
    Ok(db.write(act, locks, Offer { assignment, new }).await??)
}

struct Offer {
    assignment: AssignmentId,
    new: Option<NewOffer>,
}

#[async_trait::async_trait]
impl Op for Offer {
    type Out = Outcome<()>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        outcome(self.run_in(tx, act).await)
    }
}

impl Offer {
    async fn run_in(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let view = own_in(tx, act, &self.assignment).await?;
        let wishes = match &self.new {
            Some(new) => Some((new.hand_over, admit(tx, act, &view, new).await?)),
            None => None,
        };
        forget(tx, &view.id).await?;
        if let Some((hand_over, wishes)) = &wishes {
            insert(tx, act, &view.id, *hand_over, wishes).await?;
        }
        let entry = Entry {
            action: Verb::AssignmentOffer,
            subject: ("assignment", view.id.as_str()),
            center: Some(&view.center_id),
            detail: json!({
                "shift": view.shift_id,
                "offered": wishes.is_some(),
                "wishes": wishes.as_ref().map_or(0, |(_, wishes)| wishes.len()),
            }),
        };
        audit::record(tx, act, entry).await
    }
}

/// Whether a place may change hands now.
pub(super) fn admit_leaving(view: &AssignmentView, now: Timestamp) -> Result<()> {
    let since = view.span.start();
    match view.state {
        AssignmentState::Confirmed if view.role != Role::Volunteer => {
            Err(Refusal::Forbidden.into())
        }
        AssignmentState::Confirmed if view.shift_status != Status::Published => {
            Err(Refusal::ShiftCancelled.into())
        }
        AssignmentState::Confirmed if now >= since => Err(Refusal::AlreadyStarted { since }.into()),
        AssignmentState::Confirmed => Ok(()),
        AssignmentState::CheckedIn | AssignmentState::CheckedOut => {
            Err(Refusal::AlreadyCheckedIn.into())
        }
        // Who holds no place yet has nothing to swap.
        AssignmentState::Requested => Err(Refusal::LeadAnswers.into()),
        AssignmentState::Waitlisted => Err(Refusal::LineFirst {
            waiting: view.in_line.unwrap_or(1),
        }
        .into()),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// A wish as it is kept: with the version of the text of risks that was confirmed.
type Kept = (ShiftId, Option<u32>);

/// What may be offered, and for what: shifts that are to come and that people join by themselves.
async fn admit(tx: &mut Tx, act: &Act, view: &AssignmentView, new: &NewOffer) -> Result<Vec<Kept>> {
    admit_leaving(view, act.now)?;
    let loaded = facts::shift(tx, &view.shift_id).await?;
    if loaded.facts.joining != Joining::SignUp {
        return Err(Refusal::LeadAnswers.into());
    }
    if !new.hand_over && new.wishes.is_empty() {
        return Err(Refusal::invalid("wishes", Reason::Missing).into());
    }
    if new.wishes.len() > MOST_WISHES {
        return Err(Refusal::invalid("wishes", Reason::RepeatedOrTooMany).into());
    }
    let mut kept: Vec<Kept> = Vec::with_capacity(new.wishes.len());
    for wish in &new.wishes {
        let other = shifts::view_in(tx, &wish.shift).await?;
        let other = other.ok_or_else(|| Refusal::invalid("wishes", Reason::UnknownValue))?;
        let can_be_had = other.status == Status::Published
            && other.joining == Joining::SignUp
            && other.span.start() > act.now
            && other.id != view.shift_id;
        if !can_be_had || kept.iter().any(|(shift, _)| *shift == other.id) {
            return Err(Refusal::invalid("wishes", Reason::UnknownValue).into());
        }
        let risks = &other.needs.risks;
        if !risks.text.is_empty() && !wish.risks_read {
            let version = risks.version;
            return Err(Refusal::RisksUnread { version }.into());
        }
        let read = wish.risks_read.then_some(risks.version);
        kept.push((other.id, read));
    }
    Ok(kept)
}

async fn insert(
    tx: &mut Tx,
    act: &Act,
    id: &AssignmentId,
    hand_over: bool,
    wishes: &[Kept],
) -> Result<()> {
    tx.sql("INSERT INTO swap_offer (assignment_id, hand_over, offered_at) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(hand_over)
        .bind(act.now)
        .run()
        .await?;
    for (shift, risks) in wishes {
        tx.sql(
            "INSERT INTO swap_wish (assignment_id, shift_id, risks_version) VALUES ($1, $2, $3)",
        )
        .bind(id)
        .bind(shift)
        .bind(risks.map(i64::from))
        .run()
        .await?;
    }
    Ok(())
}

/// Removes an offer; whether there was one.
pub(super) async fn forget(tx: &mut Tx, id: &AssignmentId) -> Result<bool> {
    tx.sql("DELETE FROM swap_wish WHERE assignment_id = $1")
        .bind(id)
        .run()
        .await?;
    let gone = tx
        .sql("DELETE FROM swap_offer WHERE assignment_id = $1")
        .bind(id)
        .run()
        .await?;
    Ok(gone > 0)
}

/// Removes the offers of places that nobody can take any more.
pub(crate) async fn purge_in(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const OVER: &str = "SELECT o.assignment_id FROM swap_offer o
        JOIN assignment a ON a.id = o.assignment_id JOIN shift s ON s.id = a.shift_id
        WHERE a.state <> 'confirmed' OR s.starts_at <= $1";
    tx.sql_built(format!(
        "DELETE FROM swap_wish WHERE assignment_id IN ({OVER})"
    ))
    .bind(now)
    .run()
    .await?;
    tx.sql_built(format!(
        "DELETE FROM swap_offer WHERE assignment_id IN ({OVER})"
    ))
    .bind(now)
    .run()
    .await
}

/// Whose these assignments of volunteers are, and of which shifts, to be locked before they are read.
pub(super) async fn whose_all(
    db: &Db,
    ids: &[AssignmentId],
) -> Result<(Vec<AccountId>, Vec<ShiftId>)> {
    let mut tx = db.read().await?;
    let text = format!(
        "SELECT account_id, shift_id FROM assignment WHERE id {} AND account_id IS NOT NULL",
        tx.one_of("$1")
    );
    let rows: Vec<(AccountId, ShiftId)> = tx
        .sql_built(text)
        .bind_list(ids.iter().map(AssignmentId::as_str))
        .all()
        .await?;
    match rows.len() == ids.len() {
        true => Ok(rows.into_iter().unzip()),
        false => Err(Error::Refused(Refusal::NotFound)),
    }
}
