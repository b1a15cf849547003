//! What is said of an entry: a second person approves it or does not, its volunteer objects, the staff
//! answer. The entry itself never changes.

use super::{
    insert::tell,
    read::{EntryView, find_in},
};
use crate::{
    Act, Change, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry as AuditEntry},
    centers, outcome,
};
use domain::{
    Reason, Refusal,
    access::{Action, Identity, Role},
    audit::Verb,
    hours::{Kind, LONGEST_REASON, State, check_approver},
    id::HourEntryId,
    text,
};
use serde_json::json;

/// What is said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Approved,
    Refused,
    Objected,
    Answered,
    Left,
}

impl Word {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Objected => "objected",
            Self::Answered => "answered",
            Self::Left => "left",
        }
    }

    const fn verb(self) -> Verb {
        match self {
            Self::Approved => Verb::HoursApprove,
            Self::Refused => Verb::HoursRefuse,
            Self::Objected => Verb::HoursObject,
            Self::Answered => Verb::HoursAnswer,
            Self::Left => Verb::HoursLeave,
        }
    }
}

/// Approves an entry that awaits it. Approving again changes nothing.
///
/// # Errors
/// [`Refusal::NeedsAnother`] for its author, [`Refusal::Forbidden`] for whoever is not high enough or of
/// another center, [`Refusal::Invalid`] where nothing awaits it, [`Refusal::NotFound`].
pub async fn approve(db: &Db, act: &Act, entry: &HourEntryId) -> Result<EntryView> {
    say(db, act, entry, Word::Approved, "").await
}

/// Does not approve an entry, with a reason that its volunteer is told.
///
/// # Errors
/// As [`approve`]; [`Refusal::Invalid`] without a reason.
pub async fn refuse(db: &Db, act: &Act, entry: &HourEntryId, reason: &str) -> Result<EntryView> {
    say(db, act, entry, Word::Refused, reason).await
}

/// Objects to an entry of one's own (C-92).
///
/// # Errors
/// [`Refusal::NotFound`] for an entry of somebody else; [`Refusal::Invalid`] without a reason.
pub async fn object(db: &Db, act: &Act, entry: &HourEntryId, reason: &str) -> Result<EntryView> {
    say(db, act, entry, Word::Objected, reason).await
}

/// Answers an objection.
///
/// # Errors
/// [`Refusal::NotFound`], also where nobody objects; [`Refusal::Forbidden`], [`Refusal::Invalid`]
/// without an answer.
pub async fn answer(db: &Db, act: &Act, entry: &HourEntryId, reason: &str) -> Result<EntryView> {
    say(db, act, entry, Word::Answered, reason).await
}

/// Leaves validated hours as they are, although scans that arrived since say something else.
///
/// # Errors
/// [`Refusal::NotFound`], also of what was not validated; [`Refusal::Forbidden`], [`Refusal::Invalid`]
/// without a reason.
pub async fn leave(db: &Db, act: &Act, entry: &HourEntryId, reason: &str) -> Result<EntryView> {
    say(db, act, entry, Word::Left, reason).await
}

async fn say(
    db: &Db,
    act: &Act,
    entry: &HourEntryId,
    word: Word,
    reason: &str,
) -> Result<EntryView> {
    let found = find_in(&mut db.read().await?, entry).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    let op = Say {
        entry: entry.clone(),
        word,
        reason: reason.to_owned(),
    };
    let locks = Locks::of([&found.account_id]).and([&found.shift_id]);
    Ok(db.write(act, locks, op).await??)
}

struct Say {
    entry: HourEntryId,
    word: Word,
    reason: String,
}

#[async_trait::async_trait]
impl Op for Say {
    type Out = Outcome<EntryView>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.say_in(tx, act).await)
    }
}

impl Say {
    async fn say_in(&self, tx: &mut Tx, act: &Act) -> Result<EntryView> {
        let entry = find_in(tx, &self.entry).await?;
        let entry = entry.ok_or(Error::Corrupt("hour entry"))?;
        tx.need([&entry.account_id])?;
        tx.need([&entry.shift_id])?;
        if !self.is_new(tx, act, &entry).await? {
            return Ok(entry);
        }
        let reason = match self.word {
            Word::Approved => String::new(),
            _ => text::name("reason", &self.reason, LONGEST_REASON)?,
        };
        let id: HourEntryId = act.ids.make(act.now);
        tx.sql(
            "INSERT INTO hour_word (id, entry_id, nth, word, said_by, reason, at)
             VALUES ($1, $2, (SELECT COUNT(*) + 1 FROM hour_word WHERE entry_id = $2), $3, $4, $5,
                 $6)",
        )
        .bind(&id)
        .bind(&entry.id)
        .bind(self.word.as_str())
        .bind(act.caller.key())
        .bind(&reason)
        .bind(act.now)
        .run()
        .await?;
        let record = AuditEntry {
            action: self.word.verb(),
            subject: ("hour_entry", entry.id.as_str()),
            center: Some(&entry.center_id),
            detail: json!({ "shift": entry.shift_id, "person": entry.person_id,
                "minutes": entry.sum.minutes }),
        };
        audit::record(tx, act, record).await?;
        let now = find_in(tx, &entry.id).await?;
        let now = now.ok_or(Error::Corrupt("hour entry"))?;
        // Nothing has changed for the volunteer where hours are left as they were.
        if !matches!(self.word, Word::Objected | Word::Left) {
            tell(tx, act, &now).await?;
        }
        tx.changed(Change::Shift(entry.shift_id.clone()));
        tx.changed(Change::Center(entry.center_id.clone()));
        Ok(now)
    }

    /// Whether the caller may say it, and whether it changes anything.
    async fn is_new(&self, tx: &mut Tx, act: &Act, entry: &EntryView) -> Result<bool> {
        if self.word == Word::Objected {
            return match &act.caller.identity {
                Identity::Resident(account) if *account == entry.account_id => {
                    Ok(entry.state() != State::Objected)
                }
                Identity::Anonymous => Err(Refusal::Unauthenticated.into()),
                _ => Err(Refusal::NotFound.into()),
            };
        }
        let place = centers::place(tx, &entry.center_id).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        let who = act.caller.staff()?;
        if self.word == Word::Left {
            return match entry.kind {
                Kind::Verified => Ok(true),
                _ => Err(Refusal::NotFound.into()),
            };
        }
        if self.word == Word::Answered {
            return match entry.state() {
                State::Objected => Ok(true),
                _ => Err(Refusal::NotFound.into()),
            };
        }
        let said = entry.sum.is_approved || entry.sum.is_refused;
        let awaits = !said && entry.sum.approval != domain::hours::Approval::None;
        if said && entry.sum.is_approved == (self.word == Word::Approved) {
            return Ok(false);
        }
        if !awaits {
            return Err(Refusal::invalid("entry", Reason::UnknownValue).into());
        }
        let grants = act.caller.grants.iter();
        let roles: Vec<Role> = grants
            .filter(|grant| {
                grant.scope.covers(&place) && grant.role.includes(Action::BookForOthers)
            })
            .map(|grant| grant.role)
            .collect();
        check_approver(entry.sum.approval, entry.author.as_ref(), who, &roles)?;
        Ok(true)
    }
}
