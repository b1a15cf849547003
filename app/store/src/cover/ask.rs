//! Asking.

use super::read::{Effect, effect_in};
use crate::{
    Act, Change, Db, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    centers, notices, outcome,
    roster::{Suits, who_suits},
    shifts::{self, ShiftView},
};
use domain::{
    Reason, Refusal,
    access::Action,
    audit::Verb,
    id::{CoverCallId, PersonId, ShiftId, StaffId},
    notice::Notice,
    shift::{Askable, MOST_ASKED, needs_cover, whom_to_ask},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashMap;

/// What asking came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// How many were asked now; none where nobody is left who could come.
    pub now: u32,
    /// Whether the need was filled already, so that nobody was asked.
    pub is_filled: bool,
    /// What asking has brought so far.
    pub effect: Effect,
}

/// Asks up to so many people to help out in a shift, each once: an entry in the inbox and a text message,
/// which waits for the morning at night. Whoever says yes signs up as everybody does
/// ([`crate::assignments::place`]).
///
/// # Errors
/// [`Refusal::Invalid`] for a number that is out of range, [`Refusal::Forbidden`], and as
/// [`needs_cover`]; database errors.
pub async fn ask(db: &Db, act: &Act, shift: &ShiftId, how_many: u32) -> Result<Asked> {
    if !(1..=MOST_ASKED).contains(&how_many) {
        return Err(Refusal::invalid("how_many", Reason::OutOfRange).into());
    }
    let op = AskForHelp {
        shift: shift.clone(),
        how_many,
    };
    Ok(db.write(act, Locks::of([shift]), op).await??)
}

struct AskForHelp {
    shift: ShiftId,
    how_many: u32,
}

#[async_trait::async_trait]
impl Op for AskForHelp {
    type Out = Outcome<Asked>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // What it refuses comes before the first write.
        outcome(ask_in(tx, act, &self.shift, self.how_many).await)
    }
}

async fn ask_in(tx: &mut Tx, act: &Act, id: &ShiftId, how_many: u32) -> Result<Asked> {
    tx.need([id])?;
    let shift = shifts::view_in(tx, id).await?.ok_or(Refusal::NotFound)?;
    let place = centers::place(tx, &shift.center_id).await?;
    act.caller.may(Action::BookForOthers, &place)?;
    let staff = act.caller.staff()?.clone();
    if !needs_cover(&shift.facts(), act.now)? {
        return Ok(Asked {
            now: 0,
            is_filled: true,
            effect: effect_in(tx, id).await?,
        });
    }
    let suits = who_suits(tx, &shift, act.now).await?;
    let chosen = whom_to_ask(askable(tx, id, suits).await?, how_many as usize);
    for who in &chosen {
        call(tx, act, &shift, &staff, who).await?;
    }
    let now = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
    if now > 0 {
        let entry = Entry {
            action: Verb::CoverAsk,
            subject: ("shift", id.as_str()),
            center: Some(&shift.center_id),
            detail: json!({ "asked": now }),
        };
        audit::record(tx, act, entry).await?;
        tx.changed(Change::Shift(id.clone()));
    }
    Ok(Asked {
        now,
        is_filled: false,
        effect: effect_in(tx, id).await?,
    })
}

/// Who was asked when, for this shift and for any.
async fn askable(tx: &mut Tx, shift: &ShiftId, suits: Vec<Suits>) -> Result<Vec<Askable<Suits>>> {
    let text = format!(
        "SELECT person_id, MAX(asked_at),
            CAST(MAX(CASE WHEN shift_id = $1 THEN 1 ELSE 0 END) AS BIGINT)
         FROM cover_call WHERE person_id {} GROUP BY person_id",
        tx.one_of("$2")
    );
    let rows: Vec<(PersonId, Timestamp, i64)> = tx
        .sql_built(text)
        .bind(shift)
        .bind_list(suits.iter().map(|of| of.person.as_str()))
        .all()
        .await?;
    let mut known: HashMap<PersonId, (Timestamp, bool)> = rows
        .into_iter()
        .map(|(person, at, here)| (person, (at, here > 0)))
        .collect();
    let all = suits.into_iter().map(|who| {
        let asked = known.remove(&who.person);
        Askable {
            last_asked: asked.map(|(at, _)| at),
            asked_for_this: asked.is_some_and(|(_, here)| here),
            who,
        }
    });
    Ok(all.collect())
}

async fn call(
    tx: &mut Tx,
    act: &Act,
    shift: &ShiftView,
    staff: &StaffId,
    who: &Suits,
) -> Result<()> {
    let id: CoverCallId = act.ids.make(act.now);
    tx.sql(
        "INSERT INTO cover_call (id, shift_id, person_id, account_id, asked_by, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&id)
    .bind(&shift.id)
    .bind(&who.person)
    .bind(&who.account)
    .bind(staff)
    .bind(act.now)
    .run()
    .await?;
    let about = id.to_string();
    let notice = Notice::HelpAsked {
        call: id,
        person: who.name.clone(),
        sitting: shift.sitting(),
    };
    notices::tell_by_day(tx, act, &who.account, &notice, &about)
        .await
        .map(drop)
}
