//! The centers that a report is over, and whether the caller may see its figures.

use crate::{
    Error, Query, Result, Tx,
    centers::{self, CenterSummary},
};
use domain::{
    Refusal,
    access::{Action, Caller, Scope},
    id::CenterId,
    time::Timestamp,
};

/// What a report is over.
pub(super) struct Within {
    /// Its centers, by code.
    pub(super) centers: Vec<CenterSummary>,
    /// The same for statements.
    pub(super) over: Over,
    /// Whether the caller could read the names behind every figure: nothing is kept from them then by
    /// comparing days.
    pub(super) sees_names: bool,
}

impl Within {
    pub(super) async fn of(tx: &mut Tx, caller: &Caller, scope: &Scope) -> Result<Self> {
        let all = centers::all_in(tx).await?;
        let there_are = all.len();
        let centers: Vec<CenterSummary> = all
            .into_iter()
            .filter(|center| scope.covers(&center.place()))
            .collect();
        if centers.is_empty() {
            return Err(Error::Refused(Refusal::NotFound));
        }
        for center in &centers {
            caller.may(Action::ViewPlans, &center.place())?;
        }
        let sees =
            |center: &CenterSummary| caller.may(Action::ViewBookings, &center.place()).is_ok();
        Ok(Self {
            over: Over::of(centers.iter().map(|center| &center.id), there_are),
            sees_names: centers.iter().all(sees),
            centers,
        })
    }
}

/// Some of the centers that there are, as statements are bound to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Over {
    codes: Vec<String>,
    /// Whether those are all that there are.
    is_all: bool,
}

impl Over {
    /// These of so many.
    pub(super) fn of<'c>(
        centers: impl IntoIterator<Item = &'c CenterId>,
        there_are: usize,
    ) -> Self {
        let codes: Vec<String> = centers.into_iter().map(ToString::to_string).collect();
        Self {
            is_all: codes.len() == there_are,
            codes,
        }
    }

    /// All there are.
    pub(super) const fn everything() -> Self {
        Self {
            codes: Vec::new(),
            is_all: true,
        }
    }

    /// These, however many there are.
    pub(super) fn some(centers: &[CenterId]) -> Self {
        Self::of(centers, usize::MAX)
    }

    /// Some of these.
    pub(super) fn only(&self, centers: &[&CenterId]) -> Self {
        match centers.len() == self.codes.len() {
            true => self.clone(),
            false => Self::of(centers.iter().copied(), usize::MAX),
        }
    }

    /// The condition that a column is one of these centers, which [`Self::codes`] is bound to.
    pub(super) fn condition(&self, tx: &Tx, column: &str, placeholder: &str) -> String {
        match self.is_all {
            // The list is bound all the same: a statement has as many values either way.
            true => format!("{placeholder} IS NOT NULL"),
            false => format!("{column} {}", tx.one_of(placeholder)),
        }
    }

    /// Begins a statement that is bound to these instants in order, and to these centers last.
    pub(super) fn begin<'t>(
        &self,
        tx: &'t mut Tx,
        text: String,
        instants: impl IntoIterator<Item = Timestamp>,
    ) -> Query<'t> {
        let query = instants
            .into_iter()
            .fold(tx.sql_built(text), |query, at| query.bind(at));
        query.bind_list(self.codes())
    }

    /// Their codes; none where they are all.
    pub(super) fn codes(&self) -> impl Iterator<Item = &str> {
        let most = if self.is_all { 0 } else { usize::MAX };
        self.codes.iter().map(String::as_str).take(most)
    }
}

/// Whether anything at these centers is demo data.
pub(super) async fn has_demo(tx: &mut Tx, over: &Over) -> Result<bool> {
    let activities = over.condition(tx, "a.center_id", "$1");
    let shifts = over.condition(tx, "s.center_id", "$1");
    let text = format!(
        "SELECT EXISTS (SELECT 1 FROM activity a WHERE a.demo AND {activities})
            OR EXISTS (SELECT 1 FROM shift s WHERE s.demo AND {shifts})"
    );
    let (demo,): (bool,) = over.begin(tx, text, []).one().await?;
    Ok(demo)
}
