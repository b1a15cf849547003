//! The REST interface, version 1 (`api.md`). A handler reads top to bottom: extract, call the
//! store, map. It holds neither rules nor SQL.

mod activities;
mod alternatives;
mod api;
mod assignments;
mod audit;
mod bookings;
mod cards;
mod centers;
mod certificates;
mod check_ins;
mod dates;
mod fault;
mod hours;
mod kiosk;
mod live;
mod menu;
mod moment;
mod occurrences;
mod openapi;
mod page;
mod people;
mod problem;
mod reports;
mod sent;
mod shapes;
mod shift_edit;
mod shifts;
mod streams;
mod terms;
mod volunteers;

pub use alternatives::Alternatives;
pub use fault::told;
pub use live::Ending;
pub use problem::{Code, Problem, incident};
pub use sent::MAX_BODY;
pub use streams::Streams;

use app::web::{self, Site};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderName},
};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The header that marks the first answer given again.
pub const REPLAY: HeaderName = HeaderName::from_static("idempotent-replay");

/// Where the interface lies.
pub const ROOT: &str = "/api/v1";

fn described() -> OpenApiRouter<Site> {
    OpenApiRouter::with_openapi(openapi::base())
        .routes(routes!(centers::list))
        .routes(routes!(centers::one))
        .routes(routes!(menu::list, menu::add))
        .routes(routes!(menu::edit, menu::remove))
        .routes(routes!(occurrences::of_center))
        .routes(routes!(
            occurrences::one,
            occurrences::edit,
            occurrences::remove
        ))
        .routes(routes!(bookings::book, bookings::roster))
        .routes(routes!(bookings::mine))
        .routes(routes!(bookings::one, bookings::cancel))
        .routes(routes!(bookings::ticket_svg))
        .routes(routes!(bookings::ticket_png))
        .routes(routes!(people::list))
        .routes(routes!(shifts::list))
        .routes(routes!(shifts::for_me))
        .routes(routes!(shifts::one, shift_edit::edit))
        .routes(routes!(shifts::create))
        .routes(routes!(shifts::leads))
        .routes(routes!(assignments::assign, assignments::roster))
        .routes(routes!(assignments::mine))
        .routes(routes!(assignments::one, assignments::withdraw))
        .routes(routes!(assignments::accept))
        .routes(routes!(certificates::one, certificates::withdraw))
        .routes(routes!(certificates::mine))
        .routes(routes!(certificates::list, certificates::issue))
        .routes(routes!(hours::close))
        .routes(routes!(hours::validate))
        .routes(routes!(hours::enter))
        .routes(routes!(hours::correct))
        .routes(routes!(hours::say))
        .routes(routes!(hours::mine))
        .routes(routes!(hours::waiting))
        .routes(routes!(hours::entered))
        .routes(routes!(hours::on_probation))
        .routes(routes!(hours::formal))
        .routes(routes!(hours::stars))
        .routes(routes!(hours::grant_star))
        .routes(routes!(volunteers::apply, volunteers::mine))
        .routes(routes!(volunteers::applicants))
        .routes(routes!(volunteers::accept))
        .routes(routes!(activities::list, activities::create))
        .routes(routes!(
            activities::one,
            activities::edit,
            activities::remove
        ))
        .routes(routes!(activities::dates, activities::add_dates))
        .routes(routes!(audit::list))
        .routes(routes!(reports::attendance))
        .routes(routes!(reports::csv))
        .routes(routes!(reports::xlsx))
        .routes(routes!(reports::rows))
        .routes(routes!(kiosk::own))
        .routes(routes!(kiosk::health))
        .routes(routes!(kiosk::test_ticket))
        .routes(routes!(live::of_occurrence))
        .routes(routes!(live::of_center))
        .routes(routes!(live::of_door))
        .routes(routes!(check_ins::scan))
        .routes(routes!(check_ins::batch))
        .routes(routes!(check_ins::undo))
        .routes(routes!(check_ins::walk_in))
        .routes(routes!(check_ins::sheet))
        .routes(routes!(check_ins::log))
        .routes(routes!(check_ins::today))
        .routes(routes!(cards::list, cards::issue))
        .routes(routes!(cards::revoke))
        .routes(routes!(cards::svg))
}

/// What a booking came to, where this is the answer to one.
pub fn bookings_outcome<B>(response: &axum::http::Response<B>) -> Option<String> {
    response
        .extensions()
        .get::<bookings::Outcome>()
        .map(|outcome| outcome.0.to_owned())
}

/// What the interface says of itself.
pub fn document() -> OpenApi {
    let mut nested = OpenApiRouter::<Site>::default().nest(ROOT, described());
    openapi::finished(nested.to_openapi())
}

/// The routes of the interface, to be merged at the root.
pub fn routes() -> Router<Site> {
    let (router, _) = described().split_for_parts();
    let text: &'static str = openapi::text(&document()).leak();
    let inside = router
        .route(
            "/openapi.json",
            axum::routing::get(async move || openapi::served(text)),
        )
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(no_route);
    Router::new().nest(ROOT, inside)
}

async fn no_route(State(site): State<Site>, headers: HeaderMap) -> Problem {
    Problem::no_route(web::locale(&headers), site.now())
}

async fn method_not_allowed(headers: HeaderMap) -> Problem {
    Problem::method_not_allowed(web::locale(&headers))
}
