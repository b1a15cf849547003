//! What follows when something is called off: people are told, and the other lines in which they wait
//! are looked at again. At once, or, where a whole day falls away, gathered until all of it has: so that
//! nobody is told twice, or moves up into what falls away next.

use crate::{Act, Result, Tx, lines::look_again, notices::tell};
use domain::{
    commitment::Subject,
    id::{AccountId, PersonId},
    notice::{Details, FellAway, Notice},
    time::Timestamp,
};

/// What somebody loses because it is called off.
pub(crate) struct Gone {
    pub(crate) account: AccountId,
    pub(crate) person: String,
    pub(crate) subject: Subject,
    pub(crate) sitting: Details,
}

/// What is left to do for a whole day.
#[derive(Default)]
pub(crate) struct Gathered {
    gone: Vec<Gone>,
    free: Vec<PersonId>,
}

/// When it follows.
pub(crate) enum Aftermath {
    /// At once: each thing by a notice of its own.
    AtOnce,
    /// Once everything has been called off.
    Gathered(Gathered),
}

impl Aftermath {
    /// Whether each thing counts by itself, also a date of a series.
    pub(crate) const fn is_gathered(&self) -> bool {
        matches!(self, Self::Gathered(_))
    }

    /// Tells of one thing, or keeps it.
    pub(crate) async fn gone(
        &mut self,
        tx: &mut Tx,
        act: &Act,
        gone: Gone,
        reason: &str,
    ) -> Result<()> {
        match self {
            Self::Gathered(all) => {
                all.gone.push(gone);
                Ok(())
            }
            Self::AtOnce => {
                let about = gone.subject.id().to_owned();
                let notice = Notice::CalledOff {
                    person: gone.person,
                    subject: gone.subject,
                    sitting: gone.sitting,
                    reason: reason.to_owned(),
                };
                tell(tx, act, &gone.account, &notice, &about).await
            }
        }
    }

    /// Looks at the lines of those who are free again, or keeps them.
    pub(crate) async fn free(
        &mut self,
        tx: &mut Tx,
        act: &Act,
        people: Vec<PersonId>,
    ) -> Result<()> {
        match self {
            Self::Gathered(all) => {
                all.free.extend(people);
                Ok(())
            }
            Self::AtOnce => look_again(tx, act, &people).await,
        }
    }
}

impl Gathered {
    /// Tells each account once of all that it loses on a day of a center, and looks at the lines; how
    /// many accounts were told.
    pub(crate) async fn of_day(
        mut self,
        tx: &mut Tx,
        act: &Act,
        (center, day): (&str, Timestamp),
        reason: &str,
    ) -> Result<u32> {
        let key = |of: &Gone| (of.account.clone(), of.sitting.starts_at);
        self.gone.sort_by_key(key);
        let mut told = 0;
        for of_one in self.gone.chunk_by(|a, b| a.account == b.account) {
            let Some(first) = of_one.first() else {
                continue;
            };
            let items = of_one.iter().map(|gone| FellAway {
                person: gone.person.clone(),
                sitting: gone.sitting.clone(),
            });
            let notice = Notice::DayOff {
                center: center.to_owned(),
                day,
                items: items.collect(),
                reason: reason.to_owned(),
            };
            // A place falls away once, so that it tells one such notice from another.
            tell(tx, act, &first.account, &notice, first.subject.id()).await?;
            told += 1;
        }
        look_again(tx, act, &self.free).await?;
        Ok(told)
    }
}
