//! One of the people of a center, as its staff see them: what they have there, and nothing from
//! elsewhere.

use super::Here;
use crate::{
    Act, Db, Locks, Op, Result, Tx,
    assignments::{self, AssignmentView},
    audit::{self, Entry},
    bookings::{self, BookingView},
    centers,
    people::{self, Person},
    reach::phone_of,
};
use domain::{
    Refusal,
    access::Action,
    audit::Verb,
    id::{AccountId, CenterId, PersonId},
    person::{Phone, needs_guardian},
};
use serde_json::json;

/// So many of the last things that somebody was at are shown.
const LAST: i64 = 5;

/// So many of the coming things are shown.
const COMING: i64 = 50;

/// Somebody of the same household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who; whoever is not known at the center is shown masked.
    pub person: Person,
    /// Whether they are known at the center too.
    pub is_known: bool,
}

/// What somebody was at.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// How many dates they came to.
    pub came: u32,
    /// For how many dates they had a place and did not come.
    pub missed: u32,
    /// The last dates of theirs that are over, cancelled ones left out.
    pub bookings: Vec<BookingView>,
    /// In how many shifts they served.
    pub served: u32,
    /// The last shifts of theirs that are over.
    pub assignments: Vec<AssignmentView>,
}

/// Somebody's page at a center.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Who.
    pub person: Person,
    /// How to reach the holder of their account; shown masked.
    pub phone: Option<Phone>,
    /// The others of their household.
    pub household: Vec<Member>,
    /// Their bookings that still stand.
    pub bookings: Vec<BookingView>,
    /// Their places in shifts that still stand.
    pub assignments: Vec<AssignmentView>,
    /// What is over.
    pub past: Past,
}

/// What a center has of somebody who is known there, for staff who may see its bookings. The look is in
/// the audit log, with what for, and whether it is a child (C-145).
///
/// # Errors
/// [`Refusal::NotFound`] for a center that is not there and for whoever is not known there,
/// [`Refusal::Forbidden`].
pub async fn show(db: &Db, act: &Act, center: &CenterId, person: &PersonId) -> Result<Shown> {
    let look = Look {
        center: center.clone(),
        person: person.clone(),
    };
    // What is seen is read afterwards, so that it holds up nobody who writes.
    let (who, phone) = db.write(act, Locks::none(), look).await?;
    let mut tx = db.read().await?;
    let (now, tx) = (act.now, &mut tx);
    let household = household(tx, center, &who).await?;
    let of = Here {
        center,
        person,
        now,
    };
    let (came, missed) = bookings::attended(tx, of).await?;
    Ok(Shown {
        household,
        bookings: bookings::coming_of(tx, of, COMING).await?,
        assignments: assignments::coming_of(tx, of, COMING).await?,
        past: Past {
            came,
            missed,
            bookings: bookings::past_of(tx, of, LAST).await?,
            served: assignments::served(tx, of).await?,
            assignments: assignments::past_of(tx, of, LAST).await?,
        },
        person: who,
        phone,
    })
}

/// Everybody else of the account.
async fn household(tx: &mut Tx, center: &CenterId, who: &Person) -> Result<Vec<Member>> {
    let known: Vec<(PersonId,)> = tx
        .sql(
            "SELECT p.id FROM person p JOIN known_at k ON k.person_id = p.id
             WHERE p.account_id = $1 AND k.center_id = $2",
        )
        .bind(&who.account_id)
        .bind(center)
        .all()
        .await?;
    let family = people::list_in(tx, &who.account_id).await?.into_iter();
    let others = family.filter(|person| person.id != who.id);
    let member = |person: Person| Member {
        is_known: known.iter().any(|(id,)| *id == person.id),
        person,
    };
    Ok(others.map(member).collect())
}

struct Look {
    center: CenterId,
    person: PersonId,
}

#[async_trait::async_trait]
impl Op for Look {
    type Out = (Person, Option<Phone>);
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Self::Out> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::ViewBookings, &place)?;
        let found: Option<(AccountId, Option<Phone>)> = tx
            .sql(concat!(
                "SELECT p.account_id, ",
                phone_of!("a"),
                " FROM known_at k JOIN person p ON p.id = k.person_id
                 JOIN account a ON a.id = p.account_id
                 WHERE k.center_id = $1 AND k.person_id = $2 AND p.status = 'active'"
            ))
            .bind(&self.center)
            .bind(&self.person)
            .optional()
            .await?;
        let (account, phone) = found.ok_or(Refusal::NotFound)?;
        let person = people::find_in(tx, &account, &self.person).await?;
        let entry = Entry {
            action: Verb::PersonView,
            subject: ("person", self.person.as_str()),
            center: Some(&self.center),
            detail: json!({
                "for": "desk",
                "child": needs_guardian(person.birth_year, act.now),
            }),
        };
        audit::record_look(tx, act, "person", entry).await?;
        Ok((person, phone))
    }
}
