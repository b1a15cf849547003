//! Prometheus metrics: requests by route, bookings by outcome, jobs. No label ever contains user
//! input: a route is its template.

use crate::rest::{Code, bookings_outcome};
use axum::{
    extract::{MatchedPath, Request},
    http::{Method, Response},
    middleware::Next,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::Gauge,
        histogram::Histogram,
    },
    registry::Registry,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Served {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Outcome {
    outcome: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct JobRun {
    job: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Job {
    job: &'static str,
}

#[derive(Clone)]
struct Buckets;

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        // Seconds: from a cached response to one nobody would wait for.
        Histogram::new([
            0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
        ])
    }
}

struct Inner {
    registry: Registry,
    served: Family<Served, Counter>,
    durations: Family<Route, Histogram, Buckets>,
    in_flight: Gauge,
    bookings: Family<Outcome, Counter>,
    jobs: Family<JobRun, Counter>,
    last_run: Family<Job, Gauge>,
}

/// The metrics of this process. Cloning is cheap.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("linli");
        let served = Family::default();
        let durations = Family::new_with_constructor(Buckets);
        let in_flight = Gauge::default();
        let (bookings, jobs, last_run) = (Family::default(), Family::default(), Family::default());
        registry.register("http_requests", "Requests answered", served.clone());
        registry.register(
            "http_request_duration_seconds",
            "Time until the answer began",
            durations.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requests being answered",
            in_flight.clone(),
        );
        registry.register(
            "bookings",
            "Attempts to book over REST: the state that was given, or the code of the refusal",
            bookings.clone(),
        );
        registry.register("job_runs", "Runs of the jobs", jobs.clone());
        registry.register(
            "job_last_success_timestamp_seconds",
            "When the job last ran well (Unix time)",
            last_run.clone(),
        );
        Self(Arc::new(Inner {
            registry,
            served,
            durations,
            in_flight,
            bookings,
            jobs,
            last_run,
        }))
    }
}

/// The name of a known method, so that made-up ones can't create new series.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

impl Metrics {
    /// Counts a request and records its duration.
    pub async fn around(self, request: Request, next: Next) -> Response<axum::body::Body> {
        let begun = Instant::now();
        let method = method(request.method());
        let route = request
            .extensions()
            .get::<MatchedPath>()
            .map(MatchedPath::as_str);
        // Requests that match no route share a series, and so do files.
        let route = route.unwrap_or("-").to_owned();
        let books = method == "POST" && route.ends_with("/occurrences/{id}/bookings");
        self.0.in_flight.inc();
        let response = next.run(request).await;
        self.0.in_flight.dec();
        let status = response.status().as_u16();
        if books {
            let told = bookings_outcome(&response).or_else(|| {
                response
                    .extensions()
                    .get::<Code>()
                    .map(|code| code.0.clone())
            });
            let outcome = Outcome {
                outcome: told.unwrap_or_else(|| status.to_string()),
            };
            self.0.bookings.get_or_create(&outcome).inc();
        }
        self.0
            .served
            .get_or_create(&Served {
                method,
                route: route.clone(),
                status,
            })
            .inc();
        let seconds = begun.elapsed().as_secs_f64();
        self.0
            .durations
            .get_or_create(&Route { method, route })
            .observe(seconds);
        response
    }

    /// Notes that a job ran.
    pub fn job(&self, job: &'static str, succeeded: bool, at: domain::time::Timestamp) {
        let result = if succeeded { "ok" } else { "failed" };
        self.0.jobs.get_or_create(&JobRun { job, result }).inc();
        if succeeded {
            self.0.last_run.get_or_create(&Job { job }).set(at.0 / 1000);
        }
    }

    /// How long ago a job last succeeded; `None` if never.
    pub fn since(&self, job: &'static str, now: domain::time::Timestamp) -> Option<Duration> {
        let at = self.0.last_run.get(&Job { job }).map(|gauge| gauge.get())?;
        u64::try_from(now.0 / 1000 - at)
            .ok()
            .map(Duration::from_secs)
    }

    /// All metrics as text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String can't fail.
        let _ = encode(&mut text, &self.0.registry);
        text
    }
}
