//! Forms that may bring a file, as `multipart/form-data` (RFC 7578): their fields are a [`Form`] as any
//! other, with its key and its limits, and the file stands beside it.

use super::{Fault, Form, Site, too_large};
use axum::{
    body::Bytes,
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
};
use domain::{Reason, Refusal};

/// Largest body of a form with a file: the route allows it by a layer, which replaces the limit of all
/// others.
pub const MAX_UPLOAD: usize = 1024 * 1024;
/// Most parts of one.
const MAX_PARTS: usize = 30;

/// A form, and the file that was chosen in it.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// The fields.
    pub form: Form,
    /// What the file holds; none where none was chosen.
    pub file: Option<Vec<u8>>,
}

impl FromRequest<Site> for Upload {
    type Rejection = Fault;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Fault> {
        let path = request.uri().path().to_owned();
        if !is_multipart(&request) {
            let body = Bytes::from_request(request, site)
                .await
                .map_err(|_| too_large())?;
            let form = Form::parse(&body).sent_to(&path)?;
            return Ok(Self { form, file: None });
        }
        let Self { form, file } = read(request).await?;
        Ok(Self {
            form: form.sent_to(&path)?,
            file,
        })
    }
}

fn is_multipart(request: &Request) -> bool {
    let kind = request.headers().get("content-type");
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("multipart/form-data")
}

fn unreadable() -> Refusal {
    Refusal::invalid("form", Reason::Unreadable)
}

#[allow(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn told(error: MultipartError) -> Refusal {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => unreadable(),
    }
}

/// Reads all parts; nothing of a body that is not made as it should be.
async fn read(request: Request) -> Result<Upload, Refusal> {
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_| unreadable())?;
    let (mut fields, mut file) = (Vec::new(), None);
    for _ in 0..=MAX_PARTS {
        let Some(part) = parts.next_field().await.map_err(told)? else {
            let form = Form::from_fields(fields);
            return Ok(Upload { form, file });
        };
        match part.file_name() {
            None => fields.push(field(part).await?),
            Some(_) => {
                let bytes = part.bytes().await.map_err(told)?;
                file = file.or_else(|| (!bytes.is_empty()).then(|| bytes.to_vec()));
            }
        }
    }
    Err(unreadable())
}

/// A field with its name.
async fn field(part: Field<'_>) -> Result<(String, String), Refusal> {
    let name = part.name().ok_or_else(unreadable)?.to_owned();
    let bytes = part.bytes().await.map_err(told)?;
    let text = String::from_utf8(bytes.to_vec()).map_err(|_| unreadable())?;
    Ok((name, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    const SENT: &str = "--x1\r\nContent-Disposition: form-data; name=\"rows\"\r\n\r\n名称\t日期\r\n合唱\r\n--x1\r\n\
        content-disposition: form-data; name=\"file\"; filename=\"name=a.csv\"\r\nContent-Type: text/csv\r\n\r\n\
        a,--x1,b\r\n\r\n--x1\r\nContent-Disposition: form-data; name=\"do\"\r\n\r\nlook\r\n--x1--\r\n";

    fn sent(body: impl Into<Body>) -> Request {
        let kind = "multipart/form-data; charset=utf-8; boundary=\"x1\"";
        let request = Request::builder().header("content-type", kind);
        request.body(body.into()).unwrap()
    }

    #[tokio::test]
    async fn fields_and_the_file_come_apart() {
        assert!(is_multipart(&sent(SENT)));
        let sent = read(sent(SENT)).await.unwrap();
        assert_eq!(sent.form.raw("rows"), "名称\t日期\r\n合唱");
        assert_eq!(sent.form.get("do"), Some("look"));
        assert_eq!(sent.form.get("file"), None);
        assert_eq!(sent.file.unwrap(), b"a,--x1,b\r\n");
        let plain = Request::builder().header("content-type", "application/x-www-form-urlencoded");
        assert!(!is_multipart(&plain.body(Body::empty()).unwrap()));
    }

    #[tokio::test]
    async fn no_file_was_chosen_where_it_is_empty() {
        let body = SENT.replace("a,--x1,b\r\n", "");
        assert_eq!(read(sent(body)).await.unwrap().file, None);
    }

    #[tokio::test]
    async fn a_body_that_is_cut_off_or_made_otherwise_is_refused() {
        for end in (0..SENT.len() - 6).step_by(7) {
            let part = SENT.as_bytes()[..end].to_vec();
            assert!(read(sent(part)).await.is_err(), "{end}");
        }
        let many = "--x1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(40);
        assert!(read(sent(format!("{many}--x1--\r\n"))).await.is_err());
        let mut bytes = SENT.replace("合唱", "\u{1}").into_bytes();
        for byte in bytes.iter_mut().filter(|byte| **byte == 1) {
            *byte = 0xff;
        }
        assert!(read(sent(bytes)).await.is_err(), "a field that is no text");
    }
}
