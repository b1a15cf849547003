//! What a certificate answers: what stands on it, and nothing else (C-93).

use domain::{certificate::Standing, hours::Kind, id::CenterId, time::Timestamp};
use serde::Serialize;
use store::certificates::CertificateView;
use utoipa::ToSchema;

/// A certificate of volunteer hours.
#[derive(Serialize, ToSchema)]
pub(crate) struct Certificate {
    /// Its number.
    pub number: String,
    /// What is known of it now.
    pub standing: Standing,
    /// Whether it is valid as it stands.
    pub valid: bool,
    /// Whose service it tells of.
    pub name: String,
    /// Their number as a volunteer; may be empty.
    pub volunteer_no: String,
    /// The center that recorded the hours, and certifies them.
    pub center_id: CenterId,
    /// That center's name.
    pub center: String,
    /// Its telephone number; may be empty.
    pub phone: String,
    /// Who made it out; may be empty.
    pub handler: String,
    /// The first day that it tells of.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Minutes that scans and a lead verify.
    pub verified_minutes: i64,
    /// Minutes that were entered by hand and approved.
    pub entered_minutes: i64,
    /// Each service, in order of time.
    pub services: Vec<CertifiedService>,
    /// The day on which it was made out.
    pub issued_on: String,
    /// Whether it tells of demo data.
    pub demo: bool,
    /// The signature on all of this, as `KEY:HEX`.
    pub signature: String,
    /// When something that it tells of was corrected last, since it was made out.
    pub corrected_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// Why it was withdrawn; may be empty.
    pub withdraw_reason: String,
}

/// A service that a certificate tells of.
#[derive(Serialize, ToSchema)]
pub(crate) struct CertifiedService {
    /// The day.
    pub on: String,
    /// What was done.
    pub title: String,
    /// Verified or entered.
    pub kind: Kind,
    /// How many minutes.
    pub minutes: i64,
}

impl Certificate {
    /// The shape of a certificate.
    pub(crate) fn of(view: CertificateView) -> Self {
        let content = view.content;
        let services = content.services.into_iter();
        Self {
            services: services
                .map(|service| CertifiedService {
                    on: service.on,
                    title: service.title,
                    kind: service.kind,
                    minutes: service.minutes,
                })
                .collect(),
            standing: view.standing,
            valid: view.standing == Standing::Valid,
            number: content.number,
            name: content.name,
            volunteer_no: content.volunteer_no,
            center_id: content.center_id,
            center: content.center,
            phone: content.phone,
            handler: content.handler,
            from: content.from,
            to: content.to,
            verified_minutes: content.verified_minutes,
            entered_minutes: content.entered_minutes,
            issued_on: content.issued_on,
            demo: content.demo,
            signature: view.signature,
            corrected_at: view.corrected_at,
            withdrawn_at: view.withdrawn_at,
            withdraw_reason: view.withdraw_reason,
        }
    }
}
