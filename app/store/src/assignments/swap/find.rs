//! What is offered, and the swaps that a place could be part of.

use super::{
    super::{
        Person,
        read::{AssignmentView, own_in, view_in},
        whom,
    },
    circle::Circle,
    offer::admit_leaving,
};
use crate::{
    Act, Db, Error, Result, Tx,
    shifts::{self, ShiftView},
};
use domain::{
    Refusal,
    id::{AccountId, AssignmentId, PersonId, ShiftId},
    shift::{Ask, Joining, Offered, circles, decide},
    time::{DAY, Timestamp},
};
use std::collections::{BTreeMap, BTreeSet};

/// How far ahead somebody may wish.
const AHEAD: i64 = 31 * DAY;
/// How many circles are tried for a page, and how many of them are shown.
const MOST_TRIED: usize = 24;
const MOST_SHOWN: usize = 6;

/// A swap that is possible now.
#[derive(Clone, Debug)]
pub struct Found {
    /// The places, one's own first, as [`super::exchange`] takes them.
    pub circle: Vec<AssignmentId>,
    /// The shift that one comes into.
    pub got: ShiftView,
}

/// What a place is offered for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferView {
    /// Whether whoever suits may simply take it over.
    pub hand_over: bool,
    /// For a place in any of these.
    pub wishes: BTreeSet<ShiftId>,
}

/// What a place of the caller's own is offered for, if it is.
///
/// # Errors
/// [`Refusal::NotFound`] for a place of somebody else.
pub async fn offer_of(db: &Db, act: &Act, id: &AssignmentId) -> Result<Option<OfferView>> {
    let mut tx = db.read().await?;
    own_in(&mut tx, act, id).await?;
    offer_in(&mut tx, id).await
}

async fn offer_in(tx: &mut Tx, id: &AssignmentId) -> Result<Option<OfferView>> {
    let offer: Option<(bool,)> = tx
        .sql("SELECT hand_over FROM swap_offer WHERE assignment_id = $1")
        .bind(id)
        .optional()
        .await?;
    let Some((hand_over,)) = offer else {
        return Ok(None);
    };
    let wishes: Vec<(ShiftId,)> = tx
        .sql("SELECT shift_id FROM swap_wish WHERE assignment_id = $1")
        .bind(id)
        .all()
        .await?;
    Ok(Some(OfferView {
        hand_over,
        wishes: wishes.into_iter().map(|(shift,)| shift).collect(),
    }))
}

/// Which places of an account are offered.
///
/// # Errors
/// Database errors.
pub async fn offers_of(db: &Db, account: &AccountId) -> Result<BTreeSet<AssignmentId>> {
    let mut tx = db.read().await?;
    let rows: Vec<(AssignmentId,)> = tx
        .sql(
            "SELECT o.assignment_id FROM swap_offer o JOIN assignment a ON a.id = o.assignment_id
             WHERE a.account_id = $1 AND a.state = 'confirmed'",
        )
        .bind(account)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The place in a shift that was offered first for somebody to take over, if any is; not of that account.
///
/// # Errors
/// Database errors.
pub async fn offered_in(
    db: &Db,
    shift: &ShiftId,
    account: &AccountId,
) -> Result<Option<AssignmentId>> {
    let mut tx = db.read().await?;
    let row: Option<(AssignmentId,)> = tx
        .sql(
            "SELECT o.assignment_id FROM assignment a JOIN swap_offer o ON o.assignment_id = a.id
             WHERE a.shift_id = $1 AND a.state = 'confirmed' AND o.hand_over
             AND a.account_id <> $2 ORDER BY o.offered_at, o.assignment_id LIMIT 1",
        )
        .bind(shift)
        .bind(account)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
}

/// The swaps that a place of the caller's own could be part of now: with others who have named its shift.
/// Those that they named themselves first. A text of risks counts as confirmed: the form asks for it.
///
/// # Errors
/// [`Refusal::NotFound`] for a place of somebody else; why it cannot change hands.
pub async fn find_swaps(db: &Db, act: &Act, id: &AssignmentId) -> Result<Vec<Found>> {
    let mut tx = db.read().await?;
    let view = own_in(&mut tx, act, id).await?;
    admit_leaving(&view, act.now)?;
    let mine = Offered {
        assignment: view.id.clone(),
        person: view.person_id.clone().ok_or(Refusal::NotFound)?,
        shift: view.shift_id.clone(),
        wishes: offer_in(&mut tx, id).await?.unwrap_or_default().wishes,
    };
    let others = around(&mut tx, &mine.shift, act.now).await?;
    let mut found: Vec<Found> = Vec::new();
    for circle in circles(&mine, &others).into_iter().take(MOST_TRIED) {
        if found.len() == MOST_SHOWN {
            break;
        }
        if let Some(got) = possible(&mut tx, &circle, act.now).await? {
            found.push(Found { circle, got });
        }
    }
    Ok(found)
}

/// The offers of those who would come into a shift, and of those for whose shift they would.
async fn around(tx: &mut Tx, shift: &ShiftId, now: Timestamp) -> Result<Vec<Offered>> {
    let rows: Vec<(AssignmentId, PersonId, ShiftId, ShiftId)> = tx
        .sql(
            "SELECT a.id, a.person_id, a.shift_id, w.shift_id AS wish
             FROM swap_wish w
             JOIN swap_offer o ON o.assignment_id = w.assignment_id
             JOIN assignment a ON a.id = w.assignment_id
             JOIN shift s ON s.id = a.shift_id
             WHERE a.state = 'confirmed' AND s.status = 'published' AND s.starts_at > $1
             AND (w.shift_id = $2 OR w.shift_id IN (SELECT b.shift_id FROM swap_wish v
                 JOIN assignment b ON b.id = v.assignment_id WHERE v.shift_id = $2))
             ORDER BY o.offered_at, a.id LIMIT 1000",
        )
        .bind(now)
        .bind(shift)
        .all()
        .await?;
    let mut order: Vec<AssignmentId> = Vec::new();
    let mut offers: BTreeMap<AssignmentId, Offered> = BTreeMap::new();
    for (assignment, person, of, wish) in rows {
        let offer = offers.entry(assignment.clone()).or_insert_with(|| {
            order.push(assignment.clone());
            Offered {
                assignment,
                person,
                shift: of,
                wishes: BTreeSet::new(),
            }
        });
        offer.wishes.insert(wish);
    }
    Ok(order.iter().filter_map(|id| offers.remove(id)).collect())
}

/// The shift that the first of a circle comes into, if nothing stands against it.
async fn possible(
    tx: &mut Tx,
    circle: &[AssignmentId],
    now: Timestamp,
) -> Result<Option<ShiftView>> {
    let mut left: Vec<AssignmentView> = Vec::with_capacity(circle.len());
    for id in circle {
        left.extend(view_in(tx, id).await?);
    }
    if left.len() != circle.len() {
        return Ok(None);
    }
    let loaded = match Circle::load(tx, &left, true).await {
        Err(Error::Refused(_)) => return Ok(None),
        loaded => loaded?,
    };
    let first = left.get(1).filter(|_| loaded.decide(now).is_ok());
    match first {
        Some(next) => shifts::view_in(tx, &next.shift_id).await,
        None => Ok(None),
    }
}

/// The shifts of the same center in which whoever holds a place could take one for it, full or not.
///
/// # Errors
/// [`Refusal::NotFound`] for a place of somebody else.
pub async fn wishes_for(db: &Db, act: &Act, id: &AssignmentId) -> Result<Vec<ShiftView>> {
    let mut tx = db.read().await?;
    let view = own_in(&mut tx, act, id).await?;
    let (Some(account), Some(person)) = (&view.account_id, &view.person_id) else {
        return Err(Refusal::NotFound.into());
    };
    let until = act.now.plus(AHEAD);
    let found = shifts::all_in(&mut tx, &view.center_id, act.now, until).await?;
    let person = whom(&mut tx, account, Some(person)).await?;
    let person = Person::load(&mut tx, &person, &found, act.now).await?;
    let ask = Ask {
        position: None,
        may_wait: true,
        by_staff: false,
        overrides: false,
    };
    let suits = |shift: &ShiftView| {
        let mut who = person.for_staff(shift, Some(&view.id));
        who.risks_version = Some(shift.needs.risks.version);
        let unmet = decide(&shift.facts(), &who, ask, act.now).err();
        let unmet = unmet.unwrap_or_default();
        shift.joining == Joining::SignUp
            && shift.span.start() > act.now
            && unmet.iter().all(|refusal| *refusal == Refusal::Full)
    };
    Ok(found.into_iter().filter(suits).collect())
}
