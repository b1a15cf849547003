//! Asking somebody to be one's partner, and their answer.

use super::read::count;
use crate::{
    Act, Db, Error, Locks, Op, Outcome, Replay, Result, Tx,
    attempts::{self, Limit},
    audit::{self, Entry},
    notices, outcome, people,
};
use domain::{
    Refusal,
    audit::Verb,
    id::{AccountId, PersonId},
    notice::Notice,
    person::Phone,
    shift::{ASKED_FOR, agree_partner, ask_partner},
    time::{DAY, Timestamp},
    volunteer::Standing,
};
use serde_json::json;

/// How many an account asks, who have not asked for a message.
const OF_ACCOUNT: [Limit; 1] = [Limit {
    tries: 6,
    window: DAY,
}];

/// How often the same number.
const TO_NUMBER: [Limit; 1] = [Limit {
    tries: 2,
    window: DAY,
}];

/// One of the caller's people, a volunteer, asks whoever holds that number. If the holder has asked them
/// before, both have agreed.
///
/// # Errors
/// As [`ask_partner`]; [`Refusal::NotFound`] for somebody of another account; [`Refusal::RateLimited`].
pub async fn ask(db: &Db, act: &Act, person: PersonId, phone: Phone) -> Result<()> {
    let account = act.caller.account()?.clone();
    let asked = holder_of(&mut db.read().await?, &phone).await?;
    let locks = Locks::of([&account]).and(asked.iter().map(|(_, account)| account));
    let op = Ask {
        account,
        person,
        phone,
    };
    Ok(db.write(act, locks, op).await??)
}

/// The holder of the account with that number, if there is one.
async fn holder_of(tx: &mut Tx, phone: &Phone) -> Result<Option<(PersonId, AccountId)>> {
    tx.sql(
        "SELECT p.id, p.account_id FROM account a JOIN person p ON p.account_id = a.id
         WHERE a.phone = $1 AND p.relation = 'self' AND p.status = 'active'",
    )
    .bind(phone.digits())
    .optional()
    .await
}

async fn standing(tx: &mut Tx, person: &PersonId) -> Result<Option<Standing>> {
    let found: Option<(Standing,)> = tx
        .sql("SELECT standing FROM volunteer WHERE person_id = $1")
        .bind(person)
        .optional()
        .await?;
    Ok(found.map(|(standing,)| standing))
}

struct Ask {
    account: AccountId,
    person: PersonId,
    phone: Phone,
}

#[async_trait::async_trait]
impl Op for Ask {
    type Out = Outcome<()>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.ask_in(tx, act).await)
    }
}

impl Ask {
    async fn ask_in(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        tx.need([&self.account])?;
        let me = people::find_in(tx, &self.account, &self.person).await?;
        let asked = holder_of(tx, &self.phone).await?;
        let own_number = asked.as_ref().is_some_and(|(_, of)| *of == self.account);
        let standing = standing(tx, &me.id).await?;
        ask_partner(standing, own_number, count(tx, &me.id).await?)?;
        let limited = format!("partner:{}", self.account);
        let to_number = format!("{limited}:{}", self.phone.digits());
        attempts::check(tx, &limited, &OF_ACCOUNT, act.now).await?;
        attempts::check(tx, &to_number, &TO_NUMBER, act.now).await?;
        attempts::count(tx, &limited, act.now).await?;
        attempts::count(tx, &to_number, act.now).await?;
        record(tx, act, Verb::PartnerAsk, &me.id).await?;
        let Some((other, account)) = asked else {
            return Ok(());
        };
        tx.need([&account])?;
        match between(tx, &me.id, &other, act.now).await? {
            Between::Nothing => {
                let text = "INSERT INTO partner (person_id, other_id, asked_at) VALUES ($1, $2, $3)
                     ON CONFLICT (person_id, other_id) DO UPDATE SET asked_at = excluded.asked_at";
                tx.sql(text)
                    .bind(&me.id)
                    .bind(&other)
                    .bind(act.now)
                    .run()
                    .await?;
                let notice = Notice::PartnerAsks {
                    person: me.name.as_str().to_owned(),
                };
                let about = format!("{}:{other}:{}", me.id, act.now.0);
                notices::inbox(tx, act, &account, &notice, &about)
                    .await
                    .map(drop)
            }
            // Whoever has as many as can be asks again another day: the asker is not told.
            Between::AskedByThem if count(tx, &other).await? < domain::shift::MOST_PARTNERS => {
                agree(tx, act, &other, &me.id).await
            }
            Between::AskedByThem | Between::AskedByMe | Between::Agreed => Ok(()),
        }
    }
}

enum Between {
    Nothing,
    AskedByMe,
    AskedByThem,
    Agreed,
}

/// How two people stand to each other.
async fn between(tx: &mut Tx, me: &PersonId, other: &PersonId, now: Timestamp) -> Result<Between> {
    let rows: Vec<(PersonId, Timestamp, Option<Timestamp>)> = tx
        .sql(
            "SELECT person_id, asked_at, agreed_at FROM partner
             WHERE (person_id = $1 AND other_id = $2) OR (person_id = $2 AND other_id = $1)",
        )
        .bind(me)
        .bind(other)
        .all()
        .await?;
    if rows.iter().any(|(_, _, agreed)| agreed.is_some()) {
        return Ok(Between::Agreed);
    }
    let open = |by: &PersonId| {
        let mut rows = rows.iter();
        rows.any(|(person, at, _)| person == by && at.plus(ASKED_FOR) > now)
    };
    Ok(match (open(other), open(me)) {
        (true, _) => Between::AskedByThem,
        (false, true) => Between::AskedByMe,
        (false, false) => Between::Nothing,
    })
}

/// Both have agreed; the one who asked is told.
async fn agree(tx: &mut Tx, act: &Act, asker: &PersonId, other: &PersonId) -> Result<()> {
    let changed = tx
        .sql(
            "UPDATE partner SET agreed_at = $1
             WHERE person_id = $2 AND other_id = $3 AND agreed_at IS NULL",
        )
        .bind(act.now)
        .bind(asker)
        .bind(other)
        .run()
        .await?;
    if changed != 1 {
        return Err(Error::another_try());
    }
    // Where each asked the other there is one row of both.
    tx.sql("DELETE FROM partner WHERE person_id = $1 AND other_id = $2")
        .bind(other)
        .bind(asker)
        .run()
        .await?;
    record(tx, act, Verb::PartnerAgree, other).await?;
    let (account, name): (AccountId, String) = tx
        .sql("SELECT a.account_id, o.name FROM person a, person o WHERE a.id = $1 AND o.id = $2")
        .bind(asker)
        .bind(other)
        .one()
        .await?;
    let notice = Notice::PartnerAgreed { person: name };
    let about = format!("{asker}:{other}:{}", act.now.0);
    notices::inbox(tx, act, &account, &notice, &about)
        .await
        .map(drop)
}

pub(super) async fn record(tx: &mut Tx, act: &Act, action: Verb, person: &PersonId) -> Result<()> {
    let entry = Entry {
        action,
        subject: ("person", person.as_str()),
        center: None,
        detail: json!({}),
    };
    audit::record(tx, act, entry).await
}

/// What the holder of the caller's account says to somebody who asks: that they agree, or not, which
/// nobody is told.
///
/// # Errors
/// As [`agree_partner`]; [`Refusal::NotFound`] where they do not ask, or asked too long ago.
pub async fn answer(db: &Db, act: &Act, asker: PersonId, agrees: bool) -> Result<()> {
    let account = act.caller.account()?.clone();
    let theirs: Option<(AccountId,)> = db
        .read()
        .await?
        .sql("SELECT account_id FROM person WHERE id = $1")
        .bind(&asker)
        .optional()
        .await?;
    let (theirs,) = theirs.ok_or(Refusal::NotFound)?;
    let locks = Locks::of([&account, &theirs]);
    let op = Answer {
        account,
        asker,
        agrees,
    };
    Ok(db.write(act, locks, op).await??)
}

struct Answer {
    account: AccountId,
    asker: PersonId,
    agrees: bool,
}

#[async_trait::async_trait]
impl Op for Answer {
    type Out = Outcome<()>;
    fn replay() -> Replay<Self::Out> {
        Replay::answer()
    }
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        // A refusal comes before the first write, so that it may be an answer.
        outcome(self.answer_in(tx, act).await)
    }
}

impl Answer {
    async fn answer_in(&self, tx: &mut Tx, act: &Act) -> Result<()> {
        let me = people::holder_in(tx, &self.account).await?;
        let me = me.ok_or(Refusal::NotFound)?;
        match between(tx, &me.id, &self.asker, act.now).await? {
            Between::AskedByThem => {}
            Between::Agreed if self.agrees => return Ok(()),
            _ => return Err(Refusal::NotFound.into()),
        }
        if self.agrees {
            let standing = standing(tx, &me.id).await?;
            let (own, theirs) = (count(tx, &me.id).await?, count(tx, &self.asker).await?);
            agree_partner(standing, own, theirs)?;
            return agree(tx, act, &self.asker, &me.id).await;
        }
        let text =
            "DELETE FROM partner WHERE person_id = $1 AND other_id = $2 AND agreed_at IS NULL";
        tx.sql(text)
            .bind(&self.asker)
            .bind(&me.id)
            .run()
            .await
            .map(drop)
    }
}
