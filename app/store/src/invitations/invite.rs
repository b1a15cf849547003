//! Inviting a friend into a shift.

use super::read::Kept;
use crate::{
    Act, Change, Db, Locks, Op, Outcome, Replay, Result, Tx,
    assignments::{AssignmentView, LoadedShift, load, settled, view_in},
    attempts::{self, Limit},
    audit::{self, Entry},
    bookings::small,
    notices, outcome,
};
use domain::{
    Refusal,
    audit::Verb,
    id::{AccountId, AssignmentId, InvitationId},
    notice::Notice,
    person::Phone,
    shift::{self, Inviter, Role},
    time::{DAY, HOUR, Timestamp},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// How many friends an account invites: messages go to people who have not asked for them.
const OF_ACCOUNT: [Limit; 2] = [
    Limit {
        tries: 6,
        window: HOUR,
    },
    Limit {
        tries: 12,
        window: DAY,
    },
];
/// How often an account invites the same number.
const TO_NUMBER: [Limit; 1] = [Limit {
    tries: 3,
    window: DAY,
}];
/// How many text messages a number gets for it, from whomever; beyond that the inbox alone tells.
const TEXTS: [Limit; 1] = [Limit {
    tries: 5,
    window: DAY,
}];

/// A place that is kept for a friend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Until when.
    pub until: Timestamp,
}

/// Keeps one more place in the shift of somebody's own place, for whoever holds that number. The same
/// number once more is answered with the invitation that is open.
///
/// # Errors
/// As [`shift::invite`]; [`Refusal::NotFound`] for a place of somebody else's;
/// [`Refusal::RateLimited`].
pub async fn invite(
    db: &Db,
    act: &Act,
    assignment: AssignmentId,
    phone: Phone,
) -> Result<Invitation> {
    let account = act.caller.account()?.clone();
    let view = view_in(&mut db.read().await?, &assignment).await?;
    let view = view.ok_or(Refusal::NotFound)?;
    let locks = Locks::of([&account]).and([&view.shift_id]);
    let op = Invite {
        account,
        assignment,
        phone,
    };
    Ok(db.write(act, locks, op).await??)
}

/// Whether a friend could be invited now, whoever it is: until when the place would be kept.
///
/// # Errors
/// As [`shift::invite`], but for what depends on the number.
pub async fn may_invite(db: &Db, act: &Act, assignment: &AssignmentId) -> Result<Timestamp> {
    let account = act.caller.account()?.clone();
    let mut tx = db.read().await?;
    let own = own_place(&mut tx, &account, assignment).await?;
    let loaded = load(&mut tx, &own.shift_id).await?;
    let who = inviter(&mut tx, &own, &account, None, act.now).await?;
    Ok(shift::invite(&loaded.facts, &who.facts, act.now)?)
}

/// A volunteer's own place, of the caller's account.
async fn own_place(
    tx: &mut Tx,
    account: &AccountId,
    assignment: &AssignmentId,
) -> Result<AssignmentView> {
    let view = view_in(tx, assignment).await?;
    let own =
        view.filter(|of| of.role == Role::Volunteer && of.account_id.as_ref() == Some(account));
    Ok(own.ok_or(Refusal::NotFound)?)
}

/// Somebody who invites, and what they have open in the shift.
struct LoadedInviter {
    facts: Inviter,
    kept: Option<Kept>,
}

async fn inviter(
    tx: &mut Tx,
    own: &AssignmentView,
    account: &AccountId,
    phone: Option<&Phone>,
    now: Timestamp,
) -> Result<LoadedInviter> {
    let (number,): (String,) = tx
        .sql("SELECT phone FROM account WHERE id = $1")
        .bind(account)
        .one()
        .await?;
    let kept: Option<(InvitationId, Phone, Timestamp)> = tx
        .sql(
            "SELECT id, phone, until FROM invitation
             WHERE assignment_id = $1 AND ended IS NULL AND until > $2",
        )
        .bind(&own.id)
        .bind(now)
        .optional()
        .await?;
    let (open,): (i64,) = tx
        .sql(
            "SELECT COUNT(*) FROM assignment a JOIN invitation i ON i.assignment_id = a.id
             WHERE a.account_id = $1 AND i.ended IS NULL AND i.until > $2",
        )
        .bind(account)
        .bind(now)
        .one()
        .await?;
    let kept = kept.map(|(id, phone, until)| Kept { id, phone, until });
    Ok(LoadedInviter {
        facts: Inviter {
            holds_place: own.state.is_expected(),
            own_number: phone.is_some_and(|phone| phone.digits() == number),
            keeps_until: kept.as_ref().map(|kept| kept.until),
            open: small(open)?,
        },
        kept,
    })
}

struct Invite {
    account: AccountId,
    assignment: AssignmentId,
    phone: Phone,
}

#[async_trait::async_trait]
impl Op for Invite {
    type Out = Outcome<Invitation>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // What is refused was not begun: that time is over, and who moves up then, stands by itself.
        outcome(self.invite_in(tx, act).await)
    }
}

impl Invite {
    async fn invite_in(&self, tx: &mut Tx, act: &Act) -> Result<Invitation> {
        let own = own_place(tx, &self.account, &self.assignment).await?;
        tx.need([&self.account])?;
        let loaded = load(tx, &own.shift_id).await?;
        let loaded = settled(tx, act, loaded).await?;
        let who = inviter(tx, &own, &self.account, Some(&self.phone), act.now).await?;
        if let Some(kept) = who.kept.filter(|kept| kept.phone == self.phone) {
            return Ok(Invitation {
                id: kept.id,
                until: kept.until,
            });
        }
        let until = shift::invite(&loaded.facts, &who.facts, act.now)?;
        self.count(tx, act).await?;
        let id: InvitationId = act.ids.make(act.now);
        tx.sql(
            "INSERT INTO invitation (id, shift_id, assignment_id, phone, invited_at, until)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&id)
        .bind(&own.shift_id)
        .bind(&own.id)
        .bind(self.phone.digits())
        .bind(act.now)
        .bind(until)
        .run()
        .await?;
        crate::assignments::recount(tx, act, &own.shift_id).await?;
        let entry = Entry {
            action: Verb::InvitationMake,
            subject: ("invitation", id.as_str()),
            center: Some(&own.center_id),
            detail: json!({ "shift": own.shift_id, "assignment": own.id }),
        };
        audit::record(tx, act, entry).await?;
        self.tell(tx, act, &own, &loaded, (&id, until)).await?;
        tx.changed(Change::Shift(own.shift_id.clone()));
        Ok(Invitation { id, until })
    }

    /// Refuses beyond the limits, and counts. The account's lock makes its invitations wait for each
    /// other.
    async fn count(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let of_account = format!("friend:{}", self.account);
        let to_number = format!("friend:{}:{}", self.account, self.phone.digits());
        attempts::check(tx, &of_account, &OF_ACCOUNT, act.now).await?;
        attempts::check(tx, &to_number, &TO_NUMBER, act.now).await?;
        attempts::count(tx, &of_account, act.now).await?;
        attempts::count(tx, &to_number, act.now).await
    }

    /// Tells the friend, if there is an account by the number whose holder is not in the shift already.
    async fn tell(
        &self,
        tx: &mut Tx,
        act: &Act,
        own: &AssignmentView,
        loaded: &LoadedShift,
        (id, until): (&InvitationId, Timestamp),
    ) -> Result<()> {
        let friend: Option<(AccountId,)> = tx
            .sql(
                "SELECT f.id FROM account f WHERE f.phone = $1
                 AND NOT EXISTS (SELECT 1 FROM assignment m JOIN person h ON h.id = m.person_id
                     WHERE m.shift_id = $2 AND m.account_id = f.id AND h.relation = 'self'
                     AND m.state IN ('waitlisted', 'requested', 'confirmed', 'checked_in',
                         'checked_out', 'validated'))",
            )
            .bind(self.phone.digits())
            .bind(&own.shift_id)
            .optional()
            .await?;
        let Some((friend,)) = friend else {
            return Ok(());
        };
        let notice = Notice::FriendInvites {
            person: own.name.clone(),
            sitting: loaded.view.sitting(),
            until,
        };
        let texts = format!("friend-text:{friend}");
        match attempts::check(tx, &texts, &TEXTS, act.now).await {
            Ok(()) => {
                attempts::count(tx, &texts, act.now).await?;
                notices::tell(tx, act, &friend, &notice, id.as_str()).await
            }
            Err(crate::Error::Refused(_)) => notices::inbox(tx, act, &friend, &notice, id.as_str())
                .await
                .map(drop),
            Err(error) => Err(error),
        }
    }
}
