//! Writing to those who take part in a date, in the center's own words.

use super::read::{OccurrenceView, VIEW};
use crate::{
    Act, Db, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    centers, notices, outcome,
};
use domain::{
    Reason, Refusal,
    access::Action,
    audit::Verb,
    commitment::Event,
    id::{AccountId, MessageId, OccurrenceId},
    letter::{Audience, Facts, LONGEST, check},
    notice::{Details, Notice},
    text,
    time::{DAY, Timestamp},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Of which date.
    pub occurrence: OccurrenceId,
    /// To whom.
    pub audience: Audience,
    /// In a few words.
    pub text: String,
}

/// To whom it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// How many accounts: a family is told once.
    pub accounts: u32,
    /// How many of them have a telephone, and are texted by day.
    pub texted: u32,
}

/// Writes to everybody of the audience once, in their inbox, and by text message by day.
///
/// # Errors
/// [`Refusal::Invalid`] of `text`, and of `audience` where nobody is in it; what
/// [`check`] says; [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn write_to(db: &Db, act: &Act, letter: Letter) -> Result<Written> {
    let letter = Letter {
        text: text::name("text", &letter.text, LONGEST.into())?,
        ..letter
    };
    let locks = Locks::of([&letter.occurrence]);
    Ok(db.write(act, locks, Write { letter }).await??)
}

struct Write {
    letter: Letter,
}

#[async_trait::async_trait]
impl Op for Write {
    type Out = Outcome<Written>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.write_in(tx, act).await)
    }
}

impl Write {
    async fn write_in(&self, tx: &mut Tx, act: &Act) -> Result<Written> {
        let at: OccurrenceView = tx
            .sql_built(format!("{VIEW} WHERE o.id = $1"))
            .bind(&self.letter.occurrence)
            .optional()
            .await?
            .ok_or(Refusal::NotFound)?;
        let place = centers::place(tx, &at.center_id).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        let tomorrow = Timestamp::start_of(act.now.day()).plus(DAY);
        let facts = Facts {
            status: at.status,
            ends_at: at.ends_at,
            today: self.written_since(tx, tomorrow.plus(-DAY)).await?,
            tomorrow,
        };
        check(&facts, act.now)?;
        let accounts = self.accounts(tx).await?;
        if accounts.is_empty() {
            return Err(Refusal::invalid("audience", Reason::NobodyChosen).into());
        }
        let notice = Notice::FromStaff {
            sitting: sitting(&at),
            text: self.letter.text.clone(),
        };
        let letter: MessageId = act.ids.make(act.now);
        for (account, _) in &accounts {
            let about = format!("{letter}:{account}");
            notices::tell_by_day(tx, act, account, &notice, &about).await?;
        }
        let texted = accounts.iter().filter(|(_, has_phone)| *has_phone);
        let written = Written {
            accounts: count(accounts.len()),
            texted: count(texted.count()),
        };
        let entry = Entry {
            action: Verb::OccurrenceWrite,
            subject: ("occurrence", at.id.as_str()),
            center: Some(&at.center_id),
            detail: json!({
                "audience": self.letter.audience.as_str(),
                "accounts": written.accounts,
                "texted": written.texted,
            }),
        };
        audit::record(tx, act, entry).await?;
        Ok(written)
    }

    /// How often it was written since then; the log of what staff do tells.
    async fn written_since(&self, tx: &mut Tx, since: Timestamp) -> Result<u32> {
        tx.sql(
            "SELECT COUNT(*) FROM audit WHERE subject_kind = 'occurrence' AND subject_id = $1
             AND action = $2 AND at >= $3",
        )
        .bind(&self.letter.occurrence)
        .bind(Verb::OccurrenceWrite)
        .bind(since)
        .count()
        .await
    }

    /// The accounts of the audience, each with whether it has a telephone.
    async fn accounts(&self, tx: &mut Tx) -> Result<Vec<(AccountId, bool)>> {
        let states = tx.one_of("$2");
        let audience = self.letter.audience;
        let included = domain::booking::State::ALL.iter();
        let included = included.filter(|state| audience.includes(**state));
        tx.sql_built(format!(
            "SELECT t.id, t.phone NOT LIKE '-%' AS has_phone FROM account t WHERE t.id IN (
                SELECT b.account_id FROM booking b WHERE b.occurrence_id = $1 AND b.state {states})
             ORDER BY t.id"
        ))
        .bind(&self.letter.occurrence)
        .bind_list(included.map(|state| state.as_str()))
        .all()
        .await
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn sitting(at: &OccurrenceView) -> Details {
    Details {
        event: Event::Occurrence(at.id.clone()),
        title: at.title.clone(),
        center: at.center_name.clone(),
        room: at.room.clone(),
        starts_at: at.starts_at,
        ends_at: at.ends_at,
    }
}
