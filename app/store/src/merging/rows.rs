//! Which rows move with a person, how they are written down, and how they go back.

use crate::{Result, Tx};
use domain::id::{MergeId, PersonId};

/// A kind of row that belongs to a person.
pub(super) struct Kind {
    /// What the log calls it.
    pub(super) name: &'static str,
    table: &'static str,
    /// Which of its columns says whose it is.
    owner: &'static str,
    /// What tells one row of an owner's from another.
    key: &'static str,
    /// What must still be so for the row to go back: it has not been changed since.
    was: &'static str,
    /// Whether the row names the account too.
    has_account: bool,
    /// Which of them move, besides belonging to who goes (`$2`); `$3` is who stays.
    only: &'static str,
}

/// Bookings and places in shifts, of which the decision says which move.
pub(super) const PLACES: [Kind; 2] = [
    Kind {
        name: "booking",
        table: "booking",
        owner: "person_id",
        key: "id",
        was: "state",
        has_account: true,
        only: "",
    },
    Kind {
        name: "assignment",
        table: "assignment",
        owner: "person_id",
        key: "id",
        was: "state",
        has_account: true,
        only: "",
    },
];

/// The record as a volunteer, where the other has none.
pub(super) const VOLUNTEER: Kind = Kind {
    name: "volunteer",
    table: "volunteer",
    owner: "person_id",
    key: "id",
    was: "standing",
    has_account: false,
    only: "",
};

/// What follows a person whatever the decision: what the other has already stays behind.
pub(super) const OTHERS: [Kind; 7] = [
    Kind {
        name: "training",
        table: "trained",
        owner: "person_id",
        key: "training",
        was: "''",
        has_account: false,
        only: "AND NOT EXISTS (SELECT 1 FROM trained o WHERE o.person_id = $3
            AND o.training = t.training)",
    },
    Kind {
        name: "star",
        table: "star",
        owner: "person_id",
        key: "CAST(star AS TEXT)",
        was: "''",
        has_account: false,
        only: "AND NOT EXISTS (SELECT 1 FROM star o WHERE o.person_id = $3 AND o.star = t.star)",
    },
    Kind {
        name: "certificate",
        table: "certificate",
        owner: "person_id",
        key: "id",
        was: "''",
        has_account: true,
        only: "",
    },
    Kind {
        name: "certificate_request",
        table: "certificate_request",
        owner: "person_id",
        key: "id",
        was: "''",
        has_account: true,
        only: "AND NOT (t.ended IS NULL AND EXISTS (SELECT 1 FROM certificate_request o
            WHERE o.person_id = $3 AND o.center_id = t.center_id AND o.ended IS NULL))",
    },
    Kind {
        name: "partner",
        table: "partner",
        owner: "person_id",
        key: "other_id",
        was: "''",
        has_account: false,
        only: "AND NOT EXISTS (SELECT 1 FROM partner o
            WHERE (o.person_id = $3 AND o.other_id = t.other_id)
            OR (o.person_id = t.other_id AND o.other_id = $3))",
    },
    Kind {
        name: "partner_of",
        table: "partner",
        owner: "other_id",
        key: "person_id",
        was: "''",
        has_account: false,
        only: "AND NOT EXISTS (SELECT 1 FROM partner o
            WHERE (o.person_id = $3 AND o.other_id = t.person_id)
            OR (o.person_id = t.person_id AND o.other_id = $3))",
    },
    // Whoever was merged into who goes now.
    Kind {
        name: "person",
        table: "person",
        owner: "merged_into",
        key: "id",
        was: "''",
        has_account: false,
        only: "",
    },
];

/// Every kind.
pub(super) fn all() -> impl Iterator<Item = &'static Kind> {
    PLACES
        .iter()
        .chain(std::iter::once(&VOLUNTEER))
        .chain(&OTHERS)
}

/// Between whom rows move.
#[derive(Clone, Copy)]
pub(super) struct Between<'a> {
    pub(super) merge: &'a MergeId,
    pub(super) gone: &'a PersonId,
    pub(super) kept: &'a PersonId,
}

impl Kind {
    /// Writes down which rows move, and moves them. With a list it is those of them.
    pub(super) async fn hand_over(
        &self,
        tx: &mut Tx,
        of: Between<'_>,
        listed: Option<Vec<&str>>,
    ) -> Result<()> {
        let Self {
            name,
            table,
            owner,
            key,
            was,
            only,
            ..
        } = self;
        let among = match listed {
            Some(_) => format!("AND t.{key} {}", tx.one_of("$4")),
            None => String::new(),
        };
        let noted = format!(
            "INSERT INTO merged_row (merge_id, kind, row_id, was)
             SELECT $1, '{name}', {key}, {was} FROM {table} t
             WHERE t.{owner} = $2 AND t.{owner} <> $3 {only} {among}"
        );
        let query = tx.sql_built(noted).bind(of.merge).bind(of.gone);
        let query = query.bind(of.kept);
        let query = match listed {
            Some(listed) => query.bind_list(listed),
            None => query,
        };
        query.run().await?;
        self.turn(tx, of, (of.gone, of.kept)).await
    }

    /// Gives the rows of the log back to whom they were of, those that have not been changed since.
    pub(super) async fn give_back(&self, tx: &mut Tx, of: Between<'_>) -> Result<()> {
        self.turn(tx, of, (of.kept, of.gone)).await
    }

    /// Turns the rows of the log from one to the other.
    async fn turn(
        &self,
        tx: &mut Tx,
        of: Between<'_>,
        (from, to): (&PersonId, &PersonId),
    ) -> Result<()> {
        let Self {
            name,
            table,
            owner,
            key,
            was,
            ..
        } = self;
        let account = match self.has_account {
            true => ", account_id = (SELECT w.account_id FROM person w WHERE w.id = $3)",
            false => "",
        };
        let text = format!(
            "UPDATE {table} SET {owner} = $3{account}
             WHERE {owner} = $2 AND EXISTS (SELECT 1 FROM merged_row r WHERE r.merge_id = $1
                 AND r.kind = '{name}' AND r.row_id = {key} AND r.was = {was})"
        );
        let query = tx.sql_built(text).bind(of.merge).bind(from).bind(to);
        query.run().await.map(drop)
    }
}
