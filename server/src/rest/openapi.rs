//! The description of the interface, put together from the handlers' own annotations.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Content, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
        path::{Operation, ParameterBuilder, ParameterIn, PathItem},
        schema::{AdditionalProperties, ComponentsBuilder, ObjectBuilder, Schema, Type},
        security::{
            ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
        },
    },
};

/// What went wrong (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
#[allow(
    dead_code,
    reason = "it is only described; `problem::Problem` makes the JSON"
)]
pub(super) struct ProblemShape {
    /// `urn:linli:problem:` and the code.
    r#type: String,
    /// What it is, in a few words, in the caller's language.
    title: String,
    /// The HTTP status.
    status: u16,
    /// Why.
    detail: String,
    /// Stable, lower case; what programs go by.
    code: String,
    /// What can be done now.
    next_step: Option<String>,
    /// When it would be allowed, where time alone changes the answer.
    until: Option<domain::time::Timestamp>,
    /// Other occurrences that can be booked now.
    alternatives: Option<Vec<super::alternatives::Alternative>>,
    /// Of a place in a shift: all rules that are not met, each a problem with its `code`.
    #[schema(no_recursion)]
    unmet: Option<Vec<ProblemShape>>,
    /// For `invalid`: which field.
    field: Option<String>,
    /// For `invalid`: what is wrong with it, a stable lower-case word.
    reason: Option<String>,
}

/// The frame that the routes are put into.
pub(super) fn base() -> OpenApi {
    let components = ComponentsBuilder::new()
        .schema("Problem", ProblemShape::schema())
        .schema("Alternative", super::alternatives::Alternative::schema())
        .security_scheme(
            "token",
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
        )
        .security_scheme(
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("linli"))),
        );
    let info = InfoBuilder::new()
        .title("邻里站 Linli")
        .version("1")
        .description(Some(
            "Community service centers: what is on, bookings, and the staff's side of both. \
             Times are RFC 3339 with offset; ids are opaque. Errors are RFC 9457 problems with a \
             stable `code`. Writes take `Idempotency-Key`. A signed-in browser's write must come \
             from the same origin; programs send `Authorization: Bearer TOKEN`.",
        ));
    OpenApiBuilder::new()
        .info(info.build())
        .components(Some(components.build()))
        .build()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let read = item.get.iter_mut().map(|operation| (false, operation));
    let write = [
        &mut item.post,
        &mut item.patch,
        &mut item.delete,
        &mut item.put,
    ];
    read.chain(
        write
            .into_iter()
            .flatten()
            .map(|operation| (true, operation)),
    )
}

/// Bodies whose texts stand beside their other members. They take no member that they do not list,
/// and of two parts neither can say that of the other: they are described as one.
const OF_PARTS: [&str; 2] = ["NewMenuItem", "MenuItemEdit"];

fn put_together(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    for name in OF_PARTS {
        let Some(RefOr::T(Schema::AllOf(parts))) = schemas.get(name) else {
            continue;
        };
        let mut whole = ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(parts.description.clone())
            .additional_properties(Some(AdditionalProperties::FreeForm(false)));
        for part in &parts.items {
            let part = match part {
                RefOr::Ref(to) => to
                    .ref_location
                    .rsplit('/')
                    .next()
                    .and_then(|of| schemas.get(of)),
                own => Some(own),
            };
            let Some(RefOr::T(Schema::Object(part))) = part else {
                continue;
            };
            for (member, schema) in &part.properties {
                whole = whole.property(member, schema.clone());
            }
            for member in &part.required {
                whole = whole.required(member);
            }
        }
        let whole = Schema::Object(whole.build());
        schemas.insert(name.to_owned(), RefOr::T(whole));
    }
}

/// Adds what every operation has: the problem that it may answer with, who may call it, and for
/// writes the idempotency key.
pub(super) fn finished(mut document: OpenApi) -> OpenApi {
    if let Some(components) = &mut document.components {
        put_together(&mut components.schemas);
    }
    for item in document.paths.paths.values_mut() {
        for (writes, operation) in operations(item) {
            let problem = ResponseBuilder::new()
                .description("A problem: see `code`")
                .content(
                    "application/problem+json",
                    Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem")))),
                )
                .build();
            operation
                .responses
                .responses
                .insert("default".to_owned(), RefOr::T(problem));
            let public = operation
                .tags
                .as_ref()
                .is_some_and(|tags| tags.iter().any(|t| t == "public"));
            let named = |name: &str| SecurityRequirement::new(name, Vec::<String>::new());
            let mut security = vec![named("token"), named("session")];
            if public {
                security.push(SecurityRequirement::default());
            }
            operation.security = Some(security);
            if writes {
                let text = ObjectBuilder::new().schema_type(Type::String).build();
                let key = ParameterBuilder::new()
                    .name("Idempotency-Key")
                    .parameter_in(ParameterIn::Header)
                    .description(Some(
                        "1 to 128 visible ASCII characters. The same key with the same body gets \
                         the first answer again, with `Idempotent-Replay: true`.",
                    ))
                    .schema(Some(text))
                    .build();
                operation
                    .parameters
                    .get_or_insert_default()
                    .push(RefOr::T(key));
            }
        }
    }
    document
}

/// The document as it is served.
pub(super) fn text(document: &OpenApi) -> String {
    document.to_pretty_json().unwrap_or_default()
}

/// Serves the document.
pub(super) fn served(text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, text).into_response()
}
