//! Looking back and across: reports, the audit log, the supervision of social workers.

mod alike;
pub(super) mod audit;
mod audit_table;
mod evaluation;
mod evaluations;
mod overview;
mod report_form;
mod report_rows;
pub(super) mod reports;
pub(super) mod supervision;
mod year;

use crate::web::Site;
use axum::Router;

/// The pages of this part.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(alike::routes())
        .merge(audit::routes())
        .merge(evaluation::routes())
        .merge(evaluations::routes())
        .merge(overview::routes())
        .merge(report_rows::routes())
        .merge(reports::routes())
        .merge(supervision::routes())
        .merge(year::routes())
}
