//! Who of a list is known at a center already.

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers,
    reach::phone_of,
};
use domain::{
    access::Action,
    audit::Verb,
    id::CenterId,
    people_import,
    person::{BirthYear, PersonName, Phone},
    place::CommunityKey,
};
use serde_json::json;
use std::collections::HashSet;

/// For each entry of a list whether whoever it names is known at the center, by name, birth year and
/// telephone number, or community where they have none; whether the number is known elsewhere is not told.
/// The look is in the audit log.
///
/// # Errors
/// [`Refusal::NotFound`](domain::Refusal::NotFound) where there is no such center,
/// [`Refusal::Forbidden`](domain::Refusal::Forbidden) unless the caller may write people down there.
pub async fn listed(
    db: &Db,
    act: &Act,
    center: &CenterId,
    entries: Vec<people_import::Entry>,
) -> Result<Vec<bool>> {
    let op = Listed {
        center: center.clone(),
        entries,
    };
    db.write(act, Locks::none(), op).await
}

struct Listed {
    center: CenterId,
    entries: Vec<people_import::Entry>,
}

/// Somebody as they are told from others: the number, or the community of those without one.
type Who = (String, i64, Option<String>);

#[derive(sqlx::FromRow)]
struct Row {
    name: PersonName,
    birth_year: BirthYear,
    community: Option<CommunityKey>,
    phone: Option<Phone>,
}

fn who(
    name: &PersonName,
    born: BirthYear,
    phone: Option<&Phone>,
    community: Option<&CommunityKey>,
) -> Who {
    let by = match phone {
        Some(phone) => Some(phone.digits().to_owned()),
        None => community.map(|community| community.as_str().to_owned()),
    };
    (name.folded(), born.year(), by)
}

#[async_trait::async_trait]
impl Op for Listed {
    type Out = Vec<bool>;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Vec<bool>> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::BookForOthers, &place)?;
        let rows: Vec<Row> = tx
            .sql(concat!(
                "SELECT p.name, p.birth_year, p.community, ",
                phone_of!("a"),
                " FROM known_at k JOIN person p ON p.id = k.person_id
                 JOIN account a ON a.id = p.account_id
                 WHERE k.center_id = $1 AND p.status = 'active'"
            ))
            .bind(&self.center)
            .all()
            .await?;
        let known: HashSet<Who> = rows
            .iter()
            .map(|row| {
                who(
                    &row.name,
                    row.birth_year,
                    row.phone.as_ref(),
                    row.community.as_ref(),
                )
            })
            .collect();
        let of = |of: &people_import::Entry| {
            who(
                &of.name,
                of.birth_year,
                of.phone.as_ref(),
                of.community.as_ref(),
            )
        };
        let found: Vec<bool> = self
            .entries
            .iter()
            .map(|entry| known.contains(&of(entry)))
            .collect();
        let entry = Entry {
            action: Verb::PersonSearch,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail: json!({ "by": "list", "found": found.iter().filter(|known| **known).count(), "rows": found.len() }),
        };
        audit::record(tx, act, entry).await?;
        Ok(found)
    }
}
