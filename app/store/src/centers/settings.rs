//! What a center says of itself: how to reach it, the hours of its week, whether it is open at all.
//! Each change names the revision that it is based on (C-69). What a center has said an import
//! leaves as it is.

use super::place;
use crate::{
    Act, Change, Db, Lock, Locks, Op, Outcome, Replay, Result, Tx,
    audit::{self, Entry},
    outcome,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    id::CenterId,
    opening::Week,
    place::{CenterStatus, telephone},
    text,
};
use serde_json::{Value, json};

/// Most characters of an address.
const ADDRESS: usize = 120;
/// Most characters of what residents read of a center that is closed.
pub const CLOSED_NOTE: usize = 120;

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// How the center is reached; empty for unknown.
    Contact {
        /// Its telephone number.
        phone: String,
        /// Where it is, as one asks the way.
        address: String,
    },
    /// The hours of an ordinary week.
    Hours(Week),
    /// Whether it is closed until further notice.
    Status {
        /// Which.
        status: CenterStatus,
        /// Why it is closed and where to go instead, as residents read it; may be empty, and nothing of
        /// an open center.
        note: String,
    },
}

/// Sets it; the center's revision then. The same again changes nothing and is not put on record.
///
/// # Errors
/// [`Refusal::Invalid`] on `telephone` or `address`; [`Refusal::Stale`] where `revision` is not the
/// center's any more; [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn set(
    db: &Db,
    act: &Act,
    center: &CenterId,
    setting: Setting,
    revision: Option<i64>,
) -> Result<i64> {
    let op = Set {
        center: center.clone(),
        setting: setting.checked()?,
        revision,
    };
    Ok(db.write(act, Locks::of([center]), op).await??)
}

/// A center's telephone number and address as they are stored.
pub(super) fn contact(
    phone: &str,
    address: &str,
) -> std::result::Result<(String, String), Refusal> {
    let phone = telephone("telephone", phone)?;
    Ok((phone, text::line("address", address, ADDRESS)?))
}

impl Setting {
    fn checked(self) -> std::result::Result<Self, Refusal> {
        Ok(match self {
            Self::Contact { phone, address } => {
                let (phone, address) = contact(&phone, &address)?;
                Self::Contact { phone, address }
            }
            Self::Status { status, note } => {
                let note = match status {
                    CenterStatus::Open => String::new(),
                    CenterStatus::Closed => text::line("closed_note", &note, CLOSED_NOTE)?,
                };
                Self::Status { status, note }
            }
            other @ Self::Hours(_) => other,
        })
    }
}

/// A center's row as far as it is set here.
#[derive(sqlx::FromRow)]
struct Stands {
    phone: String,
    address: String,
    hours: String,
    status: CenterStatus,
    closed_note: String,
    revision: i64,
}

struct Set {
    center: CenterId,
    setting: Setting,
    revision: Option<i64>,
}

#[async_trait::async_trait]
impl Op for Set {
    type Out = Outcome<i64>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.set_in(tx, act).await)
    }
}

impl Set {
    async fn set_in(&self, tx: &mut Tx, act: &Act) -> Result<i64> {
        let at = place(tx, &self.center).await?;
        act.caller.may(Action::SetPolicy, &at)?;
        let before: Stands = tx
            .sql("SELECT phone, address, hours, status, closed_note, revision FROM center WHERE id = $1")
            .bind(&self.center)
            .one()
            .await?;
        if self.revision.is_some_and(|r| r != before.revision) {
            return Err(Refusal::Stale.into());
        }
        let Some((verb, detail)) = self.news(&before) else {
            return Ok(before.revision);
        };
        self.write(tx).await?;
        tx.changed(Change::Center(self.center.clone()));
        let entry = Entry {
            action: verb,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail,
        };
        audit::record(tx, act, entry).await?;
        Ok(before.revision + 1)
    }

    /// What goes on record; nothing where it stands so already.
    fn news(&self, before: &Stands) -> Option<(Verb, Value)> {
        match &self.setting {
            Setting::Contact { phone, address } => {
                let changed = [
                    ("phone", *phone != before.phone),
                    ("address", *address != before.address),
                ];
                let fields: Vec<_> = changed
                    .iter()
                    .filter(|(_, is)| *is)
                    .map(|(of, _)| of)
                    .collect();
                (!fields.is_empty()).then(|| (Verb::CenterContact, json!({ "fields": fields })))
            }
            Setting::Hours(week) => {
                let after = week.to_string();
                let news = json!({ "before": before.hours, "after": after });
                (after != before.hours).then_some((Verb::CenterHours, news))
            }
            Setting::Status { status, note } => {
                let news = json!({ "before": before.status, "after": status, "note": note });
                let is_news = *status != before.status || *note != before.closed_note;
                is_news.then_some((Verb::CenterStatus, news))
            }
        }
    }

    async fn write(&self, tx: &mut Tx) -> Result<()> {
        let query = match &self.setting {
            Setting::Contact { phone, address } => tx
                .sql(
                    "UPDATE center SET phone = $1, address = $2, own_contact = TRUE,
                     revision = revision + 1 WHERE id = $3",
                )
                .bind(phone)
                .bind(address),
            Setting::Hours(week) => tx
                .sql(
                    "UPDATE center SET hours = $1, own_hours = TRUE, revision = revision + 1
                     WHERE id = $2",
                )
                .bind(week.to_string()),
            Setting::Status { status, note } => tx
                .sql(
                    "UPDATE center SET status = $1, closed_note = $2, revision = revision + 1
                     WHERE id = $3",
                )
                .bind(*status)
                .bind(note),
        };
        query.bind(&self.center).run().await?;
        Ok(())
    }
}

/// Something else of the center has changed: whoever changes its row next does so from what they
/// have seen.
pub(crate) async fn raise(tx: &mut Tx, center: &CenterId) -> Result<()> {
    tx.sql("UPDATE center SET revision = revision + 1 WHERE id = $1")
        .bind(center)
        .run()
        .await?;
    tx.changed(Change::Center(center.clone()));
    Ok(())
}

/// That the revision is still the center's, where one is named.
pub(crate) async fn same(tx: &mut Tx, center: &CenterId, revision: Option<i64>) -> Result<()> {
    tx.need([Lock::from(center)])?;
    let (now,): (i64,) = tx
        .sql("SELECT revision FROM center WHERE id = $1")
        .bind(center)
        .one()
        .await?;
    match revision.is_some_and(|r| r != now) {
        true => Err(Refusal::Stale.into()),
        false => Ok(()),
    }
}
