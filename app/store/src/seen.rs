//! Who was here: the last visit of a session and the last use of a token. Nothing that is decided
//! waits for it, so it is gathered in memory and written many at a time; on sign-up day every
//! resident's first request would else be a write of its own. A crash loses a few seconds of it.

use crate::{
    Db, Locks, Result, Tx,
    logins::{RESIDENT_SLIDING, TOUCH_EVERY},
    writer::Op,
};
use domain::{
    id::{LoginId, TokenId},
    time::Timestamp,
};
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    sync::{Mutex, PoisonError},
};

/// Most rows that one statement writes.
const AT_ONCE: usize = 200;

/// Those who were here since the last time they were written down.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<Gathered>);

#[derive(Clone, Debug, Default)]
struct Gathered {
    tokens: BTreeSet<TokenId>,
    logins: BTreeSet<LoginId>,
    /// The latest of the visits.
    at: Timestamp,
}

impl Seen {
    /// Notes the use of a token.
    pub(crate) fn token(&self, id: &TokenId, now: Timestamp) {
        self.note(now, |seen| seen.tokens.extend([id.clone()]));
    }

    /// Notes the visit of a session.
    pub(crate) fn login(&self, id: &LoginId, now: Timestamp) {
        self.note(now, |seen| seen.logins.extend([id.clone()]));
    }

    fn note(&self, now: Timestamp, add: impl FnOnce(&mut Gathered)) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.at = seen.at.max(now);
        add(&mut seen);
    }

    fn take(&self) -> Gathered {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes down who was here; how many. Run every few seconds and before the program ends.
///
/// # Errors
/// Database errors; who was not written is noted again with the next visit.
pub async fn write_down(db: &Db) -> Result<usize> {
    let seen = db.seen().take();
    let tokens: Vec<_> = seen.tokens.iter().map(TokenId::as_str).collect();
    let logins: Vec<_> = seen.logins.iter().map(LoginId::as_str).collect();
    for (of, ids) in [(Of::Tokens, &tokens), (Of::Logins, &logins)] {
        for part in ids.chunks(AT_ONCE) {
            let op = WriteDown {
                of,
                ids: part.iter().map(|id| (*id).to_owned()).collect(),
                at: seen.at,
            };
            db.write(Locks::none(), op).await?;
        }
    }
    Ok(tokens.len() + logins.len())
}

#[derive(Clone, Copy)]
enum Of {
    Tokens,
    Logins,
}

struct WriteDown {
    of: Of,
    ids: Vec<String>,
    at: Timestamp,
}

impl Op for WriteDown {
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let mut list = String::new();
        for n in 0..self.ids.len() {
            // Writing to a String cannot fail.
            let _ = write!(list, "{}${}", if n > 0 { ", " } else { "" }, n + 3);
        }
        // Never backwards: another server may have seen them later.
        let text = match self.of {
            Of::Tokens => format!(
                "UPDATE token SET last_used_at = $1
                 WHERE (last_used_at IS NULL OR last_used_at <= $2) AND id IN ({list})"
            ),
            Of::Logins => format!(
                "UPDATE login SET last_seen_at = $1,
                     expires_at = CASE kind WHEN 'resident' THEN $1 + $2 ELSE expires_at END
                 WHERE last_seen_at < $1 AND id IN ({list})"
            ),
        };
        let second = match self.of {
            Of::Tokens => self.at.plus(-TOUCH_EVERY).0,
            Of::Logins => RESIDENT_SLIDING,
        };
        let mut query = tx.sql_built(text).bind(self.at).bind(second);
        for id in &self.ids {
            query = query.bind(id.as_str());
        }
        query.run().await.map(drop)
    }
}
