//! Who was here: the last visit of a session and the last use of a token. Nothing that is decided
//! waits for it, so it is gathered in memory and written many at a time; on sign-up day every
//! resident's first request would else be a write of its own. A crash loses a few seconds of it.

use crate::{Act, Db, Ids, Locks, Op, Result, Tx, logins::TOUCH_EVERY};
use domain::{
    access::Caller,
    id::{LoginId, TokenId},
    retention::SESSION,
};

/// Most rows that one statement writes.
const AT_ONCE: usize = 200;

/// Writes down who was here; how many. Run every few seconds and before the program ends.
///
/// # Errors
/// Database errors; who was not written is noted again with the next visit.
pub async fn write_down(db: &Db) -> Result<usize> {
    let seen = db.seen().take();
    let act = Act::new(Caller::system(), seen.at, Ids::none());
    let tokens: Vec<_> = seen.tokens.iter().map(TokenId::as_str).collect();
    let logins: Vec<_> = seen.logins.iter().map(LoginId::as_str).collect();
    for (of, ids) in [(Of::Tokens, &tokens), (Of::Logins, &logins)] {
        for part in ids.chunks(AT_ONCE) {
            let op = WriteDown {
                of,
                ids: part.iter().map(|id| (*id).to_owned()).collect(),
            };
            db.write(&act, Locks::none(), op).await?;
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
}

#[async_trait::async_trait]
impl Op for WriteDown {
    type Out = ();
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let listed = tx.one_of("$3");
        // Never backwards: another server may have seen them later.
        let text = match self.of {
            Of::Tokens => format!(
                "UPDATE token SET last_used_at = $1
                 WHERE (last_used_at IS NULL OR last_used_at <= $2) AND id {listed}"
            ),
            Of::Logins => format!(
                "UPDATE login SET last_seen_at = $1,
                     expires_at = CASE kind WHEN 'resident' THEN $1 + $2 ELSE expires_at END
                 WHERE last_seen_at < $1 AND id {listed}"
            ),
        };
        let second = match self.of {
            Of::Tokens => act.now.plus(-TOUCH_EVERY).0,
            Of::Logins => SESSION,
        };
        let query = tx.sql_built(text).bind(act.now).bind(second);
        let query = query.bind_list(self.ids.iter().map(String::as_str));
        query.run().await.map(drop)
    }
}
