//! Forms that may bring a file, as `multipart/form-data` (RFC 7578): their fields are a [`Form`] as any
//! other, with its key and its limits, and the file stands beside it.

use super::{Fault, Form, Site, too_large};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use domain::{Reason, Refusal};

/// Largest body of a form with a file: the route allows it by a layer, which replaces the limit of all
/// others.
pub const MAX_UPLOAD: usize = 1024 * 1024;
/// Most parts of one.
const MAX_PARTS: usize = 30;
/// Longest head of a part.
const MAX_HEAD: usize = 2000;

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
        let kind = request.headers().get("content-type");
        let boundary = kind.and_then(|kind| boundary(kind.to_str().ok()?));
        let body = Bytes::from_request(request, site)
            .await
            .map_err(|_| too_large())?;
        let Some(boundary) = boundary else {
            let form = Form::parse(&body).sent_to(&path)?;
            return Ok(Self { form, file: None });
        };
        let unreadable = || Refusal::invalid("form", Reason::Unreadable);
        let sent = read(&body, &boundary).ok_or_else(unreadable)?;
        Ok(Self {
            form: sent.form.sent_to(&path)?,
            file: sent.file,
        })
    }
}

/// The mark between the parts.
fn boundary(kind: &str) -> Option<String> {
    let (kind, parameters) = kind.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let mark = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_it = name.trim().eq_ignore_ascii_case("boundary");
        is_it.then(|| value.trim().trim_matches('"').to_owned())
    })?;
    (1..=70).contains(&mark.len()).then_some(mark)
}

fn find(text: &[u8], mark: &[u8]) -> Option<usize> {
    text.windows(mark.len()).position(|at| at == mark)
}

/// What stands before a mark, and what follows it.
fn split<'b>(text: &'b [u8], mark: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = find(text, mark)?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

/// Reads all parts; nothing of a body that is not made as it should be.
fn read(body: &[u8], boundary: &str) -> Option<Upload> {
    let mark = format!("\r\n--{boundary}");
    let first = body.strip_prefix(mark.trim_start().as_bytes())?;
    let (mut rest, mut fields, mut file) = (first, Vec::new(), None);
    for _ in 0..=MAX_PARTS {
        if rest.starts_with(b"--") {
            let form = Form::from_fields(fields);
            return Some(Upload { form, file });
        }
        let (head, after) = split(rest.strip_prefix(b"\r\n")?, b"\r\n\r\n")?;
        if head.len() > MAX_HEAD {
            return None;
        }
        let (content, after) = split(after, mark.as_bytes())?;
        rest = after;
        let (name, is_file) = named(std::str::from_utf8(head).ok()?)?;
        if !is_file {
            fields.push((name, String::from_utf8(content.to_vec()).ok()?));
        } else if !content.is_empty() && file.is_none() {
            file = Some(content.to_vec());
        }
    }
    None
}

/// The name of a part, and whether it is a file.
fn named(head: &str) -> Option<(String, bool)> {
    let about = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_it = name.trim().eq_ignore_ascii_case("content-disposition");
        is_it.then_some(value)
    })?;
    let name = quoted(about, " name=\"")?;
    // Browsers write these three so (HTML, 4.10.21.8).
    let name = name
        .replace("%0D", "\r")
        .replace("%0A", "\n")
        .replace("%22", "\"");
    Some((name, about.contains("; filename")))
}

fn quoted<'t>(text: &'t str, before: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "--x1\r\nContent-Disposition: form-data; name=\"rows\"\r\n\r\n名称\t日期\r\n合唱\r\n--x1\r\n\
        content-disposition: form-data; name=\"file\"; filename=\"name=a.csv\"\r\nContent-Type: text/csv\r\n\r\n\
        a,--x1,b\r\n\r\n--x1\r\nContent-Disposition: form-data; name=\"do\"\r\n\r\nlook\r\n--x1--\r\n";

    #[test]
    fn fields_and_the_file_come_apart() {
        let kind = "multipart/form-data; charset=utf-8; boundary=\"x1\"";
        let sent = read(SENT.as_bytes(), &boundary(kind).unwrap()).unwrap();
        assert_eq!(sent.form.raw("rows"), "名称\t日期\r\n合唱");
        assert_eq!(sent.form.get("do"), Some("look"));
        assert_eq!(sent.form.get("file"), None);
        assert_eq!(sent.file.unwrap(), b"a,--x1,b\r\n");
        assert_eq!(boundary("application/x-www-form-urlencoded"), None);
        assert_eq!(boundary("multipart/mixed; boundary=x1"), None);
    }

    #[test]
    fn no_file_was_chosen_where_it_is_empty() {
        let sent = SENT.replace("a,--x1,b\r\n", "");
        let sent = read(sent.as_bytes(), "x1").unwrap();
        assert_eq!(sent.file, None);
    }

    #[test]
    fn a_body_that_is_cut_off_or_made_otherwise_is_refused() {
        for end in 0..SENT.len() - 4 {
            let part = &SENT.as_bytes()[..end];
            assert!(read(part, "x1").is_none(), "{end}");
        }
        assert!(read(SENT.as_bytes(), "x2").is_none());
        let many = "--x1\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(40);
        assert!(read(format!("{many}--x1--\r\n").as_bytes(), "x1").is_none());
        let bytes = SENT.replace("合唱", "\u{1}").into_bytes();
        let bytes: Vec<u8> = bytes
            .into_iter()
            .map(|b| if b == 1 { 0xff } else { b })
            .collect();
        assert!(read(&bytes, "x1").is_none(), "a field that is no text");
    }
}
