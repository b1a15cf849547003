//! Finding somebody among the people of a center.

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers,
    reach::phone_of,
};
use domain::{
    access::Action,
    audit::Verb,
    id::{CenterId, PersonId},
    person::{BirthYear, PersonName, Phone, Relation},
    place::CommunityKey,
    sought::Sought,
};
use gazetteer::query_words;
use serde_json::json;
use std::fmt::Write as _;
use ticket::ShortCode;

/// Most people that a search shows.
pub const MOST_FOUND: usize = 20;

/// Somebody who was found.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Found {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: PersonName,
    /// What they are to the holder of their account.
    pub relation: Relation,
    /// Their birth year.
    pub birth_year: BirthYear,
    /// The community they live in, if given.
    pub community: Option<CommunityKey>,
    /// How to reach their account's holder; shown masked.
    pub phone: Option<Phone>,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// At most [`MOST_FOUND`], those whose name or initials are just that first.
    pub people: Vec<Found>,
    /// Whether there are more.
    pub more: bool,
}

/// Looks among the people who are known at a center, for staff who may see its bookings. The search is
/// in the audit log, without what was looked for.
///
/// # Errors
/// [`domain::Refusal::NotFound`] where there is no such center, [`domain::Refusal::Forbidden`].
pub async fn search(db: &Db, act: &Act, center: &CenterId, sought: Sought) -> Result<Finding> {
    let op = Search {
        center: center.clone(),
        sought,
    };
    db.write(act, Locks::none(), op).await
}

struct Search {
    center: CenterId,
    sought: Sought,
}

#[async_trait::async_trait]
impl Op for Search {
    type Out = Finding;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Finding> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::ViewBookings, &place)?;
        let mut people = match &self.sought {
            Sought::Phone(phone) => by_phone(tx, &self.center, "a.phone", phone.digits()).await?,
            Sought::Tail(tail) => by_phone(tx, &self.center, "substr(a.phone, 8)", tail).await?,
            Sought::Name(name) => by_name_or_code(tx, &self.center, name).await?,
        };
        let more = people.len() > MOST_FOUND;
        people.truncate(MOST_FOUND);
        let entry = Entry {
            action: Verb::PersonSearch,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail: json!({ "by": self.sought.as_str(), "found": people.len(), "more": more }),
        };
        audit::record(tx, act, entry).await?;
        Ok(Finding { people, more })
    }
}

/// What is read of somebody known at a center: `k`, their row there, `p` and the account `a`.
const FOUND: &str = concat!(
    "SELECT p.id, p.name, p.relation, p.birth_year, p.community, ",
    phone_of!("a")
);

/// One more than are shown tells that there are more.
const LIMIT: usize = MOST_FOUND + 1;

async fn by_phone(tx: &mut Tx, center: &CenterId, what: &str, is: &str) -> Result<Vec<Found>> {
    // From the number on: it is of few accounts, the center has many people.
    let text = format!(
        "{FOUND} FROM account a CROSS JOIN person p CROSS JOIN known_at k
         WHERE {what} = $2 AND p.account_id = a.id AND p.status = 'active'
         AND k.person_id = p.id AND k.center_id = $1
         ORDER BY a.id, CASE WHEN p.relation = 'self' THEN 0 ELSE 1 END, p.created_at, p.id
         LIMIT {LIMIT}"
    );
    tx.sql_built(text).bind(center).bind(is).all().await
}

/// Text as it stands in a pattern of `LIKE … ESCAPE '!'`.
fn escaped(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    for ch in word.chars() {
        if matches!(ch, '%' | '_' | '!') {
            text.push('!');
        }
        text.push(ch);
    }
    text
}

async fn by_name(tx: &mut Tx, center: &CenterId, name: &str) -> Result<Vec<Found>> {
    let words = query_words(name);
    let Some(first) = words.first() else {
        return Ok(Vec::new());
    };
    let mut text = format!(
        "{FOUND} FROM known_at k JOIN person p ON p.id = k.person_id
         JOIN account a ON a.id = p.account_id
         WHERE k.center_id = $1 AND p.status = 'active'"
    );
    for nth in 0..words.len() {
        // Writing to a String cannot fail.
        let _ = write!(text, " AND k.search LIKE ${} ESCAPE '!'", nth + 3);
    }
    let _ = write!(
        text,
        " ORDER BY CASE WHEN ' ' || k.search || ' ' LIKE $2 ESCAPE '!' THEN 0 ELSE 1 END,
             p.name, p.id LIMIT {LIMIT}"
    );
    let whole = format!("% {} %", escaped(first));
    let mut query = tx.sql_built(text).bind(center).bind(whole);
    for word in &words {
        query = query.bind(format!("%{}%", escaped(word)));
    }
    query.all().await
}

/// Whose card, booking or place in a shift has this code, of this center (C-112).
async fn by_code(tx: &mut Tx, center: &CenterId, code: &str) -> Result<Vec<Found>> {
    let text = format!(
        "{FOUND} FROM known_at k JOIN person p ON p.id = k.person_id
         JOIN account a ON a.id = p.account_id
         WHERE k.center_id = $1 AND p.status = 'active' AND k.person_id IN (
             SELECT c.person_id FROM card c WHERE c.short_code = $2 AND c.center_id = $1
             UNION SELECT b.person_id FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
                 WHERE b.short_code = $2 AND o.center_id = $1
             UNION SELECT s.person_id FROM assignment s JOIN shift t ON t.id = s.shift_id
                 WHERE s.short_code = $2 AND t.center_id = $1)"
    );
    tx.sql_built(text).bind(center).bind(code).all().await
}

async fn by_name_or_code(tx: &mut Tx, center: &CenterId, typed: &str) -> Result<Vec<Found>> {
    if let Ok(code) = ShortCode::parse(typed) {
        let found = by_code(tx, center, &code.compact()).await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    by_name(tx, center, typed).await
}
