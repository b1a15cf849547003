//! The centers that a report is over, and whether the caller may see its figures.

use crate::{
    Error, Query, Result, Tx,
    centers::{self, CenterSummary},
};
use domain::{
    Refusal,
    access::{Action, Caller, Scope},
    time::Timestamp,
};

/// What a report is over.
pub(super) struct Within {
    /// Its centers, by code.
    pub(super) centers: Vec<CenterSummary>,
    /// Whether those are all that there are.
    pub(super) is_city: bool,
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
            is_city: centers.len() == there_are,
            sees_names: centers.iter().all(sees),
            centers,
        })
    }

    /// The condition that a column is one of these centers, which [`Self::codes`] is bound to.
    pub(super) fn condition(&self, tx: &Tx, column: &str, placeholder: &str) -> String {
        match self.is_city {
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

    /// Their codes; none for the whole city.
    pub(super) fn codes(&self) -> impl Iterator<Item = &str> {
        let all = self.centers.iter().map(|center| center.id.as_str());
        all.take(if self.is_city { 0 } else { usize::MAX })
    }
}

/// Whether anything at these centers is demo data.
pub(super) async fn has_demo(tx: &mut Tx, within: &Within) -> Result<bool> {
    let activities = within.condition(tx, "a.center_id", "$1");
    let shifts = within.condition(tx, "s.center_id", "$1");
    let text = format!(
        "SELECT EXISTS (SELECT 1 FROM activity a WHERE a.demo AND {activities})
            OR EXISTS (SELECT 1 FROM shift s WHERE s.demo AND {shifts})"
    );
    let (demo,): (bool,) = within.begin(tx, text, []).one().await?;
    Ok(demo)
}
