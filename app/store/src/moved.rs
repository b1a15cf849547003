//! How people are told that something of theirs takes place at another time or place: of each move by
//! itself, or, where many dates of a series move in one act, once of all of them.

use crate::{Act, Result, Tx, notices::tell};
use domain::{
    commitment::Subject,
    id::AccountId,
    notice::{Details, Notice, Shifted},
};
use std::collections::BTreeMap;

/// What of somebody's was moved.
pub(crate) struct Moving {
    pub(crate) account: AccountId,
    pub(crate) person: String,
    pub(crate) subject: Subject,
    pub(crate) before: Details,
    pub(crate) after: Details,
    /// The move, among all moves of this commitment.
    pub(crate) about: String,
}

/// When they are told.
pub(crate) enum Telling {
    /// At once, of each move by a notice of its own.
    AtOnce,
    /// Once everything has been moved.
    Gathered(Vec<Moving>),
}

impl Telling {
    /// Whether all moves of an act are told together.
    pub(crate) const fn is_gathered(&self) -> bool {
        matches!(self, Self::Gathered(_))
    }

    /// Tells of one move, or keeps it.
    pub(crate) async fn moved(&mut self, tx: &mut Tx, act: &Act, moving: Moving) -> Result<()> {
        match self {
            Self::Gathered(all) => {
                all.push(moving);
                Ok(())
            }
            Self::AtOnce => {
                let notice = Notice::Moved {
                    person: moving.person,
                    subject: moving.subject,
                    before: moving.before,
                    after: moving.after,
                };
                tell(tx, act, &moving.account, &notice, &moving.about).await
            }
        }
    }
}

/// Tells everybody once of all that was moved of theirs; how many accounts. `about` names the act.
pub(crate) async fn tell_all(
    tx: &mut Tx,
    act: &Act,
    title: &str,
    moved: Vec<Moving>,
    about: &str,
) -> Result<u32> {
    let mut by_account: BTreeMap<String, (AccountId, Vec<Shifted>)> = BTreeMap::new();
    for of in moved {
        let key = of.account.to_string();
        let entry = by_account.entry(key).or_insert((of.account, Vec::new()));
        entry.1.push(Shifted {
            person: of.person,
            before: of.before,
            after: of.after,
        });
    }
    let mut told = 0;
    for (account, mut moves) in by_account.into_values() {
        moves.sort_by_key(|of| of.before.starts_at);
        let notice = Notice::Postponed {
            title: title.to_owned(),
            moves,
        };
        tell(tx, act, &account, &notice, &format!("{about}:{account}")).await?;
        told += 1;
    }
    Ok(told)
}
